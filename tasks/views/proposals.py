"""What was reported in check-ins and waits for a yes: signed in, or by the link."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.common.htmx import perform, render_page, see_other, toast
from coalition.common.signing import Link
from members.decorators import coalition_page
from members.http import CoalitionRequest, LinkRequest
from members.models import Person
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor
from tasks.forms.proposals import ANSWERS, BACK, ProposalForm
from tasks.models import ReadingReport, TaskReport
from tasks.queries.proposals import (
    Proposal,
    answered_by,
    has_access,
    proposals_link,
    up_to,
    waiting_for_yes,
)
from tasks.services.proposals import (
    settle_reading_report,
    settle_task_report,
    unsettle_reading_report,
    unsettle_task_report,
)

Service = Callable[..., Any]
SETTLE: Final[Mapping[type, Service]] = {
    TaskReport: settle_task_report,
    ReadingReport: settle_reading_report,
}
UNSETTLE: Final[Mapping[type, Service]] = {
    TaskReport: unsettle_task_report,
    ReadingReport: unsettle_reading_report,
}


@coalition_page(Permission.CHECKINS_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_list(request: CoalitionRequest) -> HttpResponse:
    """Say yes or not yet to what waits for this person; coordinators see all of it."""
    leads = request.membership.may(Permission.TASKS_EDIT)
    waiting = waiting_for_yes(request.person, leads=leads)
    answered = answered_by(request.person, timezone.now())
    return _settle(
        request, request.person, waiting, answered, by=request.actor, frame="base.html"
    )


def proposal_link(request: LinkRequest, link: Link) -> HttpResponse:
    """Say so by the link in the mail: of what was reported up to its day, alone."""
    person, by = request.holder, request.actor
    day = date.fromordinal(link.row_id) if link.row_id > 0 else date.min
    known = link == proposals_link(person, day) and has_access(person)
    leads = may(by, Permission.TASKS_EDIT)
    waiting = [
        proposal
        for proposal in waiting_for_yes(person, leads=leads)
        if known and proposal.is_for(person.pk, leads=leads)
    ]
    answered = answered_by(person, timezone.now()) if known else []
    return _settle(
        request,
        person,
        up_to(day, person, waiting),
        up_to(day, person, answered),
        by=by,
        frame="base_public.html",
    )


def _settle(
    request: HttpRequest,
    person: Person,
    waiting: Sequence[Proposal],
    answered: Sequence[Proposal],
    *,
    by: Actor,
    frame: str,
) -> HttpResponse:
    forms = {proposal.key: ProposalForm(prefix=proposal.key) for proposal in waiting}
    pressed = request.POST.get("answer", "")
    found = _find(request, answered if pressed == BACK else waiting)
    if found and pressed == BACK:
        perform(request, UNSETTLE[type(found.report)], report=found.report, by=by)
        return see_other(request.path)
    if found and pressed in ANSWERS:
        form = ProposalForm(request.POST, prefix=found.key, answer=pressed)
        if form.is_valid() and form.attempt(
            SETTLE[type(found.report)], report=found.report, by=by
        ):
            _thank(request, found, frame)
            return see_other(request.path)
        forms[found.key] = form
    context = {
        "frame": frame,
        "person": person,
        "lines": [(proposal, forms[proposal.key]) for proposal in waiting],
        "answered": answered,
        "is_refused": request.method == "POST" and not found,
    }
    status = _status(request, is_known=bool(waiting or answered), is_found=bool(found))
    return render_page(request, "tasks/proposal_list.html", context, status=status)


def _find(request: HttpRequest, among: Sequence[Proposal]) -> Proposal | None:
    key = request.POST.get("report", "")
    return next((proposal for proposal in among if proposal.key == key), None)


def _thank(request: HttpRequest, proposal: Proposal, frame: str) -> None:
    if frame == "base.html":
        text = _("%(name)s is told tomorrow morning.")
        toast(request, text % {"name": proposal.who})


def _status(request: HttpRequest, *, is_known: bool, is_found: bool) -> int:
    by_link = not hasattr(request, "membership")
    if by_link and not is_known:
        return 410
    if request.method != "POST":
        return 200
    if is_found:
        return 422
    return 410 if by_link else 409
