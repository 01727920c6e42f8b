"""The list of partners, and acts on many of them at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from coalition.common.htmx import (
    came_from,
    perform,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from coalition.common.sorting import Sorting
from members.decorators import coalition_page
from members.errors import NothingToChange
from members.forms.bulk import BulkChoiceForm, PartnerBulkForm
from members.forms.lists import PartnerFilterForm
from members.http import CoalitionRequest
from members.models import AuditEntry, Partner
from members.permissions import Permission
from members.queries.lists import (
    ARCHIVED,
    PARTNER_COLUMNS,
    with_people_count,
)
from members.services.bulk import BULK, BulkAct, change_partners, undo_bulk
from members.views.lately import shown_lately
from members.views.places import partner_address

PAGE = 50
NAMED = 12


@coalition_page(Permission.PARTNERS_VIEW)
@require_GET
def partner_list(request: CoalitionRequest) -> HttpResponse:
    form = PartnerFilterForm(request.GET)
    sorting = Sorting(PARTNER_COLUMNS, request.GET.get("sort", ""))
    partners = with_people_count(form.partners(), timezone.localdate())
    found = partners.order_by(*sorting.order())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may_bulk = request.membership.may(Permission.PARTNERS_EDIT)
    context = {
        "form": form,
        "page": page,
        "filtered": any(form.cleaned_data.values()),
        "archive": form.value("status") == ARCHIVED,
        "sorting": sorting,
        "may_bulk": may_bulk,
        "lately": may_bulk
        and shown_lately(request, action=BULK, acts=BulkAct, model=Partner),
    }
    return render_page(
        request, "members/partner_list.html", context, partial="partner-rows"
    )


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def partner_bulk(request: CoalitionRequest) -> HttpResponse:
    """Ask first, with everybody named; do it once that is confirmed."""
    chosen = BulkChoiceForm(_chosen(request))
    if not chosen.is_valid():
        for said in chosen.errors.values():
            messages.error(request, str(said[0]))
        return see_other(came_from(request, _list_url(request)))
    act = BulkAct(chosen.cleaned_data["act"])
    confirmed = request.POST if "confirmed" in request.POST else None
    form = PartnerBulkForm(confirmed, act=act, initial=_as_typed(chosen))
    if (
        confirmed
        and form.is_valid()
        and form.attempt(change_partners, by=request.actor)
    ):
        _say_done(request, form.result)
        return redirect_client(request, _list_url(request))
    partners = Partner.objects.filter(pk__in=chosen.cleaned_data["pks"])
    context = {
        "form": form,
        "act": act,
        "partners": partners[:NAMED],
        "count": partners.count(),
        "more": max(partners.count() - NAMED, 0),
        "list_url": _list_url(request),
    }
    return render_page(
        request,
        "members/partner_bulk.html",
        context,
        status=422 if form.errors else 200,
    )


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def partner_bulk_undo(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `partner_bulk` and `partner_archive`, whose audit entry `pk` is."""
    entry = get_object_or_404(AuditEntry, pk=pk, action=BULK)
    if perform(request, undo_bulk, entry=entry, by=request.actor):
        toast(request, _("Taken back."))
    return redirect_client(request, came_from(request, _list_url(request)))


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def partner_archive(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _act_on_one(request, pk, BulkAct.ARCHIVE)


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def partner_unarchive(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _act_on_one(request, pk, BulkAct.UNARCHIVE)


def _act_on_one(request: CoalitionRequest, pk: int, act: BulkAct) -> HttpResponse:
    partner = get_object_or_404(Partner, pk=pk)
    try:
        entry = change_partners(pks=[pk], act=act, by=request.actor)
    except NothingToChange as refusal:
        messages.error(request, str(refusal))
    else:
        _say_done(request, entry)
    return redirect_client(request, partner_address(request, partner))


def _chosen(request: CoalitionRequest) -> QueryDict:
    """Return what was sent, the ticked rows or all of the list as one field."""
    data = request.POST.copy()
    if "everything" in data:
        form = PartnerFilterForm(QueryDict(data.get("query", "")))
        found = form.partners().values_list("pk", flat=True)
        data["pks"] = ",".join(str(pk) for pk in found)
    elif "confirmed" not in data:
        data["pks"] = ",".join(data.getlist("pk"))
    return data


def _as_typed(chosen: BulkChoiceForm) -> dict[str, str]:
    return {name: chosen.data.get(name, "") for name in ("act", "pks")}


def _say_done(request: CoalitionRequest, entry: AuditEntry) -> None:
    changed = len(entry.after["partners"])
    said = {
        BulkAct.PAUSE: ngettext(
            "%(n)d partner paused.", "%(n)d partners paused.", changed
        ),
        BulkAct.RESUME: ngettext(
            "%(n)d partner is back.", "%(n)d partners are back.", changed
        ),
        BulkAct.TAG: ngettext(
            "%(n)d partner tagged.", "%(n)d partners tagged.", changed
        ),
        BulkAct.UNTAG: ngettext(
            "Tag removed from %(n)d partner.",
            "Tag removed from %(n)d partners.",
            changed,
        ),
        BulkAct.ARCHIVE: ngettext(
            "%(n)d partner is in the archive now.",
            "%(n)d partners are in the archive now.",
            changed,
        ),
        BulkAct.UNARCHIVE: ngettext(
            "%(n)d partner is out of the archive.",
            "%(n)d partners are out of the archive.",
            changed,
        ),
    }
    undo_url = reverse(
        "members:partner_bulk_undo",
        kwargs={"slug": request.coalition.slug, "pk": entry.pk},
    )
    act = BulkAct(entry.after["act"])
    toast(request, said[act] % {"n": changed}, undo_url=undo_url)


def _list_url(request: CoalitionRequest) -> str:
    return reverse("members:partner_list", kwargs={"slug": request.coalition.slug})
