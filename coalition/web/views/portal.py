"""The member portal: what is mine to do, what we achieved, what comes."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from coalition.web.queries import portal_page
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.HOME_VIEW)
@require_safe
def portal(request: CoalitionRequest) -> HttpResponse:
    """Show the portal, also to those who lead: to see it as a member does."""
    return show_portal(request)


def show_portal(request: CoalitionRequest) -> HttpResponse:
    context = {"page": portal_page(request, timezone.now())}
    return render_page(request, "web/portal.html", context, partial="my-work")
