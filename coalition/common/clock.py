"""Wall-clock recurrence: weeks or months at a local time, as moments in UTC."""

from bisect import bisect_right
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final, Protocol
from zoneinfo import ZoneInfo

DAYS_IN_WEEK: Final = 7


class Rhythm(Protocol):
    """What a schedule says: on these days, at this time, there."""

    local_time: time
    timezone: str

    def day(self, n: int) -> date:
        """Return the date of period n, 0 the first; each is later than the one before."""
        ...


def moment(day: date, at: time, zone: str) -> datetime:
    """Return the moment at which a clock on the wall shows this time.

    As RFC 5545 §3.3.5 has it: a time that the clocks skip is read with the offset
    before the gap, and of a time that comes twice the first is meant.
    """
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def due(rhythm: Rhythm, n: int) -> datetime:
    """Return when period n (0 is the first) is due.

    Counted in days on the calendar: hours would drift when the clocks change.
    """
    return moment(rhythm.day(n), rhythm.local_time, rhythm.timezone)


def period_at(rhythm: Rhythm, at: datetime) -> int:
    """Return the last period that is due by then; below 0: none yet."""
    today = at.astimezone(ZoneInfo(rhythm.timezone)).date()
    weeks = abs((today - rhythm.day(0)).days) // DAYS_IN_WEEK + 2
    periods = range(-weeks, weeks + 1)  # none is shorter than a week
    return periods[bisect_right(periods, at, key=partial(due, rhythm)) - 1]


def place_in_month(day: date) -> int:
    """Return which of its weekday in the month it is: 1 the first, 5 the last."""
    return (day.day - 1) // DAYS_IN_WEEK + 1


def same_weekday(day: date, months: int) -> date:
    """Return the day so many months later with the same place among its weekday.

    As RFC 5545 has it for BYDAY; whoever begins on a fifth Thursday means the last.
    """
    first = months_after(day.replace(day=1), months)
    offset = (day.weekday() - first.weekday()) % DAYS_IN_WEEK
    found = first + timedelta(days=offset, weeks=place_in_month(day) - 1)
    return found if found.month == first.month else found - timedelta(weeks=1)


def is_between(at: time, start: time, end: time) -> bool:
    """Say whether a time of the day lies in a span that may reach past midnight."""
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def out_of(start: time, end: time, at: datetime, zone: str) -> datetime:
    """Return the moment itself, or the end of the span of the day it falls into there."""
    local = at.astimezone(ZoneInfo(zone))
    if not is_between(local.time(), start, end):
        return at
    ends_tomorrow = start > end and local.time() >= start
    day = local.date() + timedelta(days=1) if ends_tomorrow else local.date()
    return moment(day, end, zone)


def next_weekday(after: date, weekday: int) -> date:
    """Return the first such day (0 is Monday) later than `after`."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
