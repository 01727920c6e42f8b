from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.common.clock import (
    Rhythm,
    due,
    is_between,
    moment,
    months_after,
    next_weekday,
    out_of,
    period_at,
    place_in_month,
    same_weekday,
)

YEARS = 10
START = date(2022, 1, 6)
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
Due = Callable[[Rhythm, int], datetime]


@dataclass
class Weeks:
    every: int = 2
    anchor_date: date = START
    local_time: time = time(10)
    timezone: str = "UTC"
    a_year: int = 52

    def day(self, n: int) -> date:
        return self.anchor_date + timedelta(weeks=n * self.every)


@dataclass
class Months(Weeks):
    every: int = 1
    a_year: int = 12

    def day(self, n: int) -> date:
        return same_weekday(self.anchor_date, n * self.every)


RHYTHMS = [*(partial(Weeks, n) for n in (1, 2, 3, 4)), partial(Months, 1)]
RHYTHMS += [partial(Months, 2), partial(Months, 1, date(2022, 1, 31))]


def exists(local: datetime) -> bool:
    """Tell whether a clock on the wall ever shows this time."""
    return local.astimezone(UTC).astimezone(local.tzinfo) == local


def broken_rules(rhythm: Weeks, when: Due) -> Iterator[str]:
    """Name each period of ten years that breaks what the recurrence promises."""
    zone = ZoneInfo(rhythm.timezone)
    periods = range(YEARS * rhythm.a_year // rhythm.every)
    moments = [when(rhythm, n) for n in periods]
    for n, (earlier, later) in enumerate(pairwise(moments)):
        if later <= earlier:
            yield f"period {n + 1} is not after {n}"
    for n, at in enumerate(moments):
        wanted = datetime.combine(rhythm.day(n), rhythm.local_time, tzinfo=zone)
        shown = at.astimezone(zone)
        if shown.replace(fold=0) != wanted and exists(wanted):
            yield f"period {n} leaves at {shown}"


@pytest.mark.parametrize("rhythm", RHYTHMS)
@pytest.mark.parametrize("at", (time(0, 0), time(2, 30), time(10, 0)))
def test_due_keeps_the_wall_time_in_every_zone_for_ten_years(rhythm, at):
    broken = [
        (zone, rule)
        for zone in ZONES
        for rule in broken_rules(rhythm(local_time=at, timezone=zone), due)
    ]
    assert broken == []


def test_adding_hours_fails_the_same_rules():
    def by_hours(rhythm: Rhythm, n: int) -> datetime:
        return due(rhythm, 0) + timedelta(hours=336 * n)

    assert list(broken_rules(Weeks(timezone="UTC"), by_hours)) == []
    assert list(broken_rules(Weeks(timezone="Europe/Madrid"), by_hours))


@pytest.mark.parametrize("rhythm", RHYTHMS)
@pytest.mark.parametrize("zone", ("Europe/Madrid", "Pacific/Apia", "America/New_York"))
def test_period_at_names_the_last_period_due(zone, rhythm):
    rhythm = rhythm(local_time=time(2, 30), timezone=zone)
    for n in range(200):
        at = due(rhythm, n)
        assert period_at(rhythm, at) == n
        assert period_at(rhythm, at - timedelta(seconds=1)) == n - 1


@given(
    st.integers(0, 12 * 366 * 24 * 60),
    st.integers(1, 12),
    st.sampled_from((Weeks, Months)),
)
def test_period_at_puts_every_moment_into_one_period(minutes, every, kind):
    rhythm = kind(every, timezone="Australia/Lord_Howe")
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    n = period_at(rhythm, at)
    assert due(rhythm, n) <= at < due(rhythm, n + 1)


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_same_weekday_keeps_the_place_or_takes_the_last(day, months):
    found = same_weekday(day, months)
    assert found.weekday() == day.weekday()
    months_on = (found.year - day.year) * 12 + found.month - day.month
    assert months_on == months
    if place_in_month(day) < 5:
        assert place_in_month(found) == place_in_month(day)
    else:  # the fifth means the last
        assert (found + timedelta(weeks=1)).month != found.month


@pytest.mark.parametrize(
    ("at", "expected"),
    ((time(20), True), (time(23, 59), True), (time(6, 59), True), (time(7), False)),
)
def test_a_span_of_the_day_may_reach_past_midnight(at, expected):
    assert is_between(at, time(20), time(7)) is expected
    assert is_between(at, time(7), time(20)) is not expected
    assert not is_between(at, at, at)


@pytest.mark.parametrize(
    ("hour", "expected"),
    (
        (20, (9, 20)),
        (21, (10, 8)),
        (23, (10, 8)),
        (0, (9, 8)),
        (7, (9, 8)),
        (8, (9, 8)),
    ),
)
def test_out_of_the_night_is_the_next_morning_there(hour, expected):
    zone = "America/New_York"
    at = moment(date(2026, 5, 9), time(hour), zone)
    day, morning = expected
    end = out_of(time(21), time(8), at, zone)
    assert end == moment(date(2026, 5, day), time(morning), zone)


def test_out_of_a_span_by_day_is_its_end():
    at = datetime(2026, 5, 9, 12, 30, tzinfo=UTC)
    assert out_of(time(12), time(13), at, "UTC").hour == 13
    assert out_of(time(13), time(14), at, "UTC") == at


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    (
        # The clocks skip 02:30: the offset before the gap counts.
        (date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        # 01:30 comes twice: the first is meant.
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ),
)
def test_moment_resolves_gaps_and_folds_as_rfc_5545_does(day, at, expected):
    assert moment(day, at, "America/New_York") == expected


def test_next_weekday_is_always_later():
    thursday = date(2026, 5, 14)
    assert next_weekday(thursday, 3) == date(2026, 5, 21)
    assert next_weekday(thursday, 4) == date(2026, 5, 15)
    assert next_weekday(thursday, 2) == date(2026, 5, 20)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    (
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
    ),
)
def test_months_after_stays_within_the_month(day, months, after):
    assert months_after(day, months) == after
