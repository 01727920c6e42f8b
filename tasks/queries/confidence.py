"""How sure people are that it will work, round by round, so that nobody stands out.

A figure needs five answers, and a round that is over: while answers come in, the
difference between two looks would be one person's. Slices of one round are not
offered, since a slice taken from the whole leaves the few others. Only who reads each
answer by name anyway sees the part that speaks of a goal, however few they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from goals.models import Goal
from goals.models.goal import spell_number
from tasks.models import Assignment, CheckIn, CheckInSchedule

FEWEST: Final = 5
SHOWN: Final = 8
BEST: Final = 5


@dataclass(frozen=True, slots=True)
class Confidence:
    """The mean of one round."""

    at: datetime
    mean: Decimal
    answers: int

    @property
    def spelled(self) -> str:
        return spell_number(self.mean)

    @property
    def share(self) -> int:
        """Return it as a whole number out of fifty, for a bar."""
        return int(self.mean * 10)


def confidence_in(schedule: CheckInSchedule) -> Sequence[Confidence]:
    """Return the latest rounds of a schedule, the oldest first, in one statement."""
    return _trend(CheckIn.objects.filter(cycle__schedule=schedule))


def confidence_for(goal: Goal, *, sees_all: bool) -> Sequence[Confidence]:
    """Return the same of whatever asks the people of this goal.

    Who `sees_all` answers is shown whoever carries a part of it, or looks after it, in
    every round that asked them.
    """
    asked_as_such = Q(cycle__schedule__goal=goal)
    if not sees_all:
        return _trend(CheckIn.objects.filter(asked_as_such))
    parts = Assignment.objects.standing().carrying()
    carries = Exists(parts.filter(task__goal=goal, person=OuterRef("person")))
    theirs = asked_as_such | carries | Q(person=goal.owner_id)
    return _trend(CheckIn.objects.filter(theirs), fewest=1)


def _trend(
    check_ins: QuerySet[CheckIn], *, fewest: int = FEWEST
) -> Sequence[Confidence]:
    rows: Any = (
        check_ins.filter(confidence__isnull=False, cycle__closed_at__isnull=False)
        .order_by()
        .values("cycle", "cycle__opens_at")
        .annotate(mean=Avg("confidence"), n=Count("pk"))
        .filter(n__gte=fewest)
        .order_by("-cycle__opens_at", "-cycle")
    )
    found = [
        Confidence(row["cycle__opens_at"], _rounded(row["mean"]), row["n"])
        for row in rows[:SHOWN]
    ]
    return found[::-1]


def _rounded(mean: float | Decimal) -> Decimal:
    return Decimal(str(mean)).quantize(Decimal("0.1"), ROUND_HALF_UP)
