"""Asking people for a part of a task, and their answers."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import (
    after_act,
    came_from,
    perform,
    posted,
    render_page,
    see_other,
    toast,
    wants_partial,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import last_removal
from tasks.forms.handing import HandOverForm
from tasks.forms.tasks import AssignmentForm, DeclineForm
from tasks.models import Assignment, Letter, Task
from tasks.services.assignments import (
    accept_assignment,
    assign,
    decline_assignment,
    restore_assignment,
    withdraw_assignment,
)
from tasks.services.handovers import hand_over_assignment
from tasks.views.tasks import CHANGED, show_task, task_url


@coalition_page(Permission.TASKS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(Task, pk=pk)
    first = {"letter": request.GET.get("letter", Letter.RESPONSIBLE)}
    form = AssignmentForm(posted(request), initial=first)
    if form.is_valid() and form.attempt(assign, task=task, by=request.actor):
        said = _("%(person)s is asked.") % {"person": form.result.who}
        toast(request, said, undo_url=_url(request, form.result.pk, "withdraw"))
        if wants_partial(request):
            return show_task(request, pk)
        return see_other(task_url(request, pk))
    return show_task(request, pk, form=form, status=422 if form.errors else 200)


@coalition_page(Permission.TASKS_ANSWER)
@require_POST
def assignment_accept(request: CoalitionRequest, pk: int) -> HttpResponse:
    assignment = _assignment(pk)
    worked = perform(
        request, accept_assignment, assignment=assignment, by=request.actor
    )
    if worked:
        said = _("“%(task)s” is in good hands.") % {"task": assignment.task}
        toast(request, said)
    return _after(request, assignment.task_id, worked=worked)


@coalition_page(Permission.TASKS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_decline(request: CoalitionRequest, pk: int) -> HttpResponse:
    assignment = _assignment(pk)
    if assignment.person is None:
        return see_other(_url(request, pk, "name"))
    form = DeclineForm(posted(request))
    page = came_from(request, task_url(request, assignment.task_id))
    if form.is_valid() and form.attempt(
        decline_assignment, assignment=assignment, by=request.actor
    ):
        toast(request, _("Thank you for saying so. You can still change your mind."))
        return see_other(page)
    context = {"form": form, "assignment": assignment, "back_url": page}
    return render_page(
        request,
        "tasks/assignment_decline.html",
        context,
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.TASKS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_hand_over(request: CoalitionRequest, pk: int) -> HttpResponse:
    assignment = _assignment(pk)
    if assignment.person is None:
        return see_other(_url(request, pk, "name"))
    form = HandOverForm(posted(request), part=assignment)
    page = came_from(request, task_url(request, assignment.task_id))
    if form.is_valid() and form.attempt(
        hand_over_assignment, assignment=assignment, by=request.actor
    ):
        toast(request, _("%(person)s is asked.") % {"person": form.result.person})
        return see_other(page)
    context = {"form": form, "assignment": assignment, "back_url": page}
    return render_page(
        request,
        "tasks/assignment_hand_over.html",
        context,
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def assignment_withdraw(request: CoalitionRequest, pk: int) -> HttpResponse:
    assignment = _assignment(pk)
    worked = perform(
        request, withdraw_assignment, assignment=assignment, by=request.actor
    )
    if worked:
        said = _("%(person)s is no longer asked.") % {"person": assignment.who}
        toast(request, said, undo_url=_url(request, pk, "restore"))
    return _after(request, assignment.task_id, worked=worked)


@coalition_page(Permission.TASKS_EDIT)
@require_POST
def assignment_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(Assignment, pk)
    if entry is None:
        raise Http404
    worked = perform(request, restore_assignment, entry=entry, by=request.actor)
    return _after(request, entry.before["task_id"], worked=worked)


def _assignment(pk: int) -> Assignment:
    loaded = Assignment.objects.select_related("task", "person", "partner", "asked_by")
    return get_object_or_404(loaded, pk=pk)


def _url(request: CoalitionRequest, pk: int, verb: str) -> str:
    return reverse(
        f"tasks:assignment_{verb}", kwargs={"slug": request.coalition.slug, "pk": pk}
    )


def _after(request: CoalitionRequest, task: int, *, worked: bool) -> HttpResponse:
    page = task_url(request, task)
    return after_act(request, event=CHANGED, page=page, worked=worked)
