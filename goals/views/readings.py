"""Recording how far a goal is, in place on its page."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import perform, posted, toast
from goals.forms.goals import ReadingForm
from goals.models import Goal, GoalReading, spell_number
from goals.services.readings import (
    correct_reading,
    delete_reading,
    record_reading,
    restore_reading,
)
from goals.views.page import back_to_card, show_goal
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import last_removal

CARD = "goal-measure"


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def reading_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(Goal, pk=pk)
    form = ReadingForm(posted(request), goal=goal)
    if form.is_valid() and form.attempt(record_reading, goal=goal, by=request.actor):
        toast(request, _("Recorded."), undo_url=_delete_url(request, form.result))
        return back_to_card(request, pk, partial=CARD)
    return _open(request, goal, form)


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def reading_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    reading = _reading(pk)
    form = ReadingForm(posted(request), instance=reading, goal=reading.goal)
    if form.is_valid() and form.attempt(
        correct_reading, reading=reading, by=request.actor
    ):
        toast(request, _("Set right."))
        return back_to_card(request, reading.goal_id, partial=CARD)
    return _open(request, reading.goal, form)


@coalition_page(Permission.GOALS_EDIT)
@require_POST
def reading_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    reading = _reading(pk)
    worked = perform(request, delete_reading, reading=reading, by=request.actor)
    if worked:
        undo = {"slug": request.coalition.slug, "pk": pk}
        toast(
            request,
            _("The reading of %(value)s is gone.")
            % {"value": spell_number(reading.value)},
            undo_url=reverse("goals:reading_restore", kwargs=undo),
        )
    return back_to_card(request, reading.goal_id, partial=CARD, worked=worked)


@coalition_page(Permission.GOALS_EDIT)
@require_POST
def reading_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(GoalReading, pk)
    if entry is None:
        raise Http404
    worked = perform(request, restore_reading, entry=entry, by=request.actor)
    return back_to_card(request, entry.before["goal_id"], partial=CARD, worked=worked)


def _reading(pk: int) -> GoalReading:
    return get_object_or_404(GoalReading.objects.select_related("goal"), pk=pk)


def _delete_url(request: CoalitionRequest, reading: GoalReading) -> str:
    return reverse(
        "goals:reading_delete",
        kwargs={"slug": request.coalition.slug, "pk": reading.pk},
    )


def _open(request: CoalitionRequest, goal: Goal, form: ReadingForm) -> HttpResponse:
    """Show the card with its form open."""
    return show_goal(
        request,
        goal.pk,
        partial=CARD,
        status=422 if form.errors else 200,
        reading_form=form,
    )
