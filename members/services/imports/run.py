"""The way of every import: read, plan, and write all of the plan or nothing."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import F
from django.utils import timezone

from coalition.common.models import VersionedModel
from coalition.common.tabular import (
    Column,
    Layout,
    Problems,
    Row,
    Sheet,
    read_rows,
    read_sheet,
)
from coalition.common.text import FoldedField
from members.errors import CoalitionClosed
from members.models import Coalition
from members.models.imports import ImportKind
from members.services.audit import Actor, Change, snapshot
from members.services.imports.effects import Counts, Effect

BATCH = 500
T = TypeVar("T")


@dataclass(slots=True)
class Findings:
    errors: Problems = field(default_factory=Problems)
    warnings: Problems = field(default_factory=Problems)


class Batches(Protocol):
    """Takes records apart into what one statement writes, and counts them."""

    def __call__(self, items: Iterable[T], /) -> Iterator[list[T]]: ...


class Plan(Protocol):
    """What a file would do to one kind of record; made without writing anything."""

    effects: list[Effect]

    @property
    def size(self) -> int:
        """How many records it writes."""
        ...

    def write(self, batches: "Batches") -> list[Change]: ...


class Planner(Protocol):
    def __call__(
        self,
        rows: Iterable[Row],
        findings: Findings,
        *,
        by: Actor,
        lock: bool,
        answers: Mapping[str, str],
    ) -> Plan: ...


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A kind of list: its columns, and who plans what its rows do."""

    kind: ImportKind
    columns: tuple[Column, ...]
    planner: Planner
    # What an export tells beside these, and no file can change.
    told: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns if column.required]


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and what a person said of it: its columns, and who is who."""

    data: bytes
    layout: Layout | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A file whose cells have been judged one by one."""

    spec: ListSpec
    source: Source
    sheet: Sheet
    rows: list[Row]
    found: Findings


@dataclass(slots=True)
class Examined:
    """A file read and planned; nothing of it is written."""

    sheet: Sheet
    plan: Plan
    found: Findings

    @property
    def records(self) -> int:
        return len(self.sheet.records)

    @property
    def counts(self) -> Counts:
        return Counts() if self.found.errors else Counts.of(self.plan.effects)


def read(spec: ListSpec, source: Source) -> Reading:
    """Read a file without looking at what is here; raises FileRejectedError."""
    found = Findings()
    sheet = read_sheet(
        source.data, known=spec.names, required=spec.required, layout=source.layout
    )
    rows = read_rows(
        sheet,
        spec.columns,
        passed_over=spec.told,
        errors=found.errors,
        warnings=found.warnings,
    )
    return Reading(spec, source, sheet, rows, found)


def examine(
    reading: Reading, *, by: Actor, lock: bool, rows: Iterable[Row] | None = None
) -> Examined:
    """Plan what the file would do; with `lock` inside a transaction that does it.

    `rows` are those of the reading, from somebody who counts them in passing.
    """
    plan = reading.spec.planner(
        reading.rows if rows is None else rows,
        reading.found,
        by=by,
        lock=lock,
        answers=reading.source.answers,
    )
    return Examined(reading.sheet, plan, reading.found)


def refuse_closed(coalition: Coalition) -> None:
    if coalition.closed_at:
        raise CoalitionClosed


def wait_for_other_imports(coalition: Coalition) -> None:
    """Write alone, and never into what was closed meanwhile; raises CoalitionClosed."""
    # On SQLite the transaction itself is the lock.
    refuse_closed(Coalition.objects.select_for_update().get(pk=coalition.pk))


def as_text(value: object) -> str:
    """Return a value as it may have stood in the file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value)


def set_values(target: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Put what the file says on a record; return what stood there before."""
    new = {
        name: value
        for name, value in values.items()
        if _tidy(getattr(target, name)) != _tidy(value)
    }
    before = snapshot(target, new)
    for name, value in new.items():
        setattr(target, name, value)
    return before


def _tidy(value: object) -> object:
    """Return a text as a file can hold it: a page may have kept other spaces."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).strip()
    lines = text.splitlines()
    return "\n".join(lines) if len(lines) > 1 else " ".join(text.split())


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
    for target, _before in edits:
        target.version += 1
