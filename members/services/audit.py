"""Writing the audit trail: who did what, by which way, before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from members.models import AuditEntry, Coalition, Person, Via


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person (nobody for a job), the way they came, and for whom."""

    coalition: Coalition
    person: Person | None
    via: Via
    on_behalf_of: Person | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One record that was made, changed or removed."""

    action: str
    target: models.Model
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str = ""


def snapshot(target: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return the named fields as JSON-ready values, links as primary keys."""
    return {name: _plain(getattr(target, name)) for name in fields}


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def record_change(
    *,
    action: str,
    target: models.Model,
    by: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Append one entry; call it inside the transaction of the act itself."""
    change = Change(action, target, before or {}, after or {}, reason)
    return record_changes(changes=[change], by=by)[0]


def record_changes(*, changes: Iterable[Change], by: Actor) -> list[AuditEntry]:
    """Append many entries in one statement; unchanged fields are left out."""
    return AuditEntry.objects.bulk_create(
        [_entry(change, by) for change in changes], batch_size=500
    )


def _entry(change: Change, by: Actor) -> AuditEntry:
    before = {k: _plain(v) for k, v in change.before.items()}
    after = {k: _plain(v) for k, v in change.after.items()}
    same = {k for k in before if k in after and before[k] == after[k]}
    return AuditEntry(
        coalition=by.coalition,
        actor=by.person,
        on_behalf_of=by.on_behalf_of,
        via=by.via,
        action=change.action,
        model=change.target._meta.label_lower,  # noqa: SLF001
        target_pk=str(change.target.pk),
        before={k: v for k, v in before.items() if k not in same},
        after={k: v for k, v in after.items() if k not in same},
        reason=change.reason,
    )
