"""Where to go after an act on something of a partner's."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from coalition.common.htmx import redirect_client
from members.errors import NotYourPartner
from members.http import CoalitionRequest
from members.models import Partner


def partner_address(request: CoalitionRequest, partner: Partner) -> str:
    return reverse(
        "members:partner_detail",
        kwargs={"slug": request.coalition.slug, "pk": partner.pk},
    )


def turn_away(request: CoalitionRequest, partner: Partner) -> HttpResponse:
    """Say who may do that, on the partner's page."""
    messages.error(request, str(NotYourPartner(partner)))
    return redirect_client(request, partner_address(request, partner))
