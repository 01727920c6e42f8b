"""Read models of goals: what changed between two moments, what is late, what is next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from goals.models import Goal, GoalReading, Milestone


@dataclass(frozen=True, slots=True)
class GoalChange:
    """A goal whose newest reading is new; `before` is the one it replaces."""

    goal: Goal
    now: GoalReading
    before: Decimal | None


def goal_changes_between(start: datetime, end: datetime) -> list[GoalChange]:
    """Return the goals that moved, by when their readings were recorded."""
    window = {"recorded_at__gte": start, "recorded_at__lt": end}
    moved = GoalReading.objects.filter(**window).values("goal")
    readings = (
        GoalReading.objects.filter(goal__in=moved, recorded_at__lt=end)
        .select_related("goal")
        .order_by("goal__due", "goal_id", "on", "id")
    )
    changes = (_change(group, start) for _, group in _by_goal(readings))
    return [change for change in changes if change]


def _by_goal(
    readings: QuerySet[GoalReading],
) -> Iterable[tuple[int, Iterable[GoalReading]]]:
    return groupby(readings, attrgetter("goal_id"))


def _change(group: Iterable[GoalReading], start: datetime) -> GoalChange | None:
    """Return nothing when only the past was filled in."""
    readings = list(group)
    newest = readings[-1]
    if newest.recorded_at < start:
        return None
    known = [reading.value for reading in readings if reading.recorded_at < start]
    return GoalChange(newest.goal, newest, known[-1] if known else None)


def milestones_reached_between(start: datetime, end: datetime) -> QuerySet[Milestone]:
    return (
        Milestone.objects.filter(reached_at__gte=start, reached_at__lt=end)
        .with_goal()
        .order_by("-reached_at", "id")
    )


def milestones_overdue(today: date) -> QuerySet[Milestone]:
    return Milestone.objects.overdue(today).with_goal().order_by("-due", "id")


def milestones_due_between(first: date, last: date) -> QuerySet[Milestone]:
    return (
        Milestone.objects.open()
        .filter(due__gte=first, due__lte=last)
        .with_goal()
        .order_by("due", "id")
    )


def next_milestone(goal: Goal) -> Milestone | None:
    return Milestone.objects.open().filter(goal=goal).order_by("due", "id").first()
