"""The steps of a goal, in place on its page."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.forms import StyledForm
from coalition.common.htmx import perform, posted, see_other, toast
from goals.forms.milestones import MilestoneForm, MilestoneReachForm
from goals.models import Goal, Milestone
from goals.services.milestones import (
    create_milestone,
    delete_milestone,
    edit_milestone,
    reach_milestone,
    restore_milestone,
    unreach_milestone,
)
from goals.views.page import back_to_card, goal_url, show_goal
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries import last_removal

CARD = "goal-milestones"


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def milestone_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(Goal, pk=pk)
    form = MilestoneForm(posted(request))
    if form.is_valid() and form.attempt(create_milestone, goal=goal, by=request.actor):
        toast(request, _("Added."))
        return back_to_card(request, pk, partial=CARD)
    return _open(request, pk, form)


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def milestone_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    milestone = _milestone(pk)
    form = MilestoneForm(posted(request), instance=milestone)
    if form.is_valid() and form.attempt(
        edit_milestone, milestone=milestone, by=request.actor
    ):
        toast(request, _("Saved."))
        return back_to_card(request, milestone.goal_id, partial=CARD)
    return _open(request, milestone.goal_id, form, editing=milestone)


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def milestone_reach(request: CoalitionRequest, pk: int) -> HttpResponse:
    milestone = _milestone(pk)
    form = MilestoneReachForm(posted(request), milestone=milestone)
    if form.is_valid() and form.attempt(
        reach_milestone, milestone=milestone, by=request.actor
    ):
        toast(
            request,
            _("Reached: %(milestone)s.") % {"milestone": milestone},
            undo_url=_url(request, "unreach", pk),
        )
        return back_to_card(request, milestone.goal_id, partial=CARD)
    return _open(request, milestone.goal_id, form, reaching=milestone)


@coalition_page(Permission.GOALS_EDIT)
@require_POST
def milestone_unreach(request: CoalitionRequest, pk: int) -> HttpResponse:
    milestone = _milestone(pk)
    worked = perform(request, unreach_milestone, milestone=milestone, by=request.actor)
    if worked:
        toast(
            request,
            _("“%(milestone)s” is open again.") % {"milestone": milestone},
        )
    return back_to_card(request, milestone.goal_id, partial=CARD, worked=worked)


@coalition_page(Permission.GOALS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def milestone_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    milestone = _milestone(pk)
    page = goal_url(request, milestone.goal_id)
    if request.method != "POST":
        question = {
            "heading": _("Delete “%(milestone)s”?") % {"milestone": milestone},
            "body": _("You can take this back right afterwards."),
            "submit": _("Delete milestone"),
            "cancel_url": page,
            "cancel": _("Keep it"),
        }
        return render(request, "confirm.html", question)
    if perform(request, delete_milestone, milestone=milestone, by=request.actor):
        toast(
            request,
            _("“%(milestone)s” is deleted.") % {"milestone": milestone},
            undo_url=_url(request, "restore", pk),
        )
    return see_other(page)


@coalition_page(Permission.GOALS_EDIT)
@require_POST
def milestone_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    entry = last_removal(Milestone, pk)
    if entry is None:
        raise Http404
    worked = perform(request, restore_milestone, entry=entry, by=request.actor)
    return back_to_card(request, entry.before["goal_id"], partial=CARD, worked=worked)


def _milestone(pk: int) -> Milestone:
    return get_object_or_404(Milestone.objects.with_goal(), pk=pk)


def _url(request: CoalitionRequest, verb: str, pk: int) -> str:
    return reverse(
        f"goals:milestone_{verb}", kwargs={"slug": request.coalition.slug, "pk": pk}
    )


def _open(
    request: CoalitionRequest,
    goal: int,
    form: StyledForm,
    *,
    editing: Milestone | None = None,
    reaching: Milestone | None = None,
) -> HttpResponse:
    """Show the card with its form open, at the milestone it is about."""
    return show_goal(
        request,
        goal,
        partial=CARD,
        status=422 if form.errors else 200,
        milestone_form=form,
        editing=editing,
        reaching=reaching,
    )
