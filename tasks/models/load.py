"""How much a person carries: the published rule, and when it is too much."""

from collections.abc import Iterable
from datetime import date, timedelta

SOON = timedelta(days=14)
SOON_COUNTS = 2
LATER_COUNTS = 1
TOO_MUCH = 8


def weight(due: date | None, today: date) -> int:
    """Count a task twice while it is late or due soon."""
    return SOON_COUNTS if due and due <= today + SOON else LATER_COUNTS


def load(dues: Iterable[date | None], today: date) -> int:
    """Return the load of who carries open tasks with these dates, each once."""
    return sum(weight(due, today) for due in dues)


def is_too_much(carried: int) -> bool:
    return carried > TOO_MUCH
