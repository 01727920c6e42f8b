"""When to try again: pure arithmetic, no clock of its own."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_STEPS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 360, 720, 1440)
)
_SPREAD: Final = 0.2
DAY: Final = timedelta(days=1)
POLICY_DELAY: Final = timedelta(hours=1)
BROKEN_LINK_DELAY: Final = timedelta(minutes=1)
BREAKER_AFTER: Final = 3
POLICY_LIMIT: Final = 5
UNCERTAIN_LIMIT: Final = 3
# After an outage: of what waited longer than this only one message in so many leaves,
# while fresher ones wait.
OVERDUE: Final = timedelta(hours=6)
CATCH_UP: Final = 5
SLOWEST: Final = 1.0  # a minute


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket that holds ten seconds' worth; a rate of 0 is no limit."""

    rate_per_minute: float
    tokens: float = 0
    refilled_at: datetime | None = None

    @property
    def _capacity(self) -> float:
        return max(1.0, self.rate_per_minute / 6)

    def at(self, now: datetime) -> "Bucket":
        """Return the bucket as it has filled up until now."""
        if self.refilled_at is None:
            return Bucket(self.rate_per_minute, self._capacity, now)
        seconds = max(0.0, (now - self.refilled_at).total_seconds())
        tokens = self.tokens + seconds * self.rate_per_minute / 60
        return Bucket(self.rate_per_minute, min(self._capacity, tokens), now)

    def room(self, wanted: int) -> int:
        """Return how many of the wanted messages may go now."""
        if not self.rate_per_minute:
            return wanted
        return max(0, min(wanted, int(self.tokens)))

    def minus(self, taken: int) -> "Bucket":
        return Bucket(self.rate_per_minute, self.tokens - taken, self.refilled_at)


def learned_rate(
    limit: float, slowed_to: float | None, slowed_at: datetime | None, now: datetime
) -> float:
    """Return how many a minute may leave: what a server asked for, doubling by the hour.

    Never more than the limit; a limit of 0 is none.
    """
    if slowed_to is None or slowed_at is None:
        return limit
    hours = max(0.0, (now - slowed_at).total_seconds() / 3600)
    return min(limit, slowed_to * 2 ** min(hours, 24))


def slower(rate: float) -> float:
    """Return half the rate, once a server says that it was too fast."""
    return max(SLOWEST, rate / 2)


def retry_delay(attempt: int) -> timedelta:
    """Return 5 min to 24 h after the given attempt (1 is the first), give or take a fifth."""
    step = _STEPS[min(max(attempt, 1), len(_STEPS)) - 1]
    jitter = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311
    return min(step * jitter, DAY)


def domain_block(streak: int) -> timedelta:
    """Return 1 min, doubling to 2 h, for the nth refusal in a row by a domain."""
    return min(timedelta(minutes=2 ** min(streak - 1, 7)), timedelta(hours=2))


def breaker_delay(streak: int) -> timedelta:
    """Return nothing for the first failures in a row, then 1 min doubling to 15."""
    if streak < BREAKER_AFTER:
        return timedelta()
    doublings = min(streak - BREAKER_AFTER, 4)
    return min(timedelta(minutes=2**doublings), timedelta(minutes=15))
