"""One person's dates as an iCalendar (RFC 5545), for the calendar that they have."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from comms.models import Issue
from comms.queries.events import events_for, with_taken_back
from comms.updates.happenings import Gathering, happening_of
from comms.updates.links import in_coalition
from goals.models import Milestone
from members.models import Coalition, Person
from members.queries import partners_spoken_for
from tasks.models import Task
from tasks.models.checkin import SPOKEN
from tasks.queries.calendar import OwnRound, own_due_tasks, own_rounds
from tasks.queries.rhythm import rhythm_in_words

AHEAD: Final = timedelta(days=184)
BEHIND: Final = timedelta(days=31)
A_DAY: Final = timedelta(days=1)
ASK_AGAIN: Final = "PT6H"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a date: a whole day, or from one moment to another."""

    key: str
    title: str
    text: str
    url: str
    start: date | datetime
    end: date | datetime
    changed_at: datetime
    sequence: int
    cancelled: bool = False
    place: str = ""


def entries_of(person: Person, now: datetime) -> list[Entry]:
    """Return what is theirs from a month ago to half a year ahead; nine statements."""
    since, until = now - BEHIND, now + AHEAD
    first, last = timezone.localdate(since), timezone.localdate(until)
    slug = person.coalition.slug
    rounds = own_rounds(person, now, since=since, until=until)
    return [
        *(_round(each, slug) for each in rounds),
        *(_task(task, slug) for task in own_due_tasks(person, first, last)),
        *(_milestone(each, slug) for each in _milestones(person, first, last)),
        *_announced(person, since, until),
    ]


def _announced(person: Person, since: datetime, until: datetime) -> Iterator[Entry]:
    """Yield the events that were announced to them; what was taken back as cancelled."""
    events = with_taken_back(events_for(person)).select_related("coalition")
    for issue in events.defer("content"):
        event = happening_of(issue)
        if isinstance(event, Gathering) and since <= event.end <= until:
            yield entry_of(issue, event, taken_back_at=vars(issue)["taken_back_at"])


def entry_of(
    issue: Issue, event: Gathering, *, taken_back_at: datetime | None = None
) -> Entry:
    """Return an event that was announced."""
    return Entry(
        key=f"announcement-{issue.pk}",
        title=event.title,
        text=event.link,
        place=event.place,
        url=in_coalition("comms:archive_detail", issue.coalition.slug, pk=issue.pk),
        start=event.starts_at,
        end=event.end,
        changed_at=taken_back_at or issue.updated_at,
        sequence=issue.version + bool(taken_back_at),
        cancelled=taken_back_at is not None,
    )


def as_ical(coalition: Coalition, entries: Iterable[Entry]) -> bytes:
    """Write them down; words are only ever text, whatever they hold."""
    calendar = Calendar()
    calendar.add("prodid", "-//Coalition//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _clean(coalition.name))
    calendar.add("x-published-ttl", ASK_AGAIN)
    for event in map(_event, entries):
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("summary", _clean(entry.title))
    if entry.text:
        event.add("description", _clean(entry.text))
    if entry.place:
        event.add("location", _clean(entry.place))
    event.add("url", entry.url)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # it takes nobody's time away
    return event


def _clean(text: str) -> str:
    """Take out what no calendar can show; lines stay lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        c for c in lines if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    return "".join(kept)


def _round(each: OwnRound, slug: str) -> Entry:
    schedule, check_in, pause = each.schedule, each.check_in, each.pause
    said = {"name": schedule.name, "reason": pause.reason if pause else ""}
    title = _("Check-in: %(name)s") % said
    if check_in and check_in.state in SPOKEN:
        title = _("Check-in, answered: %(name)s") % said
    elif pause:
        title = _("No check-in: %(name)s") % said
    return Entry(
        key=f"check-in-{schedule.pk}-{each.period}",
        title=title,
        text=said["reason"] or rhythm_in_words(schedule),
        url=in_coalition("tasks:check_in_detail", slug, pk=check_in.pk)
        if check_in
        else in_coalition("web:home", slug),
        start=each.opens_at,
        end=each.closes_at,
        changed_at=max(schedule.updated_at, check_in.updated_at)
        if check_in
        else schedule.updated_at,
        sequence=schedule.version + bool(pause),
        cancelled=pause is not None,
    )


def _task(task: Task, slug: str) -> Entry:
    due = task.due or timezone.localdate()
    return Entry(
        key=f"task-{task.pk}",
        title=_("Due: %(title)s") % {"title": task.title},
        text="",
        url=in_coalition("tasks:task_detail", slug, pk=task.pk),
        start=due,
        end=due + A_DAY,
        changed_at=task.updated_at,
        sequence=task.version,
    )


def _milestones(person: Person, first: date, last: date) -> Iterator[Milestone]:
    """Yield those of goals that they look after, or of a partner they speak for."""
    partners = partners_spoken_for(person, timezone.localdate())
    theirs = Q(goal__owner=person) | Q(partner__in=partners)
    due = Milestone.objects.open().filter(theirs, due__range=(first, last))
    yield from due.filter(goal__closed_at=None).select_related("goal")


def _milestone(milestone: Milestone, slug: str) -> Entry:
    due = milestone.due or timezone.localdate()
    return Entry(
        key=f"milestone-{milestone.pk}",
        title=_("Milestone: %(title)s") % {"title": milestone.title},
        text=milestone.goal.title,
        url=in_coalition("goals:goal_detail", slug, pk=milestone.goal_id),
        start=due,
        end=due + A_DAY,
        changed_at=milestone.updated_at,
        sequence=milestone.version,
    )
