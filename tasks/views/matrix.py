"""The matrix: who does what, folded by goal, one goal at a time by partner."""

import io

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.htmx import after_act, posted, render_page, toast
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import Partner
from members.permissions import Permission
from tasks.forms.matrix import CellForm, MatrixForm
from tasks.models import Assignment, Task
from tasks.models.load import TOO_MUCH
from tasks.queries.matrix import goal_lines, sheet
from tasks.queries.plan import read_plan
from tasks.services.assignments import assign
from tasks.services.matrix import export_matrix
from tasks.views.tasks import CHANGED


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def raci_matrix(request: CoalitionRequest) -> HttpResponse:
    form = MatrixForm(request.GET)
    plan = read_plan(timezone.localdate())
    context = {"plan": plan, "too_much": TOO_MUCH}
    if not (goal := form.value("goal")):
        context |= {"lines": goal_lines(plan)}
        return render_page(request, "tasks/raci_matrix.html", context)
    added = form.added()
    number = request.GET.get("page")
    if (shown := sheet(plan, goal, number=number, added=added)) is None:
        raise Http404
    tasks = reverse("tasks:task_list", kwargs={"slug": request.coalition.slug})
    context |= {"sheet": shown, "added": added, "tasks_url": tasks}
    return render_page(request, "tasks/raci_goal.html", context, partial="raci-sheet")


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def raci_cell(request: CoalitionRequest, pk: int, partner: int) -> HttpResponse:
    """Ask somebody of a partner for a part of a task, or take them off."""
    task = get_object_or_404(Task.objects.open().select_related("goal"), pk=pk)
    place = get_object_or_404(Partner.objects.offered(), pk=partner)
    form = CellForm(posted(request), partner=place)
    if form.is_valid() and form.attempt(
        assign, task=task, partner=place, by=request.actor
    ):
        said = _("%(person)s is asked.") % {"person": form.result.who}
        toast(request, said, undo_url=_withdraw_url(request, form.result))
        return after_act(request, event=CHANGED, page=_sheet_url(request, task))
    parts = Assignment.objects.standing().filter(task=task, partner=place)
    context = {
        "form": form,
        "task": task,
        "partner": place,
        "parts": parts.select_related("person", "partner"),
        "sheet_url": _sheet_url(request, task),
    }
    status = 422 if form.errors else 200
    return render_page(
        request, "tasks/raci_cell.html", context, partial="raci-cell", status=status
    )


@coalition_page(Permission.LISTS_EXPORT, when_closed=True)
@require_POST
def raci_export(request: CoalitionRequest) -> HttpResponse:
    today = timezone.localdate()
    out = io.StringIO(newline="")
    export_matrix(out=out, plan=read_plan(today), by=request.actor)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{request.coalition.slug}-who-does-what-{today.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sheet_url(request: CoalitionRequest, task: Task) -> str:
    page = reverse("tasks:raci_matrix", kwargs={"slug": request.coalition.slug})
    return f"{page}?goal={task.goal_id or 'none'}"


def _withdraw_url(request: CoalitionRequest, assignment: Assignment) -> str:
    return reverse(
        "tasks:assignment_withdraw",
        kwargs={"slug": request.coalition.slug, "pk": assignment.pk},
    )
