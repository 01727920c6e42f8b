"""What was sent, for everybody here to read again."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from coalition.common.htmx import redirect_client, render_page, toast
from comms.forms.issues import ArchiveFilterForm, ItemForm
from comms.models import Issue
from comms.queries import issues_found, issues_read_by
from comms.services.items import withdraw_item
from comms.updates.circles import circle_of
from comms.updates.content import SectionKind, less_words
from comms.updates.draft import told_sections
from comms.updates.happenings import Gathering, happening_of, key_of
from comms.updates.links import event_url
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

PAGE = 20


@coalition_page(Permission.UPDATES_READ)
@require_GET
def archive_list(request: CoalitionRequest) -> HttpResponse:
    """List what was sent; among what is looked for is what an update told as well."""
    form = ArchiveFilterForm(request.GET)
    found = (
        issues_found(request.membership, form.value("q"))
        if form.is_asked
        else issues_read_by(request.membership).filter(told_in=None)
    )
    page = Paginator(found.defer("content"), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "narrowed": form.is_asked}
    return render_page(
        request, "comms/archive_list.html", context, partial="archive-rows"
    )


@coalition_page(Permission.UPDATES_READ)
@require_GET
def archive_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show who reads it what they may, without what was withdrawn."""
    issue = _find(request, pk)
    if issue is None:
        return redirect_client(request, _draft_or_404(request, pk))
    sections = told_sections(issue, circle_of(request.membership))
    withdrawn = set(issue.withdrawals.values_list("key", flat=True))
    context = {
        "issue": less_words(issue, withdrawn),
        "sections": sections,
        **_event(request, issue),
    }
    return render_page(request, "comms/archive_detail.html", context)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def archive_withdraw(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = _sent_or_404(request, pk)
    form = ItemForm(request.POST)
    if form.is_valid():
        withdraw_item(issue=issue, by=request.actor, **form.cleaned_data)
        toast(request, _("Taken back. It is shown nowhere any more."))
    kwargs = {"slug": request.coalition.slug, "pk": pk}
    return redirect_client(request, reverse("comms:archive_detail", kwargs=kwargs))


def _event(request: CoalitionRequest, issue: Issue) -> dict[str, Any]:
    """Return what an event needs on its page, until it is taken back."""
    event = happening_of(issue)
    key = SectionKind.EVENT.value
    if not isinstance(event, Gathering) or issue.withdrawals.filter(key=key).exists():
        return {}
    return {
        "event": event,
        "when": event.when(ZoneInfo(request.person.zone_name)),
        "calendar_url": event_url(issue.coalition_id, issue.pk, request.person.pk),
    }


def _find(request: CoalitionRequest, pk: int) -> Issue | None:
    """Return what was sent; not what was taken back out of the update that told it."""
    issues = issues_read_by(request.membership).filter(pk=pk)
    issue = issues.select_related("coalition", "own_note_by", "told_in").first()
    if issue and issue.told_in:
        taken_back = issue.told_in.withdrawals.filter(key=key_of(issue))
        return None if taken_back.exists() else issue
    return issue


def _draft_or_404(request: CoalitionRequest, pk: int) -> str:
    """Return the page of the draft, to which links of a test lead, for who sees drafts.

    What an update told and took back is no draft.
    """
    draft = Issue.objects.filter(pk=pk, told_in=None).first()
    if draft is None or not request.membership.may(Permission.UPDATES_VIEW):
        raise Http404
    kwargs = {"slug": request.coalition.slug, "pk": pk}
    return reverse("comms:update_detail", kwargs=kwargs)


def _sent_or_404(request: CoalitionRequest, pk: int) -> Issue:
    issue = _find(request, pk)
    if issue is None:
        raise Http404
    return issue
