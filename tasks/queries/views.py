"""The plan looked at in other ways: by partner, by person, by stage, by date."""

from calendar import Calendar
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from django.db.models import F, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.common.clock import months_after
from goals.models import Goal
from members.models import Partner, Person
from tasks.charts import Bar, Span, Tick, bar, percent, span_of, ticks
from tasks.models import Assignment, AssignmentStatus, Task
from tasks.queries.board import TaskLine

IN_COLUMN: Final = 30
FAR: Final = timedelta(days=1100)


@dataclass(frozen=True, slots=True)
class Load:
    """What one partner or person carries; nobody's is what is still open."""

    who: Partner | Person | None
    lines: list[TaskLine] = field(default_factory=list)


class Stage(TextChoices):
    """How a task stands, by its dates and answers; nobody sets it by hand."""

    NOT_STARTED = "not-started", _("Not started")
    UNDER_WAY = "under-way", _("Under way")
    STUCK = "stuck", _("Stuck")
    DONE = "done", pgettext_lazy("tasks", "Done")


@dataclass(frozen=True, slots=True)
class Column:
    stage: Stage
    lines: list[TaskLine]
    is_whole: bool = False

    @property
    def shown(self) -> list[TaskLine]:
        return self.lines if self.is_whole else self.lines[:IN_COLUMN]

    @property
    def more(self) -> int:
        return len(self.lines) - len(self.shown)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    lines: list[TaskLine]
    is_today: bool
    in_month: bool


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    days: list[CalendarDay]

    @property
    def last_day(self) -> date:
        """Return the last day that is shown, which may be of the next month."""
        return self.days[-1].day

    @property
    def before(self) -> date:
        return months_after(self.first, -1)

    @property
    def after(self) -> date:
        return months_after(self.first, 1)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    line: TaskLine
    stage: Stage
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Timeline:
    groups: list[tuple[Goal | None, list[TimelineRow]]]
    ticks: list[Tick]
    today: str


def by_due(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.order_by(
        F("done_at").desc(nulls_first=True), F("due").asc(nulls_last=True), "id"
    )


def dated(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Keep what a timeline can draw."""
    return tasks.exclude(start=None, due=None)


def loads_by_partner(lines: Iterable[TaskLine]) -> list[Load]:
    return _loads(lines, lambda part: part.partner)


def loads_by_person(lines: Iterable[TaskLine]) -> list[Load]:
    return _loads(lines, lambda part: part.person)


def _loads(
    lines: Iterable[TaskLine],
    who: Callable[[Assignment], Partner | Person | None],
) -> list[Load]:
    """Give each line to all who carry it; the busiest first, nobody's last."""
    found: dict[Partner | Person | None, list[TaskLine]] = {}
    for line in lines:
        carriers = dict.fromkeys(who(part) for part in line.carrying)
        carriers.pop(None, None)
        for carrier in carriers or (None,):
            found.setdefault(carrier, []).append(line)
    loads = [Load(carrier, theirs) for carrier, theirs in found.items()]
    return sorted(
        loads, key=lambda load: (load.who is None, -len(load.lines), str(load.who))
    )


def stage(line: TaskLine) -> Stage:
    if line.task.done_at:
        return Stage.DONE
    if line.is_late or line.is_stuck:
        return Stage.STUCK
    accepted = any(p.status == AssignmentStatus.ACCEPTED for p in line.carrying)
    begun = accepted and not line.begins_later
    return Stage.UNDER_WAY if begun else Stage.NOT_STARTED


def columns(lines: Iterable[TaskLine], *, whole: Stage | None = None) -> list[Column]:
    """Sort the lines by stage; a long column is cut, unless it is to be shown whole."""
    found: dict[Stage, list[TaskLine]] = {kind: [] for kind in Stage}
    for line in lines:
        found[stage(line)].append(line)
    return [Column(kind, theirs, kind == whole) for kind, theirs in found.items()]


def month_days(first: date) -> list[date]:
    """Return the days of whole weeks that hold the month."""
    return list(Calendar().itermonthdates(first.year, first.month))


def month(first: date, lines: Iterable[TaskLine], today: date) -> Month:
    due: dict[date, list[TaskLine]] = {}
    for line in lines:
        if line.task.due:
            due.setdefault(line.task.due, []).append(line)
    days = [
        CalendarDay(d, due.get(d, []), d == today, d.month == first.month)
        for d in month_days(first)
    ]
    return Month(first, days)


def timeline(lines: Iterable[TaskLine], today: date) -> Timeline:
    """Draw tasks that have a date; `lines` come goal by goal."""
    lines = list(lines)
    span = span_of(_days(lines, today), today)
    groups = [
        (goal, [_row(line, span) for line in group])
        for goal, group in groupby(lines, lambda line: line.task.goal)
    ]
    return Timeline(groups, ticks(span), percent(span.at(today)))


def _row(line: TaskLine, span: Span) -> TimelineRow:
    drawn = bar(line.task.start, line.task.due, span)
    return TimelineRow(line, stage(line), drawn)


def _days(lines: Iterable[TaskLine], today: date) -> Iterator[date]:
    """Return the dates to show; what is years away would flatten all the rest."""
    for line in lines:
        for day in (line.task.start, line.task.due):
            if day and abs(day - today) < FAR:
                yield day
