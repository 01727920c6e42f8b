"""Acts on many at once that can still be taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import TextChoices

from members.models import AuditEntry, Coalition, Partner, Person

LATELY: Final = timedelta(days=30)
LISTED: Final = 5
NAMED: Final = 3
READ: Final = 50


@dataclass(frozen=True, slots=True)
class Lately:
    """What was done, to whom, and how many more."""

    entry: AuditEntry
    label: str
    names: list[str]
    more: int


def done_lately(
    coalition: Coalition,
    *,
    action: str,
    acts: type[TextChoices],
    model: type[Partner] | type[Person],
    now: datetime,
) -> list[Lately]:
    """Return what nobody has taken back yet, newest first, in two statements."""
    rows = AuditEntry.objects.filter(
        model=coalition._meta.label_lower,  # noqa: SLF001
        target_pk=str(coalition.pk),
        action=action,
        at__gt=now - LATELY,
    )
    entries = list(rows.select_related("actor")[:READ])
    undone = {entry.after.get("undone") for entry in entries}
    found = [
        entry
        for entry in entries
        if entry.pk not in undone and entry.after["act"] in acts.values
    ][:LISTED]
    first = {entry.pk: _numbers(entry)[:NAMED] for entry in found}
    records: dict[int, Any] = model._default_manager.in_bulk(  # noqa: SLF001
        {pk for pks in first.values() for pk in pks}
    )
    return [
        Lately(
            entry,
            str(acts(entry.after["act"]).label),
            [str(records[pk]) for pk in first[entry.pk] if pk in records],
            max(len(_numbers(entry)) - NAMED, 0),
        )
        for entry in found
    ]


def _numbers(entry: AuditEntry) -> list[int]:
    """Return whom it changed: the trail keeps them by the name of their list."""
    return [int(pk) for pk in entry.after.get("people") or entry.after["partners"]]
