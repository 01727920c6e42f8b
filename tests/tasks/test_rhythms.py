"""The rhythm of check-ins holds its wall time, in every zone, for ten years."""

from datetime import date, time, timedelta

import pytest

from coalition.common.clock import due
from tasks.models import Cadence, CheckInSchedule
from tests.common.test_clock import START, YEARS, ZONES, broken_rules

MONTHLY = {"cadence": Cadence.MONTHS, "every": 1}
BI_WEEKLY = {"cadence": Cadence.WEEKS, "every": 2}
EVERY_ZONE = pytest.mark.parametrize(
    ("rhythm", "a_year"), ((BI_WEEKLY, 52), (MONTHLY, 12)), ids=("weeks", "months")
)


def schedule(rhythm, zone, a_year):
    made = CheckInSchedule(
        **rhythm, anchor_date=START, local_time=time(2, 30), timezone=zone
    )
    made.a_year = a_year
    return made


@EVERY_ZONE
def test_a_check_in_opens_once_a_period_at_its_wall_time(rhythm, a_year):
    broken = [
        (zone, rule)
        for zone in ZONES
        for rule in broken_rules(schedule(rhythm, zone, a_year), due)
    ]
    assert broken == []


def test_adding_336_hours_would_not_do():
    def by_hours(rhythm, n):
        return due(rhythm, 0) + timedelta(hours=336 * n)

    drifting = [
        zone
        for zone in ZONES
        if any(broken_rules(schedule(BI_WEEKLY, zone, 52), by_hours))
    ]
    assert "Europe/Madrid" in drifting
    assert len(drifting) > len(ZONES) / 4


@pytest.mark.parametrize("n", range(YEARS * 12))
def test_a_monthly_one_stays_on_its_weekday_of_the_month(n):
    first_thursday = CheckInSchedule(**MONTHLY, anchor_date=date(2022, 1, 6))
    day = first_thursday.day(n)
    assert (day.month, day.weekday(), (day.day - 1) // 7) == (n % 12 + 1, 3, 0)
