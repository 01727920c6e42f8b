"""The list of updates and announcements, and one of them: as a draft or as a report."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from coalition.common.frames import shows_mail
from coalition.common.htmx import redirect_client, render_page, see_other, toast
from comms.forms.issues import IssueForm, NumberForm
from comms.models import EDITABLE, GONE_OUT, Issue, QuoteState
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
from comms.services.editors import second_look
from comms.services.issues import edit_issue
from comms.services.planning import caution_about
from comms.services.quotes import is_told
from comms.updates.changes import changes_since_approval, was_approved
from comms.updates.draft import draft_sections
from comms.updates.look import look_over
from comms.updates.paper_readers import on_paper
from comms.updates.usual import is_beyond_usual
from comms.views.finding import circle_that_sees, issue_or_404
from comms.views.preview import preview_context
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission

PAGE = 12
ROWS = 50


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
    request: CoalitionRequest,
    issue: Issue,
    form: IssueForm,
    status: int = 200,
    *,
    number: IssueForm | NumberForm | None = None,
) -> HttpResponse:
    """Show the draft; `number` is the form in which the number of readers is wrong."""
    context = {"form": form, **draft_context(request, issue)}
    context |= {"number": number} if number else {}
    return render_page(
        request, "comms/update_draft.html", context, partial="draft", status=status
    )


def draft_context(request: CoalitionRequest, issue: Issue) -> dict[str, Any]:
    shown = preview_context(request, issue, looks_over=True)
    look = shown["look"]
    circle = circle_that_sees(request)
    quotes = list(issue.quotes.select_related("speaker", "asked_by"))
    return {
        "issue": issue,
        "sections": draft_sections(issue, circle),
        "second": second_look(issue, request.person),
        "quotes": quotes,
        "told": [quote for quote in quotes if is_told(issue, quote)],
        "waiting_quotes": sum(quote.state == QuoteState.ASKED for quote in quotes),
        "audience": look.audience,
        "asks_number": is_beyond_usual(issue, look.audience.total),
        "number": NumberForm.of(issue),
        "caution": caution_about(issue, timezone.now()),
        "approved_before": was_approved(issue),
        "changes": changes_since_approval(issue, circle),
        "now": timezone.now(),
        **shown,
    }


@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def update_check(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show all that whoever approves it should know, name by name."""
    issue = issue_or_404(pk)
    if issue.state not in EDITABLE:
        return see_other(address(issue))
    look = look_over(issue, request.person, within=circle_that_sees(request))
    page = Paginator(look.survey.idle, ROWS).get_page(request.GET.get("page"))
    context = {"issue": issue, "look": look, "page": page}
    return render_page(request, "comms/update_check.html", context)


def _report(request: CoalitionRequest, issue: Issue) -> HttpResponse:
    trouble = request.GET.get("show") == "trouble"
    paper = on_paper(issue)
    rows = messages_of(issue, needs_a_look=trouble)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        **progress(issue),
        "trouble": trouble,
        "page": page,
        "rows": with_words(page),
        "left_out": with_words(left_out_of(issue)[:ROWS]),
        "on_paper": paper,
        "handed": sum(line.copy is not None for line in paper),
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
