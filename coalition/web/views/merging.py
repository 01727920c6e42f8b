"""Finding records that are one, comparing them, merging, and taking that back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.htmx import perform, posted, render_page, see_other, toast
from coalition.web.duplicates import (
    Pairs,
    partner_pairs,
    partner_twins,
    person_pairs,
    person_twins,
)
from coalition.web.merging_forms import (
    MergeForm,
    OtherPartnerForm,
    OtherPersonForm,
    PersonPickForm,
)
from coalition.web.services.merging.apart import keep_apart, undo_apart
from coalition.web.services.merging.merge import merge_partners, merge_people
from coalition.web.services.merging.preview import merge_preview
from coalition.web.services.merging.undo import undo_merge
from members.decorators import coalition_page
from members.errors import SameRecord
from members.http import CoalitionRequest
from members.models import KeptApart, Merge, MergeKind, Partner, Person
from members.permissions import Permission
from members.queries.merges import recent_merges

PAGE = 25


@coalition_page(Permission.PARTNERS_EDIT)
@require_safe
def partner_duplicates(request: CoalitionRequest) -> HttpResponse:
    return _list(request, MergeKind.PARTNER, partner_pairs(), partner_twins)


@coalition_page(Permission.PEOPLE_EDIT)
@require_safe
def person_duplicates(request: CoalitionRequest) -> HttpResponse:
    return _list(request, MergeKind.PERSON, person_pairs(), person_twins)


def _list(
    request: CoalitionRequest,
    kind: MergeKind,
    pairs: Pairs,
    twins: Callable[[Pairs], list[Any]],
) -> HttpResponse:
    page = Paginator(list(pairs), PAGE).get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "page": page,
        "twins": twins({pair: pairs[pair] for pair in page}),
        "merges": recent_merges(kind, timezone.now()),
    }
    return render_page(request, "web/duplicate_list.html", context)


@coalition_page(Permission.PARTNERS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_merge(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Ask which other one it is; then compare the two; merge them by POST alone."""
    kept = get_object_or_404(Partner, pk=pk)
    asked = OtherPartnerForm(request.GET or None, kept=kept)
    if asked.is_valid():
        return _compare(request, kept, asked.cleaned_data["other"], merge_partners)
    return _ask(request, kept, asked)


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def person_merge(request: CoalitionRequest, pk: int) -> HttpResponse:
    people = Person.objects.living().select_related("membership__user")
    kept = get_object_or_404(people, pk=pk)
    asked = OtherPersonForm(request.GET or None, kept=kept)
    if asked.is_valid():
        return _compare(request, kept, asked.cleaned_data["other"], merge_people)
    picked = PersonPickForm(request.GET or None)
    if picked.is_valid():
        other = picked.cleaned_data["person"]
        if other != kept:
            return redirect(f"{request.path}?other={other.pk}")
        picked.add_error("person", str(SameRecord()))
    return _ask(request, kept, picked)


def _ask(request: CoalitionRequest, kept: Partner | Person, form: Any) -> HttpResponse:
    context = {"kept": kept, "form": form, "kind": _kind(kept)}
    status = 422 if form.errors or request.method == "POST" else 200
    return render_page(request, "web/merge_ask.html", context, status=status)


def _compare(
    request: CoalitionRequest,
    kept: Any,
    lost: Any,
    service: Callable[..., Merge],
) -> HttpResponse:
    form = MergeForm(posted(request), kept=kept, lost=lost)
    names = {"lost": str(lost), "kept": str(kept)}
    if form.is_valid() and form.attempt(
        service, kept=kept, lost=lost, by=request.actor
    ):
        undo = _to(request, "web:merge_undo", form.result.pk)
        text = _("%(lost)s and %(kept)s are one now.") % names
        toast(request, text, undo_url=undo)
        return see_other(_page_of(request, kept))
    context = {
        "form": form,
        "kept": kept,
        "lost": lost,
        "kind": _kind(kept),
        "preview": merge_preview(kept, lost, by=request.actor),
    }
    status = 422 if form.errors else 200
    return render_page(request, "web/merge_compare.html", context, status=status)


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def merge_undo(request: CoalitionRequest, pk: int) -> HttpResponse:
    merge = get_object_or_404(Merge, pk=pk)
    if merge.kind == MergeKind.PERSON and not request.membership.may(
        Permission.PEOPLE_EDIT
    ):
        raise PermissionDenied
    page = _page_of(request, merge.kept)
    left: list[int] = []

    def undo(**kwargs: Any) -> None:
        left.append(undo_merge(**kwargs))

    if perform(request, undo, merge=merge, by=request.actor):
        toast(request, _("%(name)s is back.") % {"name": merge.lost_name})
        if left[0]:
            said = ngettext(
                "%(n)d thing was changed since the merge and stays as it is.",
                "%(n)d things were changed since the merge and stay as they are.",
                left[0],
            )
            messages.info(request, said % {"n": left[0]})
    return see_other(page)


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def partner_apart(request: CoalitionRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Partner, pk=pk)
    form = OtherPartnerForm(request.POST, kept=one)
    return _keep_apart(request, one, form, "web:partner_duplicates")


@coalition_page(Permission.PEOPLE_EDIT)
@require_POST
def person_apart(request: CoalitionRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Person.objects.living(), pk=pk)
    form = OtherPersonForm(request.POST, kept=one)
    return _keep_apart(request, one, form, "web:person_duplicates")


def _keep_apart(
    request: CoalitionRequest, one: Partner | Person, form: Any, page: str
) -> HttpResponse:
    if form.is_valid() and form.attempt(keep_apart, one=one, by=request.actor):
        undo = _to(request, "web:apart_undo", form.result.pk)
        text = _("They are two, and will not be asked about again.")
        toast(request, text, undo_url=undo)
    else:
        messages.error(request, _("The other one is gone by now."))
    return see_other(page, slug=request.coalition.slug)


@coalition_page(Permission.PARTNERS_EDIT)
@require_POST
def apart_undo(request: CoalitionRequest, pk: int) -> HttpResponse:
    apart = get_object_or_404(KeptApart, pk=pk)
    page = f"web:{apart.kind}_duplicates"
    undo_apart(apart=apart, by=request.actor)
    return see_other(page, slug=request.coalition.slug)


def _kind(record: Partner | Person) -> str:
    return MergeKind.PARTNER if isinstance(record, Partner) else MergeKind.PERSON


def _page_of(request: CoalitionRequest, record: Partner | Person) -> str:
    return _to(request, f"members:{_kind(record)}_detail", record.pk)


def _to(request: CoalitionRequest, name: str, pk: int) -> str:
    return reverse(name, kwargs={"slug": request.coalition.slug, "pk": pk})
