"""The front door: the dashboard for those who lead, the portal for all others."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from coalition.web.queries import dashboard_page
from coalition.web.views.portal import show_portal
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.HOME_VIEW)
@require_safe
def home(request: CoalitionRequest) -> HttpResponse:
    if not request.membership.may(Permission.DASHBOARD_VIEW):
        return show_portal(request)
    context = {"page": dashboard_page(request, timezone.now())}
    return render_page(request, "web/dashboard.html", context)
