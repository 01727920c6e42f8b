"""A partner leaves, in one step, and comes back by one click."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.errors import DomainError
from coalition.common.htmx import posted, redirect_client, render_page, toast
from coalition.web.partner_forms import PartnerLeaveForm
from coalition.web.services.partner_leaving import (
    PartnerHasLeft,
    leave_partner,
    load_of_partner,
    return_partner,
)
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import AuditEntry, Partner
from members.models.partner import PartnerStatus
from members.permissions import Permission
from members.queries import LEAVE
from members.views.places import partner_address
from tasks.queries.roles import living_terms


@coalition_page(Permission.PARTNERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_leave(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    if partner.status == PartnerStatus.LEFT:
        messages.error(request, str(PartnerHasLeft(partner)))
        return redirect_client(request, partner_address(request, partner))
    load = load_of_partner(partner, timezone.localdate())
    form = PartnerLeaveForm(posted(request), partner=partner, load=load)
    if form.is_valid() and form.attempt(
        leave_partner, partner=partner, by=request.actor
    ):
        undo_url = reverse(
            "web:partner_leave_undo",
            kwargs={"slug": request.coalition.slug, "pk": form.result.pk},
        )
        toast(request, _("%(name)s has left.") % {"name": partner}, undo_url=undo_url)
        return redirect_client(request, partner_address(request, partner))
    context = {
        "partner": partner,
        "form": form,
        "load": load,
        "roles": living_terms(timezone.localdate()).filter(partner=partner),
    }
    return render_page(
        request,
        "web/partner_leave.html",
        context,
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def partner_leave_undo(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `partner_leave`, whose audit entry `pk` is."""
    entry = get_object_or_404(
        AuditEntry,
        pk=pk,
        action=LEAVE,
        model=Partner._meta.label_lower,  # noqa: SLF001
    )
    partner = get_object_or_404(Partner, pk=entry.target_pk)
    try:
        stayed = return_partner(partner=partner, entry=entry, by=request.actor)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        toast(request, _said(partner, stayed))
    return redirect_client(request, partner_address(request, partner))


def _said(partner: Partner, stayed: int) -> str:
    said = _("%(name)s is back with all it carried.") % {"name": partner}
    if stayed:
        kept = ngettext(
            "%(name)s is back. %(n)d thing was changed since and stays as it is.",
            "%(name)s is back. %(n)d things were changed since and stay as they are.",
            stayed,
        )
        said = kept % {"name": partner, "n": stayed}
    return said
