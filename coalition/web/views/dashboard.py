"""What a coordinator and the steering group see first."""

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
    """Open the front door that is this person's: dashboard or portal."""
    if request.membership.may(Permission.DASHBOARD_VIEW):
        return _show_dashboard(request)
    return show_portal(request)


def _show_dashboard(request: CoalitionRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "page": dashboard_page(request.membership, now),
        "now": now,
        "hour": timezone.localtime(now).hour,
    }
    return render_page(request, "web/dashboard.html", context, partial="dashboard")
