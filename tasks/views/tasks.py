"""One task: its page, and making, changing, finishing, deleting it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.forms import StyledForm
from coalition.common.htmx import (
    after_act,
    perform,
    posted,
    render_page,
    see_other,
    toast,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import last_removal
from tasks.forms.comments import CommentForm
from tasks.forms.dependencies import DependencyForm
from tasks.forms.parts import ItemForm, LinkForm
from tasks.forms.tasks import TaskCreateForm, TaskForm
from tasks.models import Task
from tasks.queries.board import TaskLine, task_line
from tasks.queries.check_ins import stuck_report
from tasks.queries.comments import thread
from tasks.queries.dependencies import ties
from tasks.queries.history import task_history
from tasks.services.tasks import (
    complete_task,
    create_task,
    delete_task,
    edit_task,
    reopen_task,
    restore_task,
)

CHANGED = "task-changed"


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def task_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    return show_task(request, pk)


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def task_create(request: CoalitionRequest) -> HttpResponse:
    form = TaskCreateForm(posted(request), initial={"goal": request.GET.get("goal")})
    if form.is_valid() and form.attempt(create_task, by=request.actor):
        toast(request, _("The task is in the plan."))
        return see_other(task_url(request, form.result.pk))
    return _form(request, form)


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    form = TaskForm(posted(request), instance=task)
    if form.is_valid() and form.attempt(edit_task, task=task, by=request.actor):
        toast(request, _("Saved."))
        return see_other(task_url(request, pk))
    return _form(request, form, task)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def task_complete(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    worked = perform(request, complete_task, task=task, by=request.actor)
    if worked:
        said = _("Done: %(task)s. Thank you.") % {"task": task}
        following = Task.objects.filter(previous=task).first()
        if following and following.due:
            day = date_format(following.due, "LONG_MONTH_DAY_FORMAT")
            said += " " + _("The next one is due %(day)s.") % {"day": day}
        toast(request, said, undo_url=task_url(request, pk, "reopen"))
    return _after(request, pk, worked=worked)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def task_reopen(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    worked = perform(request, reopen_task, task=task, by=request.actor)
    if worked:
        toast(request, _("“%(task)s” is open again.") % {"task": task})
    return _after(request, pk, worked=worked)


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def task_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    if request.method != "POST":
        question = {
            "heading": _("Delete “%(task)s”?") % {"task": task},
            "body": _(
                "The people who were asked for it are no longer asked. You can take "
                "this back right afterwards."
            ),
            "submit": _("Delete task"),
            "cancel_url": task_url(request, pk),
            "cancel": _("Keep it"),
        }
        return render(request, "confirm.html", question)
    if not perform(request, delete_task, task=task, by=request.actor):
        return see_other(task_url(request, pk))
    said = _("“%(task)s” is deleted.") % {"task": task}
    toast(request, said, undo_url=task_url(request, pk, "restore"))
    return see_other("tasks:task_list", slug=request.coalition.slug)


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def task_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(Task, pk)
    if entry is None:
        raise Http404
    perform(request, restore_task, entry=entry, by=request.actor)
    return see_other(task_url(request, pk))


def task_url(request: CoalitionRequest, pk: int, verb: str = "detail") -> str:
    return reverse(
        f"tasks:task_{verb}", kwargs={"slug": request.coalition.slug, "pk": pk}
    )


def show_task(
    request: CoalitionRequest,
    pk: int,
    *,
    status: int = 200,
    form: StyledForm | None = None,
    item_form: StyledForm | None = None,
    link_form: StyledForm | None = None,
    tie_form: StyledForm | None = None,
) -> HttpResponse:
    """Show the task; `form` is the question whom to ask, when it is open."""
    task = get_object_or_404(Task.objects.whole(), pk=pk)
    line = task_line(task, me=request.person, today=timezone.localdate())
    context: dict[str, Any] = {
        "line": line,
        "history": task_history(task),
        "stuck_report": stuck_report(task),
        "form": form,
        "item_form": item_form or ItemForm(),
        "link_form": link_form or LinkForm(),
        "ties": ties(task),
        "tie_form": tie_form or _tie_form(request, task),
        "keeps": _keeps(request, line),
        "thread": thread(task, request.membership, request.GET.get("page")),
        "comment_form": CommentForm(),
    }
    return render_page(
        request,
        "tasks/task_detail.html",
        context,
        partial="task-page",
        status=status,
    )


def _tie_form(request: CoalitionRequest, task: Task) -> DependencyForm | None:
    """Ask only where the answer is taken: it looks for what to suggest."""
    may = request.membership.may(Permission.TASKS_EDIT)
    return DependencyForm(task=task) if may and not task.done_at else None


def _keeps(request: CoalitionRequest, line: TaskLine) -> bool:
    """Say whether who asks may tick, add and take away its small parts."""
    may = request.membership.may
    mine = line.is_mine_to_finish and may(Permission.TASKS_ANSWER)
    return mine or may(Permission.TASKS_EDIT)


def _after(request: CoalitionRequest, pk: int, *, worked: bool) -> HttpResponse:
    page = task_url(request, pk)
    return after_act(request, event=CHANGED, page=page, worked=worked)


def _form(
    request: CoalitionRequest, form: StyledForm, task: Task | None = None
) -> HttpResponse:
    return render_page(
        request,
        "tasks/task_form.html",
        {"form": form, "task": task},
        status=422 if form.errors else 200,
    )
