"""The page behind every signed link: who it is for, and what it may do."""

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.common.signing import Link, read_link
from coalition.common.tenancy import scope
from coalition.web.views.calendar import calendar_feed, event_file
from coalition.web.views.handovers import handover_answer
from coalition.web.views.invitation_answer import invitation_answer
from comms.models import ADDRESS, QUOTE
from comms.updates.links import EVENT, READ, SAY
from comms.views import browser, feedback_link
from comms.views.quotes import quote_link
from comms.views.returned import address_answer
from members.http import LinkRequest
from members.models import Coalition, Person, Via
from members.models.handover import HANDOVER
from members.models.invitation import INVITATION
from members.models.person import CALENDAR
from members.reading import read_by
from members.services.audit import Actor
from tasks.models import (
    ASK,
    CHECK_IN,
    CONSULTATION,
    HELP,
    HURDLE,
    NAMING,
    PART,
    PROPOSALS,
)
from tasks.views.asks import ask_link, help_link
from tasks.views.check_ins import check_in_link
from tasks.views.consultations import consultation_link
from tasks.views.hurdles import hurdle_link
from tasks.views.naming import naming_link
from tasks.views.part_link import part_link
from tasks.views.proposals import proposal_link

LinkPage = Callable[[LinkRequest, Link], HttpResponse]
# One table instead of a mark on each view: whoever follows a link finds its page here.
LINK_PAGES: Final[Mapping[str, LinkPage]] = {
    INVITATION: invitation_answer,
    HANDOVER: handover_answer,
    READ: browser.mail_read,
    CHECK_IN: check_in_link,
    ADDRESS: address_answer,
    CONSULTATION: consultation_link,
    PART: part_link,
    NAMING: naming_link,
    HURDLE: hurdle_link,
    CALENDAR: calendar_feed,
    ASK: ask_link,
    HELP: help_link,
    PROPOSALS: proposal_link,
    SAY: feedback_link.feedback_link,
    QUOTE: quote_link,
    EVENT: event_file,
}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: LinkRequest, token: str) -> HttpResponse:
    """Enter the coalition as the person of the link; GET shows, POST acts."""
    found = read_link(token)
    if found is None or found.purpose not in LINK_PAGES:
        return _unknown(request)
    coalition = Coalition.objects.filter(pk=found.coalition_id).first()
    if coalition is None:
        return _unknown(request)
    if coalition.closed_at:
        context = {"coalition": coalition}
        return render(request, "web/link_closed.html", context, status=410)
    with scope(coalition=coalition):
        person = Person.objects.filter(pk=found.person_id).first()
        if person is None:
            return _unknown(request)
        person.coalition = coalition
        if person.erased_at:
            return render(request, "comms/mail_gone.html", status=410)
        _enter(request, person)
        page = LINK_PAGES[found.purpose]
        return read_by(person, lambda: page(request, found))


def _unknown(request: HttpRequest) -> HttpResponse:
    """Say what a mail program may have done to it, and where else to go."""
    return render(request, "link_unknown.html", status=404)


def _enter(request: HttpRequest, person: Person) -> None:
    request.holder = person  # type: ignore[attr-defined]
    request.actor = Actor(person.coalition, person, Via.LINK)  # type: ignore[attr-defined]
