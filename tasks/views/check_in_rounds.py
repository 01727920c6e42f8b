"""What came in during one round of check-ins, and what it brought."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from goals.models import Goal
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.models import CheckInCycle
from tasks.queries.confidence import confidence_for, confidence_in
from tasks.queries.round_report import hurdles_by_age, round_report
from tasks.queries.rounds import round_page
from tasks.queries.troubles import HurdleLine


@coalition_page(Permission.CHECKINS_VIEW)
@require_safe
def check_in_round_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show it to those who lead; what is for coordinators alone, to them alone."""
    cycle = _cycle(pk)
    sees_all = request.membership.may(Permission.CHECKINS_EDIT)
    now = timezone.now()
    in_the_way = hurdles_by_age(cycle.schedule, request.membership)
    context = {
        "round": round_page(cycle, sees_all=sees_all),
        "sees_all": sees_all,
        "is_open": cycle.is_open(now),
        "trend": confidence_in(cycle.schedule),
        "in_the_way": [HurdleLine(hurdle, now) for hurdle in in_the_way],
    }
    return render_page(
        request, "tasks/check_in_round_detail.html", context, partial="round-board"
    )


@coalition_page(Permission.CHECKINS_VIEW)
@require_safe
def check_in_round_report(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show what a round brought, on a page that prints."""
    cycle = _cycle(pk)
    sees_all = request.membership.may(Permission.CHECKINS_EDIT)
    report = round_report(cycle, request.membership)
    context = {"report": report, "sees_all": sees_all}
    return render_page(request, "tasks/check_in_round_report.html", context)


@coalition_page(Permission.CHECKINS_VIEW)
@require_safe
def confidence_for_goal_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show how sure the people of a goal are, on its page."""
    sees_all = request.membership.may(Permission.CHECKINS_EDIT)
    trend = confidence_for(get_object_or_404(Goal, pk=pk), sees_all=sees_all)
    context = {"trend": trend, "sees_all": sees_all}
    return render(request, "tasks/confidence_for_goal_panel.html", context)


def _cycle(pk: int) -> CheckInCycle:
    return get_object_or_404(CheckInCycle.objects.select_related("schedule"), pk=pk)
