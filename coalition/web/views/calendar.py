"""What a calendar reads: the dates of one person, by a link that they can end."""

from collections.abc import Iterable

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone

from coalition.common.signing import Link
from coalition.web.calendar import Entry, as_ical, entries_of, entry_of
from comms.models import Issue
from comms.queries import issue_told_to
from comms.queries.events import standing
from comms.updates.happenings import Gathering, happening_of
from comms.updates.links import EVENT_VERSION
from members.decorators import SAFE
from members.http import LinkRequest
from members.models import Coalition, Membership


def calendar_feed(request: LinkRequest, link: Link) -> HttpResponse:
    """Nothing is found here once the link was replaced, or the access has ended."""
    person = request.holder
    active = Membership.objects.active().filter(person=person)
    if link != person.calendar_link or not active.exists():
        raise Http404
    if request.method not in SAFE:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    entries = entries_of(person, timezone.now())
    return _file(person.coalition, entries)


def event_file(request: LinkRequest, link: Link) -> HttpResponse:
    """Answer with one event that was announced to whoever follows the link."""
    person = request.holder
    issue = issue_told_to(person, link.row_id)
    event = happening_of(issue) if issue else None
    if issue is None or not isinstance(event, Gathering):
        raise Http404
    stands = standing(Issue.objects.filter(pk=issue.pk)).exists()
    if link.version != EVENT_VERSION or not stands:
        raise Http404
    if request.method not in SAFE:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return _file(person.coalition, [entry_of(issue, event)])


def _file(coalition: Coalition, entries: Iterable[Entry]) -> HttpResponse:
    body = as_ical(coalition, entries)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return answer
