"""Read models of goals: one goal and all of them, what changed, what is late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from goals.charts import Chart, draw_readings
from goals.models import (
    Goal,
    GoalReading,
    Milestone,
    Signs,
    Standing,
    spell_number,
    standing_of,
)
from members.models import AuditEntry

READINGS_SHOWN = 100
HISTORY_SHOWN = 30
LOOKS: Mapping[Standing, tuple[str, str]] = {  # tone and icon
    Standing.NOT_STARTED: ("grey", "clock"),
    Standing.ON_COURSE: ("good", "trending-up"),
    Standing.NEEDS_PUSH: ("sun", "clock"),
    Standing.AT_RISK: ("warn", "triangle-alert"),
    Standing.DONE: ("good", "check"),
    Standing.CLOSED: ("grey", "minus"),
}


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


def next_milestone(goal: Goal, today: date) -> Milestone | None:
    """Return what is ahead: a day that has passed comes next no more."""
    ahead = Milestone.objects.open().filter(goal=goal, due__gte=today)
    return ahead.order_by("due", "id").first()


@dataclass(frozen=True, slots=True)
class GoalCard:
    """A goal as lists show it: how far, how it stands, what comes next."""

    goal: Goal
    current: Decimal | None
    standing: Standing
    done: int | None
    steps: int
    reached: int
    next_title: str | None
    next_due: date | None
    next_is_late: bool

    @property
    def tone(self) -> str:
        return LOOKS[self.standing][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.standing][1]

    @property
    def target_met(self) -> bool:
        return self.done == 100  # noqa: PLR2004

    @property
    def figures(self) -> str:
        """Say the real numbers: "7 of 12 schools"."""
        if self.goal.target is None and self.current is None:
            return self._steps()
        words = {
            "now": "" if self.current is None else spell_number(self.current),
            "target": ""
            if self.goal.target is None
            else spell_number(self.goal.target),
            "unit": self.goal.unit,
        }
        return (self._pattern() % words).strip()

    def _pattern(self) -> str:
        if self.current is None:
            return _("Not measured yet; we aim for %(target)s %(unit)s")
        if self.goal.target is None:
            return _("%(now)s %(unit)s")
        if self.goal.baseline:
            return _("%(now)s %(unit)s; we aim for %(target)s")
        return _("%(now)s of %(target)s %(unit)s")

    def _steps(self) -> str:
        if not self.steps:
            return _("No measure and no milestones yet")
        counts = {"reached": self.reached, "steps": self.steps}
        return _("%(reached)s of %(steps)s milestones reached") % counts


def with_signs(goals: QuerySet[Goal], today: date) -> QuerySet[Goal]:
    """Annotate what `goal_card` reads, in the same statement."""
    still_open = Q(milestones__reached_at=None)
    late = still_open & Q(milestones__due__lt=today)
    following = Milestone.objects.open().filter(goal=OuterRef("pk"))
    readings = GoalReading.objects.filter(goal=OuterRef("pk"))
    return goals.annotate(
        current_value=Subquery(readings.newest_first().values("value")[:1]),
        first_on=Subquery(readings.oldest_first().values("on")[:1]),
        steps=Count("milestones"),
        reached=Count("milestones", filter=~still_open),
        late=Count("milestones", filter=late),
        late_since=Min("milestones__due", filter=late),
        next_title=Subquery(following.values("title")[:1]),
        next_due=Subquery(following.values("due")[:1]),
    ).order_by(F("closed_at").desc(), F("due").asc(nulls_last=True), "id")


def goal_card(goal: Goal, today: date) -> GoalCard:
    """Judge a goal that `with_signs` has loaded."""
    found = vars(goal)
    current: Decimal | None = found["current_value"]
    begun_on = goal.created_at.date()
    signs = Signs(
        state=goal.state,
        today=today,
        begun_on=min(begun_on, found["first_on"] or begun_on),
        due=goal.due,
        share=goal.progress(current),
        steps=found["steps"],
        reached=found["reached"],
        late=found["late"],
        late_since=found["late_since"],
    )
    return GoalCard(
        goal=goal,
        current=current,
        standing=standing_of(signs),
        done=signs.done,
        steps=signs.steps,
        reached=signs.reached,
        next_title=found["next_title"],
        next_due=found["next_due"],
        next_is_late=signs.late > 0,
    )


@dataclass(frozen=True, slots=True)
class GoalPage:
    card: GoalCard
    readings: list[GoalReading]  # newest first
    charts: list[Chart]
    milestones: list[Milestone]  # what was reached, then what is to come
    history: list[AuditEntry]

    @property
    def goal(self) -> Goal:
        return self.card.goal

    @property
    def latest(self) -> GoalReading | None:
        return self.readings[0] if self.readings else None

    @property
    def coming(self) -> Milestone | None:
        return next((m for m in self.milestones if not m.reached_at), None)


def goal_page(goal: Goal, today: date) -> GoalPage:
    """Return a goal that `with_signs` has loaded, with all that its page shows."""
    readings = list(
        GoalReading.objects.filter(goal=goal)
        .newest_first()
        .select_related("recorded_by")[:READINGS_SHOWN]
    )
    milestones = list(
        Milestone.objects.filter(goal=goal)
        .with_goal()
        .order_by(
            F("reached_on").asc(nulls_last=True), F("due").asc(nulls_last=True), "id"
        )
    )
    return GoalPage(
        card=goal_card(goal, today),
        readings=readings,
        charts=draw_readings(
            [(reading.on, reading.value) for reading in reversed(readings)],
            target=goal.target,
            due=goal.due,
        ),
        milestones=milestones,
        history=_history(goal, readings, milestones),
    )


def _history(
    goal: Goal, readings: list[GoalReading], milestones: list[Milestone]
) -> list[AuditEntry]:
    """Return the newest entries about the goal and its parts, removed ones too."""
    about = Q(model="goals.goal", target_pk=str(goal.pk))
    for label, rows in (
        ("goals.goalreading", readings),
        ("goals.milestone", milestones),
    ):
        about |= Q(model=label, target_pk__in=[str(row.pk) for row in rows])
        about |= Q(model=label, action="delete", before__goal_id=goal.pk)
    entries = AuditEntry.objects.filter(about).select_related("actor", "on_behalf_of")
    return list(entries[:HISTORY_SHOWN])
