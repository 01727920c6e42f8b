"""Where bars of the timeline lie: pure functions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

SHORTEST: Final = timedelta(weeks=8)
MARGIN: Final = timedelta(days=7)
TICKS: Final = 9


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a timeline shows."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Return how far to the right a day lies, 0-100."""
        days = (self.last - self.first).days
        return min(max((day - self.first).days / days, 0.0), 1.0) * 100


@dataclass(frozen=True, slots=True)
class Bar:
    """From where to where, as SVG wants it; a day alone is a dot, without a width."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    month: date


def span_of(days: Iterable[date], today: date) -> Span:
    """Return what shows all these days and today, with some room."""
    every = [today, *days]
    first, last = min(every) - MARGIN, max(every) + MARGIN
    return Span(first, max(last, first + SHORTEST))


def bar(start: date | None, due: date | None, span: Span) -> Bar | None:
    day = due or start
    if day is None:
        return None
    if start is None or due is None or start == due:
        return Bar(percent(span.at(day)), "")
    left = span.at(start)
    return Bar(percent(left), percent(max(span.at(due) - left, 0.6)))


def percent(share: float) -> str:
    return f"{share:.1f}%"


def ticks(span: Span) -> list[Tick]:
    """Return the beginnings of months, of every third or so when there are many."""
    months = list(_months(span))
    step = -(-len(months) // TICKS) or 1
    return [Tick(percent(span.at(month)), month) for month in months[::step]]


def _months(span: Span) -> Iterator[date]:
    day = span.first.replace(day=1)
    while day <= span.last:
        if day >= span.first:
            yield day
        day = (day + timedelta(days=32)).replace(day=1)
