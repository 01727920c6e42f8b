"""What came in during one round of check-ins."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.models import CheckInCycle
from tasks.queries.rounds import round_page


@coalition_page(Permission.CHECKINS_VIEW)
@require_safe
def check_in_round_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show it to those who lead; what is for coordinators alone, to them alone."""
    cycle = get_object_or_404(CheckInCycle.objects.select_related("schedule"), pk=pk)
    sees_all = request.membership.may(Permission.CHECKINS_EDIT)
    context = {"round": round_page(cycle, sees_all=sees_all), "sees_all": sees_all}
    return render_page(request, "tasks/check_in_round_detail.html", context)
