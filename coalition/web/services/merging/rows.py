"""Rows byte for byte, all that points to one, and a trace of what was done to them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from comms.models import Delivery
from comms.models.delivery import DeliveryStatus, LeftOut
from members.errors import CannotMerge

Columns = dict[str, Any]
# A second message of one issue does not follow the first to the same human.
WAITING = (DeliveryStatus.QUEUED, DeliveryStatus.HELD)


@dataclass(slots=True)
class Trace:
    """What a merge did, in order: enough to take each step back."""

    moved: list[tuple[str, str, list[int]]] = field(default_factory=list)
    removed: list[tuple[str, Columns]] = field(default_factory=list)
    changed: list[tuple[str, Columns, Columns]] = field(default_factory=list)
    made: list[tuple[str, int]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def label(model: type[models.Model] | models.Model) -> str:
    return model._meta.label_lower  # noqa: SLF001


def model_of(name: str) -> type[models.Model]:
    return apps.get_model(name)


def rows_of(model: type[models.Model]) -> "models.QuerySet[Any]":
    """Return all rows, whatever the default manager leaves out."""
    return model._base_manager.all()  # noqa: SLF001


def columns(row: models.Model) -> Columns:
    """Return every column as JSON can hold it without losing a digit."""
    return {
        column.attname: None
        if getattr(row, column.attname) is None
        else column.value_to_string(row)
        for column in row._meta.concrete_fields  # noqa: SLF001
    }


def row_from(name: str, values: Columns) -> Any:
    """Make the row of `columns`; a column that came since has its default."""
    model = model_of(name)
    known = {column.attname: column for column in model._meta.concrete_fields}  # noqa: SLF001
    return model(
        **{
            attname: known[attname].to_python(value)
            for attname, value in values.items()
            if attname in known
        }
    )


def references(
    model: type[models.Model],
) -> Iterator[tuple[type[models.Model], Any]]:
    """Yield every foreign key of any app that can point to a row of this model."""
    for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001
        if isinstance(relation, models.ForeignObjectRel) and not relation.many_to_many:
            yield relation.related_model, relation.field


class Repointing:
    """Moves all that points to one row to the other, and traces it."""

    def __init__(self, lost: models.Model, kept: models.Model) -> None:
        self.trace = Trace()
        self._lost, self._kept = lost, kept

    def run(self) -> None:
        for model, key in references(type(self._lost)):
            self._move(model, key)

    def _move(self, model: type[models.Model], key: Any) -> None:
        rows = rows_of(model).filter(**{key.attname: self._lost.pk})
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        if not pks:
            return
        moved = pks if self._moves(rows, key) else self._one_by_one(model, key, pks)
        if moved:
            self.trace.moved.append((label(model), key.attname, moved))

    def _moves(self, rows: "models.QuerySet[Any]", key: Any) -> bool:
        try:
            with transaction.atomic():
                rows.update(**{key.attname: self._kept.pk})
        except IntegrityError:
            return False
        return True

    def _one_by_one(
        self, model: type[models.Model], key: Any, pks: list[int]
    ) -> list[int]:
        moved = []
        for row in rows_of(model).filter(pk__in=pks).order_by("pk"):
            if self._moves(rows_of(model).filter(pk=row.pk), key):
                moved.append(row.pk)
            elif key.null:
                self._let_go(row, key)
            else:
                self.remove(row)
        return moved

    def _let_go(self, row: models.Model, key: Any) -> None:
        values: Columns = {key.attname: None}
        if isinstance(row, Delivery) and row.status in WAITING:
            values |= {"status": DeliveryStatus.SKIPPED, "reason": LeftOut.WITHDRAWN}
        self.change(row, values)

    def change(self, row: models.Model, values: Columns) -> None:
        before = columns(row)
        if values:
            rows_of(type(row)).filter(pk=row.pk).update(**values)
        self.note_change(row, before)

    def note_change(self, row: models.Model, before: Columns) -> None:
        now = rows_of(type(row)).get(pk=row.pk)
        self.trace.changed.append((label(row), before, columns(now)))

    def remove(self, row: models.Model) -> None:
        """Delete a row that both have, with its parts; what only names it forgets it."""
        for model, key in references(type(row)):
            for part in rows_of(model).filter(**{key.attname: row.pk}).order_by("pk"):
                if key.remote_field.on_delete is models.CASCADE:
                    self.remove(part)
                elif key.null:
                    self._let_go(part, key)
                else:
                    raise CannotMerge(row)
        self.trace.removed.append((label(row), columns(row)))
        rows_of(type(row)).filter(pk=row.pk).delete()
