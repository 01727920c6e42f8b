"""How much is said that not everybody may read, never of fewer than five people.

What is not open is counted alone: the rest anybody can count. A month is counted when it
is over, once, and what was shown stays as it is, so that no two numbers tell of one word
by their difference. Months with too few wait, and are counted with the next.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from operator import attrgetter
from typing import Any, Final

from django.utils.translation import gettext as _

from comms.models import A_MONTH, Feedback, FeedbackKind, FeedbackPeriod, Visibility

FEWEST: Final = 5
OTHER: Final = ""
TABLES: Final = ("kind", "goal", "partner")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said; `who` is nobody where it came without a name."""

    number: int
    month: date
    who: int | None
    kind: str
    goal: str
    partner: str


def at_least(rows: Iterable[Said]) -> int:
    """Return how many people have said this, at the least.

    Without a name one person can do so a few times a month; so many are behind it that
    each has done so as often as possible, and perhaps each said more under their name.
    """
    named: set[int] = set()
    nameless: Counter[date] = Counter()
    for row in rows:
        if row.who is None:
            nameless[row.month] += 1
        else:
            named.add(row.who)
    months = [ceil(n / A_MONTH) for n in nameless.values()]
    return max([len(named), *months])


Blocks = dict[str, list[Said]]


def blocks_of(rows: Sequence[Said], by: Callable[[Said], str]) -> Blocks:
    """Part the rows; blocks of too few are one, and take others in until they are not.

    Nothing where that leaves a single block.
    """
    parted: defaultdict[str, list[Said]] = defaultdict(list)
    for row in rows:
        parted[by(row)].append(row)
    large = {key: part for key, part in parted.items() if key and _enough(part)}
    rest = [row for row in rows if by(row) not in large]
    while rest and large and not _enough(rest):
        smallest = min(large, key=lambda key: (len(large[key]), key))
        rest += large.pop(smallest)
    found = large | ({OTHER: rest} if rest else {})
    return found if len(found) > 1 else {}


def released(rows: Sequence[Said]) -> dict[str, Any]:
    """Return the numbers that may be shown of these rows; none of too few.

    A table whose block differs by too few from one that is shown is left out.
    """
    if not _enough(rows):
        return {}
    shown = [_numbers(rows)]
    counts: dict[str, Any] = {"total": len(rows)}
    for name in TABLES:
        blocks = blocks_of(rows, attrgetter(name))
        sets = [_numbers(part) for part in blocks.values()]
        if blocks and not _tells_of_few(sets, shown, rows):
            counts[name] = {key: len(part) for key, part in blocks.items()}
            shown += sets
    return counts


def _tells_of_few(
    new: Sequence[frozenset[int]], shown: Sequence[frozenset[int]], rows: Sequence[Said]
) -> bool:
    """Say whether one set lies in another and leaves out only a few people's words."""
    for one in new:
        for other in shown:
            apart = one ^ other
            nested = one < other or other < one
            if nested and not _enough([row for row in rows if row.number in apart]):
                return True
    return False


def _numbers(rows: Iterable[Said]) -> frozenset[int]:
    return frozenset(row.number for row in rows)


def _enough(rows: Iterable[Said]) -> bool:
    return at_least(rows) >= FEWEST


def count_months(months: Sequence[FeedbackPeriod]) -> None:
    """Count the months that are over, in order; those with too few wait for the next."""
    since = _counted_until()
    for period in months:
        hidden = Feedback.objects.standing().exclude(visibility=Visibility.OPEN)
        rows = hidden.filter(raised_on__gte=since or date.min)
        rows = rows.filter(raised_on__lt=next_month(period.month))
        counts = released(
            [_said(row) for row in rows.select_related("goal", "partner")]
        )
        if counts:
            first = since or min(rows.values_list("raised_on", flat=True))
            period.counts = {"since": first.replace(day=1).isoformat(), **counts}
            since = next_month(period.month)
            period.save(update_fields=["counts"])


def _counted_until() -> date | None:
    last = FeedbackPeriod.objects.exclude(counts={}).order_by("-month").first()
    return next_month(last.month) if last else None


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _said(row: Feedback) -> Said:
    return Said(
        number=row.pk,
        month=row.raised_on.replace(day=1),
        who=row.author_id,
        kind=row.kind,
        goal=str(row.goal or ""),
        partner=str(row.partner or ""),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What may be told of some months."""

    since: date
    until: date
    total: int
    tables: Mapping[str, Mapping[str, int]]

    @property
    def shown(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """Return the tables in words, the largest number first."""
        kinds = {kind.value: str(kind.label) for kind in FeedbackKind}
        other = {OTHER: _("All others")}
        heads = {"kind": _("Kind"), "goal": _("Goal"), "partner": _("Partner")}
        return [
            (
                heads[name],
                sorted(
                    (
                        (({**kinds, **other}).get(key, key), n)
                        for key, n in table.items()
                    ),
                    key=lambda row: -row[1],
                ),
            )
            for name, table in self.tables.items()
            if table
        ]


def counted() -> list[Counted]:
    """Return what was counted, the latest first."""
    periods = FeedbackPeriod.objects.exclude(counts={}).order_by("-month")
    return [
        Counted(
            since=date.fromisoformat(period.counts["since"]),
            until=period.month,
            total=period.counts["total"],
            tables={name: period.counts.get(name, {}) for name in TABLES},
        )
        for period in periods
    ]
