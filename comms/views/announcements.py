"""Announcing something: what happened, whom it is for, and who answers."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.common.htmx import posted, redirect_client, render_page, see_other, toast
from comms.forms.announcements import (
    EDIT_FORMS,
    NEW_FORMS,
    AnnounceForm,
    AnnouncementForm,
)
from comms.models import EDITABLE, Issue, IssueKind
from comms.services.announcements import draft_announcement, edit_announcement
from comms.services.telling import tell_at_once, tell_with_update
from comms.views.finding import issue_or_404
from comms.views.issues import address
from comms.views.steps import take
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_create(request: CoalitionRequest) -> HttpResponse:
    """Ask what it is about, then for the rest of it."""
    asked = AnnounceForm(request.GET)
    topic, to = asked.value("topic"), asked.value("to")
    if not topic:
        return render_page(request, "comms/announcement_topics.html", {"to": to})
    issue = Issue(coalition=request.coalition, topic=topic)
    form = NEW_FORMS[topic](posted(request), instance=issue, to=to)
    if form.is_valid() and form.attempt(draft_announcement, by=request.actor):
        toast(request, _("Drafted. Read it as they will, then let it go."))
        return see_other(address(form.result))
    above = reverse("comms:update_list", kwargs={"slug": request.coalition.slug})
    return _form(request, issue, form, above)


@coalition_page(Permission.UPDATES_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    issue = issue_or_404(pk)
    if issue.kind != IssueKind.ANNOUNCEMENT or issue.state not in EDITABLE:
        return redirect_client(request, address(issue))
    kind = EDIT_FORMS.get(issue.topic, AnnouncementForm)
    form = kind(posted(request), instance=issue)
    if form.is_valid() and form.attempt(
        edit_announcement, issue=issue, by=request.actor
    ):
        toast(request, _("Saved. The preview shows it."))
        return see_other(address(issue))
    return _form(request, issue, form, address(issue))


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def announcement_wait(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Let the next update tell it."""
    return take(request, pk, _("The next update tells it."), tell_with_update)


@coalition_page(Permission.UPDATES_SEND)
@require_POST
def announcement_unwait(request: CoalitionRequest, pk: int) -> HttpResponse:
    return take(request, pk, _("It goes by itself again."), tell_at_once)


def _form(
    request: CoalitionRequest, issue: Issue, form: AnnouncementForm, above: str
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "issue": issue, "above_url": above}
    status = 422 if form.errors else 200
    return render_page(request, "comms/announcement_form.html", context, status=status)
