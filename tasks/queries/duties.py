"""Whom to remind of what they carry, and whom to tell that somebody keeps silent."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from coalition.common.clock import is_between
from coalition.common.notices import Notice
from members.models import Membership, Person
from members.permissions import MemberRole
from tasks.models import (
    CARRYING,
    DUTIES,
    Assignment,
    AssignmentStatus,
    Letter,
)
from tasks.models.duty import (
    BEFORE_DUE,
    GAP,
    LONG_AFTER_DUE,
    NO_ANSWER,
    STILL_ASKING,
    STILL_NO_ANSWER,
    Step,
    asked_to_name,
    last_reminder_day,
    reminded_of,
    reminder_day,
)
from tasks.queries.audience import answering_by_partner

NIGHT: Final = (time(20), time(8))
DAY: Final = timedelta(days=1)
# When the mail of each day was queued, by person; and from when to when.
Told = Mapping[int, Mapping[date, datetime]]
Mails = Callable[[Collection[int]], Told]
# From their last mail on, if there was one, until now.
Span = tuple[datetime | None, datetime]
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Duty:
    """A part that is spoken of, to one person, on one day."""

    step: Step
    part: Assignment
    person: Person
    day: date


def notices_due(now: datetime, mails: Mails) -> list[Notice]:
    """Return who is to be told by now, in the coalitions in scope: one mail a day each.

    It leaves by day in the zone of whoever gets it: on a reminder day, or later, until
    the next one, where it could not; and soon after they were asked for something.
    """
    first, last = now.date() - GAP - DAY, now.date() + DAY
    parts = list(_parts(first, last))
    reminders = [d for d in _duties(parts, first) if _is_now(d.day, d.person, now)]
    asked = _last_asked(parts, now)
    people = {duty.person.pk for duty in reminders} | asked.keys()
    told = mails(people) if people else {}
    bundles: dict[int, Duty] = {}
    for duty in chain(_newly_asked(asked, now, told), reminders):
        if not _has_heard(told.get(duty.person.pk, {}), duty, now):
            bundles[duty.person.pk] = duty
    return [_notice(duty) for duty in bundles.values()]


def _local(person: Person, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(person.zone_name))


def _is_now(day: date, person: Person, now: datetime) -> bool:
    """Say whether what belongs to that reminder day leaves now, by day."""
    local = _local(person, now)
    by_day = not is_between(local.time(), *NIGHT)
    return by_day and day == last_reminder_day(local.date())


def _has_heard(mails: Mapping[date, datetime], duty: Duty, now: datetime) -> bool:
    """Say whether the mail of that day is queued already, or another one was today."""
    queued = {_local(duty.person, at).date() for at in mails.values()}
    return duty.day in mails or _local(duty.person, now).date() in queued


def duties_of(
    bundles: Collection[tuple[int, date]],
    spans: Mapping[tuple[int, date], Span] = MappingProxyType({}),
) -> Mapping[tuple[int, date], list[Duty]]:
    """Return what each mail (person, day) is about, as it stands now.

    What was asked in its span is told in it for the first time.
    """
    found: defaultdict[tuple[int, date], list[Duty]] = defaultdict(list)
    days = [day for _, day in bundles]
    parts = list(_parts(min(days), max(days)))
    for duty in _duties(parts, min(days)):
        found[duty.person.pk, duty.day].append(duty)
    for (person, day), span in spans.items():
        found[person, day] += _asked_within(parts, person, day, span)
    return {
        bundle: sorted(_once_a_task(found[bundle]), key=_urgency)
        for bundle in bundles
        if found.get(bundle)
    }


def span_of(mails: Collection[datetime], until: datetime) -> Span:
    """Return from when on asks are news to somebody who got these mails before."""
    return max(filter(until.__gt__, mails), default=None), until


def _last_asked(parts: Iterable[Assignment], now: datetime) -> dict[int, Assignment]:
    """Return what each was asked last and has not answered, before they are reminded.

    Who was on leave has not been reminded.
    """
    asked: dict[int, Assignment] = {}
    for part in sorted(parts, key=lambda part: part.asked_at):
        if part.person and part.pending:
            is_back = _is_back(part.person, _local(part.person, now).date())
            if is_back or part.asked_at > now - NO_ANSWER:
                asked[part.person.pk] = part
    return asked


def _is_back(person: Person, day: date) -> bool:
    """Say whether they came back from leave on that day, or a few days before."""
    until = person.away_until
    return until is not None and until < day <= until + NO_ANSWER


def _newly_asked(
    asked: Mapping[int, Assignment], now: datetime, told: Told
) -> Iterator[Duty]:
    """Find who has not heard of it: by day, and once nothing more is asked of them."""
    for pk, part in asked.items():
        span = span_of(told.get(pk, {}).values(), now - STILL_ASKING)
        local = _local(part.person, now) if part.person else now
        if part.asked_at <= span[1] and not is_between(local.time(), *NIGHT):
            yield from _asked_within([part], pk, local.date(), span)


def _asked_within(
    parts: Iterable[Assignment], person: int, day: date, span: Span
) -> Iterator[Duty]:
    """Return what others asked of them then: nothing while they are on leave."""
    last, until = span
    for part in parts:
        if part.person is None or part.person.pk != person or part.person.is_away(day):
            continue
        earliest = LONG_AGO if _is_back(part.person, day) else until - NO_ANSWER
        by_others = part.pending and part.asked_by_id != person
        if by_others and (last or earliest) < part.asked_at <= until:
            yield Duty(Step.ANSWER, part, part.person, day)


def _once_a_task(duties: Collection[Duty]) -> Collection[Duty]:
    """Keep the first of what is said to somebody who carries a task twice."""
    first: dict[int, Duty] = {}
    for duty in sorted(duties, key=_urgency):
        first.setdefault(duty.part.task_id, duty)
    return first.values()


def _urgency(duty: Duty) -> tuple[Step, date, str, int]:
    due = duty.part.task.due or date.max
    return duty.step, due, duty.part.letter, duty.part.pk


def _notice(duty: Duty) -> Notice:
    next_day = reminder_day(duty.day + DAY)
    zone = ZoneInfo(duty.person.zone_name)
    return Notice(
        kind=DUTIES,
        key=f"{duty.person.pk}:{duty.day}",
        coalition_id=duty.part.coalition_id,
        person_id=duty.person.pk,
        source=str(duty.day),
        expires_at=datetime.combine(next_day, time.min, zone),
    )


def _duties(parts: Collection[Assignment], first: date) -> Iterator[Duty]:
    """Find what is spoken of from that day on, whoever it is told to."""
    for part in parts:
        if part.person:
            yield from _own(part, part.person)
    if unnamed := [part for part in parts if part.is_unnamed]:
        yield from _of_partners(unnamed)
    silent = [(part, day) for part in parts if (day := _silent_on(part)) >= first]
    if silent:
        yield from _of_others(silent)


def _parts(first: date, last: date) -> QuerySet[Assignment]:
    """Load the carried parts of open tasks that can be spoken of on these days."""
    due = first - LONG_AFTER_DUE - GAP, last + BEFORE_DUE
    asked = (
        _midnight(first - STILL_NO_ANSWER - GAP - DAY),
        _midnight(last + 2 * DAY),
    )
    waiting = Q(status=AssignmentStatus.PROPOSED, asked_at__range=asked)
    carried = Q(task__due__range=due, letter__in=CARRYING)
    # However long they were on leave, nobody has told them of it.
    back = Q(
        status=AssignmentStatus.PROPOSED,
        person__away_until__range=(first - NO_ANSWER, last),
    )
    theirs = Q(
        waiting | carried | back,
        letter__in=CARRYING,
        person__in=Person.objects.reachable(last).values("pk"),
    )
    to_name = Q(waiting | carried, person=None, status=AssignmentStatus.PROPOSED)
    return (
        Assignment.objects.standing()
        .of_open_tasks()
        .filter(theirs | to_name)
        .select_related("task", "coalition", "person__coalition", "partner", "asked_by")
        .order_by("pk")
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _own(part: Assignment, person: Person) -> Iterator[Duty]:
    """Return what whoever carries it is reminded of: nothing while they are on leave.

    Who was asked on that very day needs no reminder of it.
    """
    asked_on = _asked_on(part, person)
    steps = {}
    if part.task.due:
        steps = {d: s for d, s in reminded_of(part.task.due).items() if d > asked_on}
    if part.pending:
        steps[reminder_day(asked_on + NO_ANSWER)] = Step.ANSWER
    for day, step in steps.items():
        if not person.is_away(day):
            yield Duty(step, part, person, day)


def _of_partners(unnamed: Collection[Assignment]) -> Iterator[Duty]:
    """Ask those who answer for a partner who it will be, as a check-in would."""
    today = timezone.localdate()
    answering = answering_by_partner({part.partner_id for part in unnamed}, today)
    for part in unnamed:
        for person in answering[part.partner_id]:
            for day in _days_to_name(part, _asked_on(part, person)):
                if not person.is_away(day):
                    yield Duty(Step.NAME, part, person, day)


def _days_to_name(part: Assignment, asked_on: date) -> set[date]:
    """Return when they are asked: as whoever carried it would be reminded, too."""
    due = part.task.due if part.carries else None
    reminded = {day for day in reminded_of(due) if day > asked_on} if due else set()
    return asked_to_name(asked_on) | reminded


def _silent_on(part: Assignment) -> date:
    """Return the day on which others are told that there is no answer."""
    if not part.pending:
        return date.min
    return reminder_day(_asked_on(part, part.person) + STILL_NO_ANSWER)


def _asked_on(part: Assignment, person: Person | None) -> date:
    zone = person.zone_name if person else part.coalition.timezone
    return part.asked_at.astimezone(ZoneInfo(zone)).date()


def _of_others(silent: Collection[tuple[Assignment, date]]) -> Iterator[Duty]:
    """Tell who answers for the result, else those who coordinate."""
    answering = _accountable({part.task_id for part, _ in silent})
    coordinators = _coordinators({part.coalition_id for part, _ in silent})
    for part, day in silent:
        answers = answering.get(part.task_id)
        told = [answers] if answers else coordinators[part.coalition_id]
        for person in told:
            if person.pk != part.person_id and not person.is_away(day):
                yield Duty(Step.SILENT, part, person, day)


def _accountable(tasks: Collection[int]) -> dict[int, Person]:
    said_yes = Assignment.objects.filter(
        task__in=tasks, letter=Letter.ACCOUNTABLE, status=AssignmentStatus.ACCEPTED
    )
    rows = said_yes.select_related("person__coalition")
    return {part.task_id: part.person for part in rows if part.person}


def _coordinators(coalitions: Collection[int]) -> Mapping[int, list[Person]]:
    found: defaultdict[int, list[Person]] = defaultdict(list)
    rows = Membership.objects.active().filter(
        coalition__in=coalitions, role=MemberRole.COORDINATOR, person__erased_at=None
    )
    for membership in rows.select_related("person__coalition").order_by("pk"):
        found[membership.coalition_id].append(membership.person)
    return found
