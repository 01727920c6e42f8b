"""The list of updates and announcements, and one of them: as a draft or as a report."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from coalition.common.frames import framed, mail_body, shows_mail
from coalition.common.htmx import redirect_client, render_page, see_other, toast
from comms.forms.issues import IssueForm, PreviewForm
from comms.models import EDITABLE, Issue
from comms.queries import (
    Report,
    left_out_of,
    messages_of,
    minutes_left,
    minutes_to_recall,
    past_issues,
    report_of,
    upcoming,
    with_words,
)
from comms.services.issues import GONE_OUT, edit_issue
from comms.services.planning import caution_about
from comms.updates.changes import changes_since_approval, was_approved
from comms.updates.draft import (
    audience_of,
    draft_sections,
    seen_by,
)
from comms.updates.render import preview
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

PAGE = 12
ROWS = 50


def issue_or_404(pk: int) -> Issue:
    issues = Issue.objects.select_related("coalition", "approved_by", "own_note_by")
    return get_object_or_404(issues, pk=pk)


def address(issue: Issue) -> str:
    kwargs = {"slug": issue.coalition.slug, "pk": issue.pk}
    return reverse("comms:update_detail", kwargs=kwargs)


@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_list(request: CoalitionRequest) -> HttpResponse:
    page = Paginator(past_issues(), PAGE).get_page(request.GET.get("page"))
    context = {"upcoming": upcoming(timezone.now()), "page": page}
    return render_page(request, "comms/update_list.html", context)


@shows_mail
@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    if issue.state in EDITABLE:
        return draft(request, issue, IssueForm(instance=issue))
    if issue.state in GONE_OUT:
        return _report(request, issue)
    return render_page(request, "comms/update_unsent.html", {"issue": issue})


def draft(
    request: CoalitionRequest, issue: Issue, form: IssueForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, **draft_context(request, issue)}
    return render_page(
        request, "comms/update_draft.html", context, partial="draft", status=status
    )


def draft_context(request: CoalitionRequest, issue: Issue) -> dict[str, Any]:
    return {
        "issue": issue,
        "sections": draft_sections(issue),
        "audience": audience_of(issue),
        "caution": caution_about(issue, timezone.now()),
        "approved_before": was_approved(issue),
        "changes": changes_since_approval(issue),
        "now": timezone.now(),
        **preview_context(request, issue),
    }


def preview_context(request: CoalitionRequest, issue: Issue) -> dict[str, Any]:
    form = PreviewForm(request.GET)
    seen = seen_by(
        issue,
        number=form.value("person"),
        words=form.value("q"),
        default=request.person,
    )
    part = form.value("part") or "html"
    return {
        "reader": seen,
        "seen": urlencode({"person": seen.person.pk, "part": part}),
        "part": part,
        "parts": form.fields["part"].choices,  # type: ignore[attr-defined]
    }


def _report(request: CoalitionRequest, issue: Issue) -> HttpResponse:
    trouble = request.GET.get("show") == "trouble"
    rows = messages_of(issue, needs_a_look=trouble)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        **progress(issue),
        "trouble": trouble,
        "page": page,
        "rows": with_words(page),
        "left_out": with_words(left_out_of(issue)[:ROWS]),
    }
    return render_page(request, "comms/update_report.html", context)


def progress(issue: Issue) -> dict[str, Any]:
    report: Report = report_of(issue)
    return {
        "issue": issue,
        "report": report,
        "minutes": minutes_left(issue, report),
        "to_recall": minutes_to_recall(report, timezone.now()),
    }


@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_progress_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    if issue.state not in GONE_OUT:
        return redirect_client(request, address(issue))
    return render_page(
        request, "comms/update_report.html#progress-panel", progress(issue)
    )


@shows_mail
@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    form = IssueForm(request.POST, instance=issue)
    if form.is_valid() and form.attempt(edit_issue, issue=issue, by=request.actor):
        toast(request, _("Saved. The preview shows it."))
        return see_other(address(issue))
    return draft(request, issue, form, status=422)


@shows_mail
@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_preview(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    context = {"issue": issue, **preview_context(request, issue)}
    return render_page(request, "comms/update_preview.html", context, partial="preview")


@mail_body
@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_preview_body(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer with the mail itself, for a frame that may run nothing."""
    issue = issue_or_404(pk)
    seen = preview_context(request, issue)
    mail = preview(issue, seen["reader"].person)
    if seen["part"] == "text":
        return HttpResponse(mail.text, content_type="text/plain; charset=utf-8")
    return framed(mail.html)
