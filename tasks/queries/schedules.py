"""What coordinators see of the schedules of check-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, QuerySet

from members.models import Partner, WorkingGroup
from tasks.models import (
    CheckInCycle,
    CheckInPause,
    CheckInSchedule,
    CheckInState,
)
from tasks.models.checkin import SPOKEN
from tasks.models.schedule import CheckInScheduleQuerySet
from tasks.queries.audience import Asked, partners_to_name, whom_to_ask
from tasks.queries.rhythm import (
    Opening,
    audience_in_words,
    coming,
    local_day,
    rhythm_in_words,
    with_questions,
)

ROUNDS_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    schedule: CheckInSchedule
    audience: str
    rhythm: str
    next: Opening | None
    open_round: CheckInCycle | None


@dataclass(frozen=True, slots=True)
class Preview:
    """When a schedule, saved or not, opens next, and whom it would ask today.

    `unnamed` are partners asked for a part of its goal that have named nobody yet;
    `waiting` are people who came after the round that is open now.
    """

    openings: Sequence[Opening]
    asked: Sequence[Asked]
    unnamed: Sequence[Partner] = ()
    waiting: frozenset[int] = frozenset()

    @property
    def there(self) -> int:
        return sum(not each.away for each in self.asked)

    @property
    def unreachable(self) -> int:
        return sum(not each.person.email for each in self.asked)


def counted(cycles: QuerySet[CheckInCycle]) -> QuerySet[CheckInCycle]:
    """Add how many are asked in a round, and how many have spoken."""
    spoken = Q(check_ins__state__in=SPOKEN)
    there = ~Q(check_ins__state__in=[CheckInState.AWAY, CheckInState.HANDED_OVER])
    return cycles.annotate(
        asked=Count("check_ins", filter=there & Q(check_ins__isnull=False)),
        heard=Count("check_ins", filter=spoken),
    )


def schedule_lines(now: datetime) -> list[ScheduleLine]:
    """Return every schedule, those that run first; three statements."""
    return _lines(CheckInSchedule.objects.all(), now)


def schedule_lines_of_group(group: WorkingGroup, now: datetime) -> list[ScheduleLine]:
    """Return when the group is asked: its schedules that run."""
    return _lines(CheckInSchedule.objects.running().filter(group=group), now)


def _lines(schedules: CheckInScheduleQuerySet, now: datetime) -> list[ScheduleLine]:
    loaded = schedules.with_whom().prefetch_related("pauses")
    open_rounds = counted(CheckInCycle.objects.open(now).filter(schedule__in=schedules))
    present = {cycle.schedule_id: cycle for cycle in open_rounds}
    ordered = sorted(loaded, key=lambda schedule: schedule.stopped_at is not None)
    return [_line(schedule, present.get(schedule.pk), now) for schedule in ordered]


def _line(
    schedule: CheckInSchedule, present: CheckInCycle | None, now: datetime
) -> ScheduleLine:
    return ScheduleLine(
        schedule=schedule,
        audience=audience_in_words(schedule),
        rhythm=rhythm_in_words(schedule),
        next=next_opening(schedule, list(schedule.pauses.all()), now),
        open_round=present,
    )


def next_opening(
    schedule: CheckInSchedule, pauses: Sequence[CheckInPause], now: datetime
) -> Opening | None:
    """Return the next that no pause leaves out; None while it is stopped."""
    if schedule.stopped_at:
        return None
    ahead = coming(schedule, now, pauses=pauses, count=ROUNDS_SHOWN)
    return next((opening for opening in ahead if not opening.pause), None)


def preview_of(schedule: CheckInSchedule, now: datetime) -> Preview:
    pauses = list(schedule.pauses.all()) if schedule.pk else []
    held = schedule.cycles.held().count() if schedule.pk else 0
    ahead = coming(schedule, now, pauses=pauses)
    asked = whom_to_ask(schedule, local_day(schedule, now))
    return Preview(
        openings=list(with_questions(schedule, ahead, held)),
        asked=asked,
        unnamed=partners_to_name(schedule),
        waiting=_came_later(schedule, asked, now),
    )


def _came_later(
    schedule: CheckInSchedule, asked: Sequence[Asked], now: datetime
) -> frozenset[int]:
    """Return who is not in the round that is open: they are asked in the next one."""
    if not schedule.pk:
        return frozenset()
    present = CheckInCycle.objects.open(now).filter(schedule=schedule)
    within = set(present.values_list("check_ins__person", flat=True))
    if not within:  # no round is open; one with nobody in it has a None
        return frozenset()
    return frozenset(each.person.pk for each in asked) - within


def rounds_of(schedule: CheckInSchedule) -> QuerySet[CheckInCycle]:
    """Return the latest rounds of a schedule, those that were left out too."""
    # Counting drops the order of the model: without one, the first ten would stay.
    return counted(schedule.cycles.all()).order_by("-opens_at", "-pk")[:ROUNDS_SHOWN]
