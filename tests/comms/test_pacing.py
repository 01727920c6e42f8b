"""Waiting times grow, are spread, and never leave a day."""

from datetime import UTC, datetime, timedelta

import pytest

from comms.sending.pacing import (
    breaker_delay,
    domain_block,
    learned_rate,
    retry_delay,
    slower,
)

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("attempt", "minutes"),
    ((1, 5), (2, 15), (3, 60), (4, 180), (5, 360), (6, 720)),
)
def test_retry_delay_is_the_step_give_or_take_a_fifth(attempt, minutes):
    delays = [retry_delay(attempt) for _ in range(200)]
    assert min(delays) >= 0.8 * minutes * MINUTE
    assert max(delays) <= 1.2 * minutes * MINUTE
    assert len(set(delays)) > 100


@pytest.mark.parametrize("attempt", (7, 8, 50))
def test_retry_delay_is_never_more_than_a_day(attempt):
    assert max(retry_delay(attempt) for _ in range(200)) == timedelta(days=1)


def test_domain_block_doubles_from_a_minute_to_two_hours():
    assert [domain_block(n) // MINUTE for n in (1, 2, 3, 7, 8, 90)] == [
        1,
        2,
        4,
        64,
        120,
        120,
    ]


def test_breaker_opens_at_the_third_failure_and_probes_ever_less_often():
    assert [breaker_delay(n) // MINUTE for n in (1, 2, 3, 4, 5, 6, 7, 99)] == [
        0,
        0,
        1,
        2,
        4,
        8,
        15,
        15,
    ]


@pytest.mark.parametrize(
    ("hours", "rate"), ((0, 10), (1, 20), (2, 40), (3, 60), (99, 60))
)
def test_a_learned_pace_doubles_by_the_hour_up_to_the_limit(hours, rate):
    then = datetime(2026, 5, 1, tzinfo=UTC)
    now = then + timedelta(hours=hours)
    assert learned_rate(60, 10, then, now) == rate
    assert learned_rate(60, 10, now, then) == 10  # the clock was set back
    assert learned_rate(0, 10, then, now) == 0  # no limit
    assert learned_rate(60, None, None, now) == 60


def test_a_pace_is_halved_but_never_stops():
    assert slower(60) == 30
    assert slower(1.5) == slower(0) == 1
