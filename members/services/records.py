"""Holding, removing and putting back records of one coalition."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.db import IntegrityError, models, transaction

from members.errors import RecordElsewhere, RecordGone, RecordIsBack
from members.models import AuditEntry
from members.services.audit import Actor, record_change, snapshot

R = TypeVar("R", bound=models.Model)


def refuse_foreign(by: Actor, *records: models.Model | None) -> None:
    """Refuse to link what belongs to another coalition."""
    for record in records:
        if record is not None and record.coalition_id != by.coalition.pk:  # type: ignore[attr-defined]
            raise RecordElsewhere


def locked(record: R) -> R:
    """Return the record as it is now, ours alone until the transaction ends.

    SQLite has no row locks and needs none: its transactions begin IMMEDIATE.
    """
    rows = type(record)._default_manager.select_for_update(of=("self",))  # noqa: SLF001
    stored = rows.filter(pk=record.pk).first()
    if stored is None:
        raise RecordGone
    return stored


def remove_record(*, record: models.Model, by: Actor) -> AuditEntry:
    """Delete a record with its parts; the entry is what `put_back` needs."""
    kept = [[part._meta.label_lower, _columns(part)] for part in _parts([record])]  # noqa: SLF001
    before = _columns(record) | {"parts": kept}
    entry = record_change(action="delete", target=record, by=by, before=before)
    record.delete()
    return entry


def put_back(*, entry: AuditEntry, by: Actor) -> models.Model:
    """Undo `remove_record`: the same rows under the same numbers."""
    columns = dict(entry.before)
    parts = columns.pop("parts", [])
    try:
        with transaction.atomic():
            record = _insert(entry.model, columns)
            for label, values in parts:
                _insert(label, values)
            record_change(action="restore", target=record, by=by)
    except IntegrityError:
        raise RecordIsBack from None
    return record


def _parts(records: Sequence[models.Model]) -> Iterator[models.Model]:
    """Yield what the cascade takes along, also from apps above; parents come first."""
    for relation in records[0]._meta.related_objects:  # noqa: SLF001
        if relation.on_delete is not models.CASCADE:
            continue
        rows = relation.related_model._base_manager.filter(  # noqa: SLF001
            **{f"{relation.field.name}__in": records}
        )
        if found := list(rows):
            yield from found
            yield from _parts(found)


def _columns(record: models.Model) -> dict[str, Any]:
    fields = record._meta.concrete_fields  # noqa: SLF001
    return snapshot(record, [field.attname for field in fields])


def _insert(label: str, columns: Mapping[str, Any]) -> models.Model:
    model: type[models.Model] = apps.get_model(label)
    fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001
    values = {
        name: fields[name].to_python(value)
        for name, value in columns.items()
        if name in fields
    }
    record = model(**values)
    record.save(force_insert=True)
    dates = {
        name: value
        for name, value in values.items()
        if getattr(fields[name], "auto_now_add", False)
    }
    if dates:
        model._base_manager.filter(pk=record.pk).update(**dates)  # noqa: SLF001
    return record
