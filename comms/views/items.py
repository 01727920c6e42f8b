"""What a coordinator does with one item, or one section, of a draft."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.errors import DomainError
from coalition.common.htmx import (
    posted,
    redirect_client,
    render_page,
    see_other,
    toast,
    wants_partial,
)
from comms.forms.issues import ItemForm, MoveForm, PinForm, ShowForm, WordingForm
from comms.models import EDITABLE, Issue
from comms.services.items import (
    move_item,
    pin_item,
    restore_item,
    reword_item,
    show_item,
)
from comms.updates.draft import DraftItem, draft_item, draft_section, is_in
from comms.views.finding import issue_or_404
from comms.views.issues import address, draft_context
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


def _act(
    request: CoalitionRequest, pk: int, form: ItemForm, service: Callable[..., Issue]
) -> HttpResponse:
    """Do it and show the items again, in place or at the place on the page."""
    issue = issue_or_404(pk)
    if not form.is_valid() or not is_in(issue, form.cleaned_data["key"]):
        return HttpResponseBadRequest()
    try:
        service(issue=issue, by=request.actor, **form.cleaned_data)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect_client(request, address(issue))
    return _show_items(request, pk, form.cleaned_data["key"])


def _show_items(request: CoalitionRequest, pk: int, key: str) -> HttpResponse:
    issue = issue_or_404(pk)
    if not wants_partial(request):
        kind = "section" if draft_section(issue, key) else "item"
        return see_other(f"{address(issue)}#{kind}-{slugify(key)}")
    context = {"at": key, **draft_context(request, issue)}
    return render_page(request, "comms/update_items.html", context)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_item_toggle(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _act(request, pk, ShowForm(request.POST), show_item)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_item_pin(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _act(request, pk, PinForm(request.POST), pin_item)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_item_move(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _act(request, pk, MoveForm(request.POST), move_item)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_item_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Put back the words of the record."""
    return _act(request, pk, ItemForm(request.POST), restore_item)


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def update_item_reword(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    which = ItemForm(request.GET)
    entry = draft_item(issue, which.cleaned_data["key"]) if which.is_valid() else None
    if entry is None:
        return HttpResponseBadRequest()
    if issue.state not in EDITABLE:
        return redirect_client(request, address(issue))
    words = {"words": entry.item.words, "note": entry.item.note}
    form = WordingForm(posted(request), initial=words)
    if form.is_valid() and form.attempt(
        reword_item, issue=issue, key=entry.item.key, by=request.actor
    ):
        toast(request, _("Reworded. What the record says is kept."))
        return see_other(f"{address(issue)}#item-{slugify(entry.item.key)}")
    return _wording(request, issue, entry, form)


def _wording(
    request: CoalitionRequest, issue: Issue, entry: DraftItem, form: WordingForm
) -> HttpResponse:
    context: dict[str, Any] = {"issue": issue, "entry": entry, "form": form}
    status = 422 if form.errors else 200
    return render_page(request, "comms/update_reword.html", context, status=status)
