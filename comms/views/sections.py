"""Words of a coordinator's own in a draft: above a section, or as one more section."""

from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import posted, redirect_client, render_page, see_other, toast
from comms.forms.issues import ItemForm
from comms.forms.sections import OpeningForm, OwnSectionForm
from comms.models import EDITABLE, Issue
from comms.services.sections import (
    create_section,
    edit_section,
    open_section,
    remove_section,
)
from comms.updates.draft import DraftSection, draft_section
from comms.views.finding import issue_or_404
from comms.views.issues import address
from comms.views.steps import act
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def update_section_open(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Write, change or take away the words above a section."""
    issue = issue_or_404(pk)
    section = _section(request, issue, own=False)
    if not isinstance(section, DraftSection):
        return section
    words = section.said.words if section.said else ""
    form = OpeningForm(posted(request), initial={"words": words})
    if form.is_valid() and form.attempt(
        open_section, issue=issue, name=section.name, by=request.actor
    ):
        toast(request, _("Saved. The preview shows it."))
        return see_other(_place(issue, section.name))
    return _page(request, issue, form, section)


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def update_section_create(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    if issue.state not in EDITABLE:
        return redirect_client(request, address(issue))
    form = OwnSectionForm(posted(request))
    if form.is_valid() and form.attempt(create_section, issue=issue, by=request.actor):
        toast(request, _("Added. Move it where it belongs."))
        return see_other(_place(issue, form.result.own_sections[-1]["key"]))
    return _page(request, issue, form)


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def update_section_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    section = _section(request, issue, own=True)
    if not isinstance(section, DraftSection):
        return section
    now = {
        "heading": section.heading,
        "words": section.said.words if section.said else "",
        "circle": section.circle,
    }
    form = OwnSectionForm(posted(request), initial=now)
    if form.is_valid() and form.attempt(
        edit_section, issue=issue, key=section.name, by=request.actor
    ):
        toast(request, _("Saved. The preview shows it."))
        return see_other(_place(issue, section.name))
    return _page(request, issue, form, section)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def update_section_remove(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    form = ItemForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()

    def step() -> None:
        remove_section(issue=issue, by=request.actor, **form.cleaned_data)

    return act(request, issue, _("Removed."), step)


def _section(
    request: CoalitionRequest, issue: Issue, *, own: bool
) -> DraftSection | HttpResponse:
    """Return the section that the address names, or what to answer instead of it."""
    which = ItemForm(request.GET)
    named = which.is_valid() and draft_section(issue, which.cleaned_data["key"])
    if not named or named.is_own != own:
        return HttpResponseBadRequest()
    if issue.state not in EDITABLE:
        return redirect_client(request, address(issue))
    return named


def _place(issue: Issue, name: str) -> str:
    return f"{address(issue)}#section-{slugify(name)}"


def _page(
    request: CoalitionRequest,
    issue: Issue,
    form: OpeningForm | OwnSectionForm,
    section: DraftSection | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"issue": issue, "form": form, "section": section}
    status = 422 if form.errors else 200
    return render_page(request, "comms/update_section.html", context, status=status)
