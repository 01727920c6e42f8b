"""One task: its page, and making, changing, finishing, deleting it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
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
from members.queries import last_removal, partners_spoken_for
from tasks.forms.comments import CommentForm
from tasks.forms.dependencies import DependencyForm
from tasks.forms.parts import ItemForm, LinkForm
from tasks.forms.tasks import TaskCreateForm, TaskForm
from tasks.models import Task, TaskReport, TaskWord
from tasks.queries.board import TaskLine, task_line
from tasks.queries.check_ins import last_report
from tasks.queries.comments import thread
from tasks.queries.consultations import voices
from tasks.queries.dependencies import ties
from tasks.queries.history import task_history
from tasks.queries.troubles import hurdles_of_task
from tasks.services.tasks import (
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
    first = {name: request.GET.get(name) for name in ("goal", "accountable")}
    form = TaskCreateForm(posted(request), initial=first)
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
    said = _last_said(task)
    line = task_line(
        task,
        me=request.person,
        today=timezone.localdate(),
        is_stuck="stuck_report" in said,
    )
    context: dict[str, Any] = {
        "line": line,
        "history": task_history(task),
        **said,
        "form": form,
        "item_form": item_form or ItemForm(),
        "link_form": link_form or LinkForm(),
        "voices": voices(task, timezone.localdate()),
        "ties": ties(task),
        "tie_form": tie_form or _tie_form(request, task),
        "keeps": _keeps(request, line),
        "spoken_for": _spoken_for(request, line),
        "hurdles": hurdles_of_task(task, request.membership, timezone.now()),
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


def _last_said(task: Task) -> dict[str, TaskReport]:
    """Return what the last check-in says of it, where that is still of use."""
    report = None if task.done_at else last_report(task)
    if report and report.word == TaskWord.STUCK:
        return {"stuck_report": report}
    waits = report and report.word == TaskWord.DONE and not report.settled_at
    return {"done_report": report} if report and waits else {}


def _tie_form(request: CoalitionRequest, task: Task) -> DependencyForm | None:
    """Ask only where the answer is taken: it looks for what to suggest."""
    may = request.membership.may(Permission.TASKS_EDIT)
    return DependencyForm(task=task) if may and not task.done_at else None


def _keeps(request: CoalitionRequest, line: TaskLine) -> bool:
    """Say whether who asks may tick, add and take away its small parts."""
    may = request.membership.may
    mine = line.is_mine_to_finish and may(Permission.TASKS_ANSWER)
    return mine or may(Permission.TASKS_EDIT)


def _spoken_for(request: CoalitionRequest, line: TaskLine) -> list[int]:
    """Return the partners for which who asks may name somebody, if one was asked."""
    if not line.unnamed:
        return []
    today = timezone.localdate()
    return [partner.pk for partner in partners_spoken_for(request.person, today)]


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
