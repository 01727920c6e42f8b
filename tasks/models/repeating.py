"""How often a task comes again."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.clock import months_after

MOST_PERIODS: Final = 52


class RepeatUnit(models.TextChoices):
    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")


class Repeating(Protocol):
    """A task that is due, every so many weeks or months."""

    due: date | None
    repeat_every: int | None
    repeat_unit: str
    repeat_day: int | None


def day_of_month(task: Repeating) -> int | None:
    """Return on which day of each month: the 31st stays that through a February."""
    if task.due is None or task.repeat_unit != RepeatUnit.MONTHS:
        return None
    last = monthrange(task.due.year, task.due.month)[1]
    kept = task.repeat_day or 0
    return kept if kept > task.due.day == last else task.due.day


def next_due(task: Repeating, today: date) -> date | None:
    """Return when it is due next: the first such day that is not past."""
    if task.due is None or not task.repeat_every:
        return None
    found, day = task.due, day_of_month(task)
    while found <= task.due or found < today:
        found = _step(found, task.repeat_every, day)
    return found


def _step(due: date, every: int, day: int | None) -> date:
    if day is None:
        return due + timedelta(weeks=every)
    first = months_after(due.replace(day=1), every)
    return first.replace(day=min(day, monthrange(first.year, first.month)[1]))
