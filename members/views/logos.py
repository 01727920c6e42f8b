"""A partner's logo: the picture itself, and its form."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coalition.common.frames import inert
from coalition.common.htmx import (
    perform,
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from members.decorators import coalition_page
from members.forms.logos import PartnerLogoForm
from members.http import CoalitionRequest
from members.models import AuditEntry, Partner, PartnerLogo
from members.permissions import Permission
from members.services.logos import (
    UNDOABLE,
    edit_logo,
    last_logo_change,
    remove_logo,
    restore_logo,
)
from members.services.partners import set_logo_consent
from members.services.speaking import partner_fields
from members.views.places import partner_address, turn_away


@coalition_page(Permission.PARTNERS_VIEW)
@require_GET
@inert
def logo_image(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Serve what we drew ourselves: always a PNG, under a name of ours."""
    logo = get_object_or_404(PartnerLogo, partner=pk)
    response = HttpResponse(bytes(logo.data), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="logo-{pk}.png"'
    return response


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def logo_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    if not partner_fields(partner, request.actor):
        return turn_away(request, partner)
    form = PartnerLogoForm(posted(request), request.FILES or None, instance=partner)
    if form.is_valid() and form.attempt(edit_logo, partner=partner, by=request.actor):
        _say(request, partner, _("Saved."), undo="picture" in form.changed_data)
        return see_other(partner_address(request, partner))
    return render_page(
        request,
        "members/logo_edit.html",
        {"form": form, "partner": partner},
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_POST
def logo_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    if partner.logo_id and perform(
        request, remove_logo, partner=partner, by=request.actor
    ):
        _say(request, partner, _("The logo is taken away."), undo=True)
    return redirect_client(request, partner_address(request, partner))


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_POST
def logo_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `logo_edit` and `logo_delete`, whose audit entry `pk` is."""
    label = Partner._meta.label_lower  # noqa: SLF001
    entry = get_object_or_404(AuditEntry, pk=pk, model=label, action__in=UNDOABLE)
    partner = get_object_or_404(Partner, pk=entry.target_pk)
    if perform(request, restore_logo, entry=entry, partner=partner, by=request.actor):
        toast(request, _("Taken back."))
    return redirect_client(request, partner_address(request, partner))


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_POST
def logo_consent(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    agreed = "agreed" in request.POST
    if perform(
        request, set_logo_consent, partner=partner, agreed=agreed, by=request.actor
    ):
        said = _("The logo of %(name)s may be shown in public.")
        unsaid = _("The logo of %(name)s is not shown in public.")
        toast(request, (said if agreed else unsaid) % {"name": partner})
    return redirect_client(request, partner_address(request, partner))


def _say(request: CoalitionRequest, partner: Partner, text: str, *, undo: bool) -> None:
    """Say what was done, with the way back where there is one."""
    entry = last_logo_change(partner) if undo else None
    if entry is None:
        toast(request, text)
        return
    kwargs = {"slug": request.coalition.slug, "pk": entry.pk}
    toast(request, text, undo_url=reverse("members:logo_restore", kwargs=kwargs))
