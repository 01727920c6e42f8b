"""What partners can lend each other: all of it, and one offer's form."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coalition.common.forms import StyledForm
from coalition.common.htmx import (
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from members.decorators import coalition_page
from members.forms.offers import OfferFilterForm, OfferForm
from members.http import CoalitionRequest
from members.models import CapacityOffer, Partner
from members.permissions import Permission
from members.services.offers import (
    create_offer,
    delete_offer,
    edit_offer,
    restore_offer,
)
from members.services.speaking import partner_fields
from members.views.places import partner_address, turn_away
from members.views.record_form import show_record_form
from members.views.removals import removal_or_404

PAGE = 50


@coalition_page(Permission.PARTNERS_VIEW)
@require_GET
def offer_list(request: CoalitionRequest) -> HttpResponse:
    form = OfferFilterForm(request.GET)
    offers = CapacityOffer.objects.open(timezone.localdate())
    found = offers.matching(form.value("q")).select_related("partner")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "filtered": bool(form.value("q"))}
    return render_page(
        request, "members/offer_list.html", context, partial="offer-rows"
    )


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    if not partner_fields(partner, request.actor):
        return turn_away(request, partner)
    form = OfferForm(posted(request))
    if form.is_valid() and form.attempt(
        create_offer, partner=partner, by=request.actor
    ):
        toast(request, _("Offered: %(what)s.") % {"what": form.result.kind})
        return see_other(partner_address(request, partner))
    return _form(request, form, partner, _("Offer something"))


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    offer = _offer(pk)
    if not partner_fields(offer.partner, request.actor):
        return turn_away(request, offer.partner)
    form = OfferForm(posted(request), instance=offer)
    if form.is_valid() and form.attempt(edit_offer, offer=offer, by=request.actor):
        toast(request, _("Saved."))
        return see_other(partner_address(request, offer.partner))
    return _form(request, form, offer.partner, offer.kind)


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_POST
def offer_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    offer = _offer(pk)
    if not partner_fields(offer.partner, request.actor):
        return turn_away(request, offer.partner)
    entry = delete_offer(offer=offer, by=request.actor)
    undo_url = reverse(
        "members:offer_restore", kwargs={"slug": request.coalition.slug, "pk": entry.pk}
    )
    text = _("No longer offered: %(what)s.") % {"what": offer.kind}
    toast(request, text, undo_url=undo_url)
    return redirect_client(request, partner_address(request, offer.partner))


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_POST
def offer_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `offer_delete`, whose audit entry `pk` is."""
    entry = removal_or_404(CapacityOffer, pk)
    partner = get_object_or_404(Partner, pk=entry.before["partner_id"])
    perform(request, restore_offer, entry=entry, by=request.actor)
    return redirect_client(request, partner_address(request, partner))


def _offer(pk: int) -> CapacityOffer:
    return get_object_or_404(CapacityOffer.objects.select_related("partner"), pk=pk)


def _form(
    request: CoalitionRequest, form: StyledForm, partner: Partner, heading: str
) -> HttpResponse:
    above = (partner_address(request, partner), partner.name)
    return show_record_form(request, form, heading=heading, above=above)
