"""Where to go after an act on something of a partner's."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from coalition.common.htmx import redirect_client
from members.errors import NotYourPartner
from members.http import CoalitionRequest
from members.models import Partner, Person
from members.queries.merges import kept_in_place_of


def partner_address(request: CoalitionRequest, partner: Partner) -> str:
    return reverse(
        "members:partner_detail",
        kwargs={"slug": request.coalition.slug, "pk": partner.pk},
    )


def follow_merge(
    request: CoalitionRequest, model: type[Partner] | type[Person], pk: int
) -> HttpResponse:
    """Lead an old address to the record that the merged one is now a part of."""
    kept = kept_in_place_of(model, pk)
    if kept is None:
        raise Http404
    name = "partner" if model is Partner else "person"
    return redirect(f"members:{name}_detail", slug=request.coalition.slug, pk=kept.pk)


def turn_away(request: CoalitionRequest, partner: Partner) -> HttpResponse:
    """Say who may do that, on the partner's page."""
    messages.error(request, str(NotYourPartner(partner)))
    return redirect_client(request, partner_address(request, partner))
