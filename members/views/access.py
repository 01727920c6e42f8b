"""Who may do what."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import Handover
from members.permissions import ROLE_WORDS, MemberRole, Permission
from members.queries.access import access_page


@coalition_page(Permission.PEOPLE_VIEW)
@require_safe
def access_list(request: CoalitionRequest) -> HttpResponse:
    """Show everybody who leads; who was let go is for those who keep the people."""
    may_edit = request.membership.may(Permission.PEOPLE_EDIT)
    asked = Handover.objects.open(timezone.now()).filter(taker=request.person)
    context = {
        "asked": asked.select_related("giver").first(),
        "page": access_page(with_ended=may_edit),
        "roles": [(role.label, ROLE_WORDS[role]) for role in MemberRole],
    }
    return render_page(request, "members/access_list.html", context)
