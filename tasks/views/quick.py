"""Adding a task in one line, on the plan or on a page of its own."""

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from coalition.common.htmx import posted, render_page, see_other, toast, wants_partial
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.forms.quick import Line, QuickTaskForm
from tasks.models import Task
from tasks.services.tasks import create_task
from tasks.views.tasks import CHANGED, task_url

PAGE = "tasks/task_quick.html"


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def task_quick(request: CoalitionRequest) -> HttpResponse:
    form = QuickTaskForm(posted(request))
    if form.is_valid() and form.attempt(create_task, by=request.actor):
        task: Task = form.result
        undo = task_url(request, task.pk, "delete")
        toast(request, _said(task, form.line), undo_url=undo)
        if not wants_partial(request):
            return see_other("tasks:task_list", slug=request.coalition.slug)
        answer = render_page(
            request, PAGE, {"quick": QuickTaskForm()}, partial="quick-form"
        )
        return trigger_client_event(answer, CHANGED)
    status = 422 if form.errors else 200
    return render_page(
        request, PAGE, {"quick": form}, partial="quick-form", status=status
    )


@coalition_page(Permission.TASKS_EDIT)
@require_safe
def task_quick_panel(request: CoalitionRequest) -> HttpResponse:
    """Answer how a line that is being written would be understood."""
    form = QuickTaskForm(request.GET)
    form.is_valid()
    return render_page(request, PAGE, {"quick": form}, partial="quick-read")


def _said(task: Task, line: Line | None) -> str:
    """Tell what was understood, so that a slip is seen at once."""
    parts = [_("In the plan: %(task)s") % {"task": task}]
    if task.due:
        day = date_format(task.due, "LONG_MONTH_DAY_FORMAT")
        parts.append(_("due %(day)s") % {"day": day})
    if task.goal:
        parts.append(_("for “%(goal)s”") % {"goal": task.goal})
    parties = line.parties[:2] if line else []
    asked = [str(party.person or party.partner) for party in parties]
    if asked:
        parts.append(_("asked: %(people)s") % {"people": ", ".join(asked)})
    return " · ".join(parts)
