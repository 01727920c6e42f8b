"""On paper: who takes what to whom, the sheets to print, and who has theirs."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coalition.common.htmx import (
    perform,
    posted,
    render_page,
    see_other,
    toast,
)
from comms.forms.paper import PaperReaderForm
from comms.models import EDITABLE, GONE_OUT, Issue
from comms.services.paper import FINAL, edit_paper_reader, hand_paper, unhand_paper
from comms.updates.paper import papers_of
from comms.updates.paper_readers import OnPaper, on_paper
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.models import PaperReader, Person
from members.permissions import Permission


def _issue_or_404(pk: int) -> Issue:
    written = Issue.objects.filter(state__in=[*EDITABLE, *GONE_OUT])
    issues = written.select_related(
        "coalition", "own_note_by", "answered_by__membership"
    )
    return get_object_or_404(issues, pk=pk)


@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def paper_list(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = _issue_or_404(pk)
    lines = on_paper(issue)
    context = {
        "issue": issue,
        "lines": lines,
        "handed": sum(line.copy is not None for line in lines),
        "unserved": sum(line.courier is None for line in lines),
        "is_final": issue.state in FINAL,
    }
    return render_page(request, "comms/paper_list.html", context)


@coalition_page(Permission.UPDATES_VIEW)
@require_GET
def paper_print(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show the sheets of all, each on a page of its own."""
    issue = _issue_or_404(pk)
    return _sheets(request, issue, on_paper(issue))


@coalition_page(Permission.HOME_VIEW)
@require_GET
def paper_detail(request: CoalitionRequest, pk: int, person: int) -> HttpResponse:
    """Show one sheet to those who prepare it, and to whoever brings it."""
    issue = _issue_or_404(pk)
    line = _line_or_404(request, issue, person, Permission.UPDATES_VIEW)
    brings = line.courier == request.person
    may_tick = brings or request.membership.may(Permission.UPDATES_SEND)
    ticked = [line] if may_tick and issue.state in FINAL else []
    return _sheets(request, issue, [line], ticked=ticked)


@coalition_page(Permission.HOME_VIEW)
@require_GET
def paper_errand(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show whoever brings it all of their sheets, and whom they may tick off."""
    issue = _issue_or_404(pk)
    every = on_paper(issue) if issue.state in FINAL else []
    lines = [line for line in every if line.courier == request.person]
    if not lines:
        raise Http404
    return _sheets(request, issue, lines, ticked=lines)


@coalition_page(Permission.HOME_VIEW)
@require_POST
def paper_hand(request: CoalitionRequest, pk: int, person: int) -> HttpResponse:
    issue = _issue_or_404(pk)
    line = _line_or_404(request, issue, person, Permission.UPDATES_SEND)
    if perform(request, hand_paper, issue=issue, person=line.person, by=request.actor):
        said = _("%(name)s has it.") % {"name": line.person}
        toast(request, said, undo_url=_address(request, "paper_unhand", pk, person))
    return _back(request, issue)


@coalition_page(Permission.HOME_VIEW)
@require_POST
def paper_unhand(request: CoalitionRequest, pk: int, person: int) -> HttpResponse:
    issue = _issue_or_404(pk)
    line = _line_or_404(request, issue, person, Permission.UPDATES_SEND)
    unhand_paper(issue=issue, person=line.person, by=request.actor)
    toast(request, _("%(name)s does not have it yet.") % {"name": line.person})
    return _back(request, issue)


def _line_or_404(
    request: CoalitionRequest, issue: Issue, person: int, permission: Permission
) -> OnPaper:
    """Return the line of this person; who brings it needs no permission once final."""
    line = next(iter(on_paper(issue, only=person)), None)
    brings = line and line.courier == request.person and issue.state in FINAL
    if line is None or not (brings or request.membership.may(permission)):
        raise Http404
    return line


def _sheets(
    request: CoalitionRequest,
    issue: Issue,
    lines: list[OnPaper],
    *,
    ticked: Sequence[OnPaper] = (),
) -> HttpResponse:
    sheets = papers_of(issue, lines, is_final=issue.state in FINAL)
    context = {"issue": issue, "sheets": sheets, "ticked": ticked}
    return render_page(request, "comms/paper_print.html", context)


def _address(request: CoalitionRequest, name: str, pk: int, person: int) -> str:
    kwargs = {"slug": request.coalition.slug, "pk": pk, "person": person}
    return reverse(f"comms:{name}", kwargs=kwargs)


def _back(request: CoalitionRequest, issue: Issue) -> HttpResponse:
    """Return to the list those who may read it, and to their own page the others."""
    slug = request.coalition.slug
    if request.membership.may(Permission.UPDATES_VIEW):
        return see_other("comms:paper_list", slug=slug, pk=issue.pk)
    return see_other("web:home", slug=slug)


@coalition_page(Permission.PEOPLE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def paper_reader_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.listed(), pk=pk)
    reader = PaperReader.objects.filter(person=person).first()
    first = {
        "on_paper": reader is not None or not person.email,
        "courier": reader.courier_id if reader else None,
    }
    form = PaperReaderForm(posted(request), initial=first)
    if form.is_valid() and form.attempt(
        edit_paper_reader, person=person, by=request.actor
    ):
        toast(request, _("Saved."))
        person_page = reverse(
            "members:person_detail", kwargs={"slug": request.coalition.slug, "pk": pk}
        )
        return see_other(person_page)
    status = 422 if form.errors else 200
    context = {"form": form, "person": person}
    return render_page(request, "comms/paper_reader_form.html", context, status=status)
