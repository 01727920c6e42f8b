"""When rounds that ask all partners open and close, for those who hear of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from tasks.models import Audience, CheckIn, CheckInCycle, CheckInSchedule
from tasks.queries.rhythm import coming

FEW: Final = 5  # answers of fewer people than this are not even counted


@dataclass(frozen=True, slots=True)
class RoundDate:
    """The moment at which a round of a schedule closes, or else opens."""

    schedule: CheckInSchedule
    at: datetime
    closes: bool


def round_dates_between(start: datetime, end: datetime) -> list[RoundDate]:
    """Return them by time; three statements."""
    return sorted(
        [*_closing(start, end), *_opening(start, end)],
        key=lambda date: (date.at, date.schedule.pk),
    )


def _closing(start: datetime, end: datetime) -> Iterator[RoundDate]:
    rounds = CheckInCycle.objects.held().filter(
        schedule__audience=Audience.PARTNERS,
        closed_at=None,
        closes_at__gte=start,
        closes_at__lt=end,
    )
    for each in rounds.select_related("schedule"):
        yield RoundDate(each.schedule, each.closes_at, closes=True)


def _opening(start: datetime, end: datetime) -> Iterator[RoundDate]:
    asks_all = CheckInSchedule.objects.running().filter(audience=Audience.PARTNERS)
    for schedule in asks_all.prefetch_related("pauses"):
        pauses = list(schedule.pauses.all())
        for to_come in coming(schedule, start, pauses=pauses):
            if to_come.opens_at < end and to_come.pause is None:
                yield RoundDate(schedule, to_come.opens_at, closes=False)


def answers_between(start: datetime, end: datetime) -> int:
    """Count the check-ins answered, 0 when that would tell of fewer than five people."""
    answered = _answered().filter(answered_at__gte=start, answered_at__lt=end)
    people = answered.values("person").distinct().count()
    return answered.count() if people >= FEW else 0


def _answered() -> QuerySet[CheckIn]:
    return CheckIn.objects.spoken().filter(cycle__schedule__audience=Audience.PARTNERS)
