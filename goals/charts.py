"""The line of a goal's readings as coordinates; the template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from goals.models import spell_number

TOP, BOTTOM, LEFT, RIGHT = 28.0, 30.0, 12.0, 12.0


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str
    label_x: str
    label_y: str
    label_anchor: str
    label: str
    on: date
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    size: str
    width: int
    height: int
    dots: list[Dot]
    target_y: str | None
    target_label_y: str
    floor: str
    month_y: str
    words: str

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def area(self) -> str:
        first, last = self.dots[0], self.dots[-1]
        return f"{first.x},{self.floor} {self.line} {last.x},{self.floor}"


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def of(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return self.start + share * (self.end - self.start)


def draw_readings(
    readings: Sequence[tuple[date, Decimal]],
    *,
    target: Decimal | None,
    due: date | None,
) -> list[Chart]:
    """Return the chart for wide cards and the one for phones; none below two dots."""
    if len(readings) < 2:  # noqa: PLR2004
        return []
    return [
        _draw(readings, target, due, size=size, width=width, height=height)
        for size, width, height in (("wide", 640, 200), ("phone", 330, 180))
    ]


def _draw(
    readings: Sequence[tuple[date, Decimal]],
    target: Decimal | None,
    due: date | None,
    *,
    size: str,
    width: int,
    height: int,
) -> Chart:
    values = [value for _, value in readings] + ([target] if target is not None else [])
    end = max(readings[-1][0], due or date.min)
    x = _Scale(readings[0][0].toordinal(), end.toordinal(), LEFT, width - RIGHT)
    y = _Scale(float(min(values)), float(max(values)), height - BOTTOM, TOP)
    dots = [
        _dot(x.of(on.toordinal()), y.of(float(value)), value, on, width)
        for on, value in readings
    ]
    dots[-1] = _labelled_aside(dots[-1])
    ends = {"first": dots[0].label, "last": dots[-1].label}
    level = None if target is None else y.of(float(target))
    return Chart(
        size=size,
        width=width,
        height=height,
        dots=dots,
        target_y=None if level is None else f"{level:.1f}",
        target_label_y="" if level is None else f"{level - 8:.1f}",
        floor=f"{height - BOTTOM + 8:.1f}",
        month_y=f"{height - 4:.1f}",
        words=_("From %(first)s to %(last)s") % ends,
    )


def _dot(x: float, y: float, value: Decimal, on: date, width: int) -> Dot:
    edge = width / 8
    anchor = "start" if x < edge else "end" if x > width - edge else "middle"
    label = spell_number(value)
    at, above = f"{x:.1f}", f"{y - 10:.1f}"
    return Dot(at, f"{y:.1f}", at, above, anchor, label, on, anchor)


def _labelled_aside(last: Dot) -> Dot:
    """Put the words beside the last dot, off the line that leads to it, if they fit."""
    if last.anchor == "end":
        return last
    x, y = float(last.x) + 10, float(last.y) + 4
    return replace(last, label_x=f"{x:.1f}", label_y=f"{y:.1f}", label_anchor="start")
