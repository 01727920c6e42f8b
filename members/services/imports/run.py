"""The way of every import: read, plan, and write all of the plan or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.models import VersionedModel
from coalition.common.tabular import (
    Column,
    FileRejectedError,
    Problems,
    Row,
    read_rows,
    read_sheet,
)
from coalition.common.text import FoldedField
from members.models import Coalition
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.imports.report import ImportReport

BATCH = 500


@dataclass(slots=True)
class Findings:
    errors: Problems = field(default_factory=Problems)
    warnings: Problems = field(default_factory=Problems)


@dataclass(slots=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Plan(Protocol):
    """What a file would do to one kind of record; made without writing anything."""

    counts: Counts

    def write(self) -> list[Change]: ...


class Planner(Protocol):
    def __call__(
        self, rows: Sequence[Row], findings: Findings, *, by: Actor, lock: bool
    ) -> Plan: ...


def run_import(
    *,
    data: bytes,
    columns: Sequence[Column],
    planner: Planner,
    action: str,
    apply: bool,
    by: Actor,
) -> ImportReport:
    found = Findings()
    try:
        rows = _read(data, columns, found)
    except FileRejectedError as refusal:
        return ImportReport.unreadable(refusal)
    writes = apply and not found.errors
    try:
        with transaction.atomic() if writes else nullcontext():
            if writes:
                _wait_for_other_imports(by.coalition)
            plan = planner(rows, found, by=by, lock=writes)
            if writes and not found.errors:
                _write(plan, data=data, action=action, by=by)
    except IntegrityError:
        return ImportReport.refused(
            _("Somebody changed the list meanwhile. Nothing was written; try again.")
        )
    return _report(plan, found, len(rows), applied=writes and not found.errors)


def _read(data: bytes, columns: Sequence[Column], found: Findings) -> list[Row]:
    sheet = read_sheet(
        data,
        known=[column.name for column in columns],
        required=[column.name for column in columns if column.required],
    )
    return read_rows(sheet, columns, errors=found.errors, warnings=found.warnings)


def _report(
    plan: Plan, found: Findings, records: int, *, applied: bool
) -> ImportReport:
    counts = Counts() if found.errors else plan.counts
    return ImportReport.of_rows(
        errors=found.errors,
        warnings=found.warnings,
        applied=applied,
        records=records,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
    )


def _wait_for_other_imports(coalition: Coalition) -> None:
    # On SQLite the transaction itself is the lock.
    Coalition.objects.select_for_update().get(pk=coalition.pk)


def _write(plan: Plan, *, data: bytes, action: str, by: Actor) -> None:
    changes = plan.write()
    if not changes:
        return
    summary = {
        "created": plan.counts.created,
        "updated": plan.counts.updated,
        "unchanged": plan.counts.unchanged,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    changes.append(Change(action, by.coalition, {}, summary))
    record_changes(changes=changes, by=by)


def as_text(value: object) -> str:
    """Return a value as it may have stood in the file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value)


def set_values(target: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Put what the file says on a record; return what stood there before."""
    new = {name: v for name, v in values.items() if getattr(target, name) != v}
    before = snapshot(target, new)
    for name, value in new.items():
        setattr(target, name, value)
    return before


def save_edits(edits: Sequence[tuple[VersionedModel, Mapping[str, Any]]]) -> None:
    """Write the changed fields of many records, and the columns folded from them."""
    if not edits:
        return
    model = type(edits[0][0])
    changed = {name for _target, before in edits for name in before}
    folded = [
        column
        for column in model._meta.fields  # noqa: SLF001
        if isinstance(column, FoldedField) and changed.intersection(column.sources)
    ]
    for target, _before in edits:
        for column in folded:
            column.pre_save(target, add=False)
    names = sorted(changed | {column.name for column in folded})
    rows: Any = model._base_manager  # noqa: SLF001
    rows.bulk_update([target for target, _before in edits], names, batch_size=BATCH)
    rows.filter(pk__in=[target.pk for target, _before in edits]).update(
        version=F("version") + 1, updated_at=timezone.now()
    )
