"""Marking a task as done: at once, or after those who are consulted were heard."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import (
    after_act,
    came_from,
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.forms.consultations import GoOnForm
from tasks.models import Task
from tasks.queries.consultations import Voice, voices
from tasks.services.tasks import complete_task
from tasks.views.tasks import CHANGED, task_url


@coalition_page(Permission.TASKS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def task_complete(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Do it; or lead to the page that says who is to be heard first, and go on there."""
    task = get_object_or_404(Task, pk=pk)
    missing = _missing(task)
    if request.method == "POST" and "without" in request.POST:
        return _go_on(request, task, missing)
    if request.method != "POST":
        return _page(request, task, missing, GoOnForm())
    if missing and not task.done_at:
        return redirect_client(request, task_url(request, pk, "complete"))
    worked = perform(request, complete_task, task=task, by=request.actor)
    if worked:
        _say_done(request, task)
    return after_act(request, event=CHANGED, page=task_url(request, pk), worked=worked)


def _go_on(request: CoalitionRequest, task: Task, missing: list[Voice]) -> HttpResponse:
    form = GoOnForm(posted(request))
    if form.is_valid() and form.attempt(complete_task, task=task, by=request.actor):
        _say_done(request, task)
        return see_other(came_from(request, task_url(request, task.pk)))
    return _page(request, task, missing, form)


def _missing(task: Task) -> list[Voice]:
    today = timezone.localdate()
    return [voice for voice in voices(task, today) if not voice.is_heard]


def _page(
    request: CoalitionRequest, task: Task, missing: list[Voice], form: GoOnForm
) -> HttpResponse:
    back = came_from(request, task_url(request, task.pk))
    context = {"task": task, "missing": missing, "form": form, "back": back}
    status = 422 if form.errors else 200
    return render_page(request, "tasks/task_complete.html", context, status=status)


def _say_done(request: CoalitionRequest, task: Task) -> None:
    said = _("Done: %(task)s. Thank you.") % {"task": task}
    following = Task.objects.filter(previous=task).first()
    if following and following.due:
        day = date_format(following.due, "LONG_MONTH_DAY_FORMAT")
        said += " " + _("The next one is due %(day)s.") % {"day": day}
    toast(request, said, undo_url=task_url(request, task.pk, "reopen"))
