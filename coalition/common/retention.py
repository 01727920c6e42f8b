"""What is kept for a term and then forgotten: one rule for each kind of row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, models, transaction

from coalition.common.purging import purging

CHUNK: Final = 500

Old = Callable[[datetime], models.QuerySet[Any]]
Forget = Callable[[models.QuerySet[Any]], object]


@dataclass(frozen=True, slots=True)
class Rule:
    """`what` is kept for `days`.

    `old` finds what was there before a moment, and no longer finds what `forget` has
    dealt with: so it may run twice, stop half way and go on later.
    """

    what: str
    days: int
    old: Old
    forget: Forget

    def count(self, now: datetime) -> int:
        return self._over(now).count()

    def apply(self, now: datetime) -> int:
        """Forget in chunks, each a transaction of its own; return how many rows."""
        forgotten = 0
        while found := self._apply_some(now):
            forgotten += found
        return forgotten

    def _over(self, now: datetime) -> models.QuerySet[Any]:
        return self.old(now - timedelta(days=self.days)).order_by()

    def _apply_some(self, now: datetime) -> int:
        # Looks first: on SQLite even a statement without rows takes the one write lock.
        chosen = list(self._over(now).values_list("pk", flat=True)[:CHUNK])
        if chosen:
            with transaction.atomic():
                self.forget(self._over(now).filter(pk__in=chosen))
        return len(chosen)


def delete(rows: models.QuerySet[Any]) -> None:
    rows.delete()


def delete_with_trail(rows: models.QuerySet[Any]) -> None:
    """Delete rows of an append-only table, or rows that such a table belongs to."""
    with purging():
        rows._raw_delete(connection.alias)  # noqa: SLF001


def blank(**values: Any) -> Forget:
    """Keep the rows, and put these values in the place of what they said."""
    return lambda rows: rows.update(**values)
