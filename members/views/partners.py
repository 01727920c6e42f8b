"""The list of partners, and one partner's page, edited in place."""

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
    wants_partial,
)
from members.decorators import coalition_page
from members.forms.partners import (
    NewPartnerForm,
    PartnerAliasForm,
    PartnerForm,
    PartnerStatusForm,
)
from members.http import CoalitionRequest
from members.models import Partner, PartnerAlias
from members.permissions import Permission
from members.queries import partner_page
from members.services.partners import (
    add_alias,
    change_partner_status,
    create_partner,
    edit_partner,
    remove_alias,
    restore_alias,
    set_listing,
)
from members.services.speaking import partner_fields
from members.views.places import follow_merge, partner_address, turn_away
from members.views.record_form import show_record_form
from members.views.removals import removal_or_404


@coalition_page(Permission.PARTNERS_VIEW)
@require_GET
def partner_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = Partner.objects.filter(pk=pk).first()
    if partner is None:
        return follow_merge(request, Partner, pk)
    return _page(request, partner, partial="partner-card")


@coalition_page(Permission.PARTNERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_create(request: CoalitionRequest) -> HttpResponse:
    form = NewPartnerForm(posted(request))
    if form.is_valid() and form.attempt(create_partner, by=request.actor):
        toast(request, _("%(name)s is a partner now.") % {"name": form.result})
        return see_other(
            "members:partner_detail", slug=request.coalition.slug, pk=form.result.pk
        )
    return _form(request, form)


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Let delegates change their own partner's page, as far as the table says."""
    partner = get_object_or_404(Partner, pk=pk)
    allowed = partner_fields(partner, request.actor)
    if not allowed:
        return turn_away(request, partner)
    form = PartnerForm(posted(request), instance=partner, allowed=allowed)
    if form.is_valid() and form.attempt(
        edit_partner, partner=partner, by=request.actor
    ):
        toast(request, _("Saved."))
        if "name" in form.changed_data or not wants_partial(request):
            return redirect_client(request, partner_address(request, partner))
        return _page(request, partner, partial="partner-card")
    return _form(request, form, partner)


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def partner_status(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    form = PartnerStatusForm(request.POST)
    if form.is_valid() and form.attempt(
        change_partner_status, partner=partner, by=request.actor
    ):
        toast(
            request,
            _("%(name)s: %(status)s.")
            % {"name": partner, "status": partner.get_status_display()},
        )
        return redirect_client(request, partner_address(request, partner))
    return _page(request, partner, status_form=form)


@coalition_page(Permission.PARTNERS_EDIT_OWN)
@require_POST
def partner_listing(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    agreed = "agreed" in request.POST
    if perform(request, set_listing, partner=partner, agreed=agreed, by=request.actor):
        said = _("%(name)s may be named in public.")
        unsaid = _("%(name)s is not named in public.")
        toast(request, (said if agreed else unsaid) % {"name": partner})
    return redirect_client(request, partner_address(request, partner))


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def alias_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    form = PartnerAliasForm(request.POST)
    if form.is_valid() and form.attempt(add_alias, partner=partner, by=request.actor):
        return redirect_client(request, partner_address(request, partner))
    return _page(request, partner, alias_form=form)


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def alias_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    alias = get_object_or_404(PartnerAlias.objects.select_related("partner"), pk=pk)
    entry = remove_alias(alias=alias, by=request.actor)
    undo_url = reverse(
        "members:alias_restore",
        kwargs={"slug": request.coalition.slug, "pk": entry.pk},
    )
    text = _("“%(name)s” is no longer a name of it.") % {"name": alias.name}
    toast(request, text, undo_url=undo_url)
    return redirect_client(request, partner_address(request, alias.partner))


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def alias_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `alias_delete`, whose audit entry `pk` is."""
    entry = removal_or_404(PartnerAlias, pk)
    perform(request, restore_alias, entry=entry, by=request.actor)
    partner = get_object_or_404(Partner, pk=entry.before["partner_id"])
    return redirect_client(request, partner_address(request, partner))


def _form(
    request: CoalitionRequest, form: StyledForm, partner: Partner | None = None
) -> HttpResponse:
    list_url = reverse("members:partner_list", kwargs={"slug": request.coalition.slug})
    return show_record_form(
        request,
        form,
        heading=partner.name if partner else _("Add a partner"),
        above=(list_url, _("Partners")),
        back_url=partner_address(request, partner) if partner else None,
        card="partner-card",
    )


def _page(
    request: CoalitionRequest,
    partner: Partner,
    *,
    partial: str | None = None,
    **forms: StyledForm,
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "page": partner_page(partner, today),
        "may_change": bool(partner_fields(partner, request.actor)),
        "today": today,
        "status_form": PartnerStatusForm(initial={"status": partner.status}),
        "alias_form": PartnerAliasForm(),
        **forms,
    }
    return render_page(
        request,
        "members/partner_detail.html",
        context,
        partial=partial,
        status=422 if forms else 200,
    )
