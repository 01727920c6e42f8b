"""Wall-clock recurrence: every n weeks at a local time, as moments in UTC."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Rhythm(Protocol):
    """What a schedule says: from this date, every n weeks, at this time, there."""

    anchor_date: date
    local_time: time
    timezone: str
    every_weeks: int


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
    day = rhythm.anchor_date + timedelta(weeks=n * rhythm.every_weeks)
    return moment(day, rhythm.local_time, rhythm.timezone)


def period_at(rhythm: Rhythm, at: datetime) -> int:
    """Return the last period that is due by then; below 0: none yet."""
    local = at.astimezone(ZoneInfo(rhythm.timezone))
    n = (local.date() - rhythm.anchor_date).days // (7 * rhythm.every_weeks)
    while due(rhythm, n + 1) <= at:
        n += 1
    while due(rhythm, n) > at:
        n -= 1
    return n


def next_weekday(after: date, weekday: int) -> date:
    """Return the first such day (0 is Monday) later than `after`."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
