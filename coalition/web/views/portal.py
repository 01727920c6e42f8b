"""What a member sees first: theirs to do, what we achieved, when we write again."""

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
    """Show the portal to anybody: coordinators see it as a member does."""
    return show_portal(request)


def show_portal(request: CoalitionRequest) -> HttpResponse:
    page = portal_page(request.membership, timezone.now())
    return render_page(request, "web/portal.html", {"page": page}, partial="my-tasks")
