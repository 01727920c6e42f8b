"""See the coalition as a member does, and come back."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from coalition.common.htmx import came_from, redirect_client
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.looking import start_looking, stop_looking
from members.permissions import Permission


@coalition_page(Permission.DASHBOARD_VIEW, when_closed=True)
@require_POST
def member_view_start(request: CoalitionRequest) -> HttpResponse:
    start_looking(request, request.membership)
    return redirect_client(request, _home(request))


@coalition_page(Permission.HOME_VIEW, when_closed=True, when_looking=True)
@require_POST
def member_view_stop(request: CoalitionRequest) -> HttpResponse:
    """Come back on the same page, which may be one that a member cannot open."""
    stop_looking(request, request.membership)
    return redirect_client(request, came_from(request, _home(request)))


def _home(request: CoalitionRequest) -> str:
    return reverse("web:home", kwargs={"slug": request.coalition.slug})
