"""Acts on many people of the list at once, asked for and taken back."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from coalition.common.errors import DomainError
from coalition.common.htmx import (
    came_from,
    redirect_client,
    render_page,
    see_other,
    toast,
)
from coalition.web.people_forms import PeopleBulkForm, PeopleChoiceForm
from coalition.web.services.bulk_people import (
    change_people,
    concerned,
    load_of_people,
    undo_change,
)
from coalition.web.services.leaving import BACK_WITHIN
from members.decorators import coalition_page
from members.errors import NothingToChange
from members.forms.lists import PersonFilterForm
from members.http import CoalitionRequest
from members.models import AuditEntry
from members.permissions import Permission
from members.recent_sign_in import require_recent_sign_in
from members.services.memberships import BULK_PEOPLE, PeopleAct

NAMED = 12


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def person_bulk(request: CoalitionRequest) -> HttpResponse:
    """Ask first, with everybody named; do it once that is confirmed."""
    chosen = PeopleChoiceForm(_chosen(request))
    if not chosen.is_valid():
        said = [str(errors[0]) for errors in chosen.errors.values()]
        return _refuse(request, *said)
    act = PeopleAct(chosen.cleaned_data["act"])
    pks = chosen.cleaned_data["pks"]
    members = list(concerned(act, pks, request.actor))
    if not members:
        return _refuse(request, str(NothingToChange()))
    carried = load_of_people(act, [member.person_id for member in members])
    form = PeopleBulkForm(
        request.POST if "confirmed" in request.POST else None,
        act=act,
        people=pks,
        carried=carried,
        initial={name: chosen.data.get(name, "") for name in ("act", "pks")},
    )
    if form.is_bound and act == PeopleAct.ROLE:
        require_recent_sign_in(request)
    if form.is_valid() and form.attempt(change_people, by=request.actor):
        _say_done(request, form.result)
        return redirect_client(request, _list_url(request))
    context = {
        "form": form,
        "act": act,
        "carried": carried,
        "members": members[:NAMED],
        "count": len(members),
        "more": max(len(members) - NAMED, 0),
        "is_in": request.person.pk in pks and act != PeopleAct.GROUP,
        "days": BACK_WITHIN.days,
        "list_url": _list_url(request),
    }
    status = 422 if form.errors else 200
    return render_page(request, "web/people_bulk.html", context, status=status)


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def person_bulk_undo(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Undo `person_bulk`, `person_leave` and `person_return`: their audit entry."""
    entry = get_object_or_404(AuditEntry, pk=pk, action=BULK_PEOPLE)
    try:
        stayed = undo_change(entry=entry, by=request.actor)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        toast(request, _taken_back(stayed))
    return redirect_client(request, came_from(request, _list_url(request)))


def undo_address(request: CoalitionRequest, entry: AuditEntry) -> str:
    return reverse(
        "web:person_bulk_undo",
        kwargs={"slug": request.coalition.slug, "pk": entry.pk},
    )


def _chosen(request: CoalitionRequest) -> QueryDict:
    """Return what was sent, the ticked rows or all of the list as one field."""
    data = request.POST.copy()
    if "everything" in data:
        form = PersonFilterForm(QueryDict(data.get("query", "")))
        found = form.people().order_by("pk").values_list("pk", flat=True)
        data["pks"] = ",".join(str(pk) for pk in found)
    elif "confirmed" not in data:
        data["pks"] = ",".join(data.getlist("pk"))
    return data


def _refuse(request: CoalitionRequest, *said: str) -> HttpResponse:
    for sentence in said:
        messages.error(request, sentence)
    return see_other(came_from(request, _list_url(request)))


def _say_done(request: CoalitionRequest, entry: AuditEntry) -> None:
    changed = len(entry.after["people"])
    said = {
        PeopleAct.ROLE: ngettext(
            "%(n)d person has another access now.",
            "%(n)d people have another access now.",
            changed,
        ),
        PeopleAct.SUSPEND: ngettext(
            "%(n)d person is suspended.", "%(n)d people are suspended.", changed
        ),
        PeopleAct.RESUME: ngettext(
            "%(n)d person is back.", "%(n)d people are back.", changed
        ),
        PeopleAct.REMOVE: ngettext(
            "%(n)d person has left and is in the archive.",
            "%(n)d people have left and are in the archive.",
            changed,
        ),
        PeopleAct.GROUP: ngettext(
            "%(n)d person is in the group now.",
            "%(n)d people are in the group now.",
            changed,
        ),
    }
    text = said[PeopleAct(entry.after["act"])] % {"n": changed}
    toast(request, text, undo_url=undo_address(request, entry))


def _taken_back(stayed: int) -> str:
    if not stayed:
        return _("Taken back.")
    said = ngettext(
        "Taken back. %(n)d thing was changed since and stays as it is.",
        "Taken back. %(n)d things were changed since and stay as they are.",
        stayed,
    )
    return said % {"n": stayed}


def _list_url(request: CoalitionRequest) -> str:
    return reverse("members:person_list", kwargs={"slug": request.coalition.slug})
