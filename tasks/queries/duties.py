"""Whom to remind of what they carry, and whom to tell that somebody keeps silent."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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


@dataclass(frozen=True, slots=True)
class Duty:
    """A part that is spoken of, to one person, on one day."""

    step: Step
    part: Assignment
    person: Person
    day: date


def notices_due(now: datetime) -> list[Notice]:
    """Return who is to be reminded by now, in the coalitions in scope: one mail each.

    It leaves by day in the zone of whoever gets it, on a reminder day; what could not
    leave on that day does so later, until the next one.
    """
    today = now.date()
    bundles: dict[tuple[int, date], Notice] = {}
    for duty in _duties(today - GAP - DAY, today + DAY):
        local = now.astimezone(ZoneInfo(duty.person.zone_name))
        if duty.day == last_reminder_day(local.date()) and not _is_night(local):
            bundle = duty.person.pk, duty.day
            bundles[bundle] = bundles.get(bundle) or _notice(duty)
    return list(bundles.values())


def duties_of(
    bundles: Collection[tuple[int, date]],
) -> Mapping[tuple[int, date], list[Duty]]:
    """Return what each mail (person, day) is about, as it stands now."""
    found: defaultdict[tuple[int, date], list[Duty]] = defaultdict(list)
    days = [day for _, day in bundles]
    for duty in _duties(min(days), max(days)):
        found[duty.person.pk, duty.day].append(duty)
    return {
        bundle: sorted(_once_a_task(found[bundle]), key=_urgency)
        for bundle in bundles
        if bundle in found
    }


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


def _is_night(local: datetime) -> bool:
    return is_between(local.time(), *NIGHT)


def _duties(first: date, last: date) -> Iterator[Duty]:
    """Find what is spoken of on these days, whoever it is told to."""
    parts = list(_parts(first, last))
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
        _midnight(last - NO_ANSWER + 2 * DAY),
    )
    waiting = Q(status=AssignmentStatus.PROPOSED, asked_at__range=asked)
    carried = Q(task__due__range=due, letter__in=CARRYING)
    theirs = Q(
        waiting | carried,
        letter__in=CARRYING,
        person__in=Person.objects.reachable(last).values("pk"),
    )
    asked_of_partner = Q(asked_at__range=(asked[0], _midnight(last + DAY)))
    to_name = Q(
        asked_of_partner | carried, person=None, status=AssignmentStatus.PROPOSED
    )
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
    """Return what is said to whoever carries it: nothing while they are on leave.

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
