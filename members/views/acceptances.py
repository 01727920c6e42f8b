"""A partner's yes to the agreement: given by its delegate, or recorded for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.forms import StyledForm
from coalition.common.htmx import perform, redirect_client, render_page, toast
from members.decorators import coalition_page
from members.forms.agreements import AcceptanceForm, AgreementAcceptForm
from members.http import CoalitionRequest
from members.models import AgreementAcceptance, Partner
from members.permissions import Permission
from members.queries.agreements import partner_standings
from members.services.agreements import (
    accept_agreement,
    record_acceptance,
    remove_acceptance,
    restore_acceptance,
)
from members.services.speaking import decides_for, partner_fields
from members.views.places import partner_address, turn_away
from members.views.removals import removal_or_404


@coalition_page(Permission.AGREEMENTS_ACCEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_accept(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show a delegate what to accept; only the button accepts it."""
    partner = get_object_or_404(Partner, pk=pk)
    if not partner_fields(partner, request.actor):
        return turn_away(request, partner)
    if request.method != "POST":
        return _page(request, partner)
    form = AgreementAcceptForm(request.POST)
    if form.is_valid() and form.attempt(
        accept_agreement, partner=partner, by=request.actor
    ):
        toast(request, _("%(name)s has accepted the agreement.") % {"name": partner})
        return redirect_client(request, partner_address(request, partner))
    return _page(request, partner, accept_form=form)


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_POST
def acceptance_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Record what the partner said otherwise."""
    partner = get_object_or_404(Partner, pk=pk)
    form = AcceptanceForm(request.POST, partner=partner)
    if form.is_valid() and form.attempt(
        record_acceptance, partner=partner, by=request.actor
    ):
        toast(request, _("Recorded for %(name)s.") % {"name": partner})
        return redirect_client(request, partner_address(request, partner))
    return _page(request, partner, record_form=form)


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_POST
def acceptance_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    acceptances = AgreementAcceptance.objects.select_related("partner")
    acceptance = get_object_or_404(acceptances, pk=pk)
    entry = remove_acceptance(acceptance=acceptance, by=request.actor)
    undo_url = reverse(
        "members:acceptance_restore",
        kwargs={"slug": request.coalition.slug, "pk": entry.pk},
    )
    text = _("%(name)s: the yes is struck out.") % {"name": acceptance.partner}
    toast(request, text, undo_url=undo_url)
    return redirect_client(request, partner_address(request, acceptance.partner))


@coalition_page(Permission.AGREEMENTS_EDIT)
@require_POST
def acceptance_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `acceptance_delete`, whose audit entry `pk` is."""
    entry = removal_or_404(AgreementAcceptance, pk)
    partner = get_object_or_404(Partner, pk=entry.before["partner_id"])
    perform(request, restore_acceptance, entry=entry, by=request.actor)
    return redirect_client(request, partner_address(request, partner))


def _page(
    request: CoalitionRequest, partner: Partner, **forms: StyledForm
) -> HttpResponse:
    standing = next(iter(partner_standings([partner], timezone.localdate())), None)
    if standing is None:
        messages.error(request, _("No agreement is published yet."))
        return redirect_client(request, partner_address(request, partner))
    which = {"agreement": standing.agreement}
    context = {
        "standing": standing,
        "accept_form": AgreementAcceptForm(initial=which),
        "record_form": AcceptanceForm(partner=partner, initial=which),
        "decides": decides_for(request.person, partner),
        **forms,
    }
    return render_page(
        request,
        "members/agreement_accept.html",
        context,
        status=422 if forms else 200,
    )
