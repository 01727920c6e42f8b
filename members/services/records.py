"""Holding, removing and putting back records of one coalition."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from members.errors import RecordElsewhere, RecordGone, RecordIsBack
from members.models import AuditEntry
from members.services.audit import (
    Actor,
    Change,
    record_change,
    record_changes,
    snapshot,
)

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


def switch_record(*, record: models.Model, closes: bool, by: Actor) -> bool:
    """Close a locked record or open it again; False when it is so already.

    Raises ValidationError where it may not be open beside another.
    """
    if bool(record.closed_at) == closes:  # type: ignore[attr-defined]
        return False
    record.closed_at = timezone.now() if closes else None  # type: ignore[attr-defined]
    record.validate_constraints()
    record.save(update_fields=["closed_at", "updated_at"])
    record_change(action="close" if closes else "reopen", target=record, by=by)
    return True


def remove_record(*, record: models.Model, by: Actor) -> AuditEntry:
    """Delete a record with its parts; the entry is what `put_back` needs."""
    (entry,) = record_changes(changes=[_removal(record)], by=by)
    record.delete()
    return entry


def remove_records(*, records: Sequence[models.Model], by: Actor) -> None:
    """Delete records of one kind as `remove_record` does, in two statements.

    More where the kind has parts. Call it in a transaction.
    """
    record_changes(changes=[_removal(record) for record in records], by=by)
    if records:
        rows = type(records[0])._default_manager  # noqa: SLF001
        rows.filter(pk__in=[record.pk for record in records]).delete()


def put_back(
    *,
    entry: AuditEntry,
    by: Actor,
    fits: Callable[[str, Mapping[str, Any]], bool] | None = None,
) -> models.Model:
    """Undo `remove_record`: the same rows under the same numbers.

    A part that does not fit any more, by its label and columns, stays away.
    """
    columns = dict(entry.before)
    parts, named_by = columns.pop("parts", []), columns.pop("named_by", [])
    try:
        with transaction.atomic():
            record = _insert(entry.model, columns)
            for label, values in parts:
                if fits is None or fits(label, values):
                    _insert(label, values)
            for label, name, pks in named_by:
                _name_again(label, name, pks, record)
            record_change(action="restore", target=record, by=by)
    except IntegrityError:
        raise RecordIsBack from None
    return record


def put_back_all(*, entries: Sequence[AuditEntry], by: Actor) -> None:
    """Undo the removal of records of one kind that have no parts; in a transaction.

    The caller has seen that they fit.
    """
    if not entries:
        return
    records = [_record(entry.model, entry.before) for entry in entries]
    model = type(records[0])
    dates = [name for name in _dates(model) if name in entries[0].before]
    stated = [[getattr(record, name) for name in dates] for record in records]
    model._base_manager.bulk_create(records, batch_size=500)  # noqa: SLF001
    for record, values in zip(records, stated, strict=True):
        for name, value in zip(dates, values, strict=True):
            setattr(record, name, value)
    if dates:
        model._base_manager.bulk_update(records, dates, batch_size=500)  # noqa: SLF001
    record_changes(changes=[Change("restore", r, {}, {}) for r in records], by=by)


def _removal(record: models.Model) -> Change:
    kept = [[part._meta.label_lower, _columns(part)] for part in _parts([record])]  # noqa: SLF001
    also = {"parts": kept, "named_by": list(_naming(record))}
    return Change("delete", record, _columns(record) | also, {})


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


def _naming(record: models.Model) -> Iterator[list[Any]]:
    """Yield the rows that stay and forget the record."""
    for relation in record._meta.related_objects:  # noqa: SLF001
        if relation.on_delete is models.SET_NULL:
            rows = relation.related_model._base_manager.filter(  # noqa: SLF001
                **{relation.field.name: record}
            )
            if pks := list(rows.values_list("pk", flat=True)):
                label = relation.related_model._meta.label_lower  # noqa: SLF001
                yield [label, relation.field.attname, pks]


def _name_again(
    label: str, name: str, pks: Sequence[int], record: models.Model
) -> None:
    """Let the rows that forgot it and name nothing else since refer to it again."""
    rows = apps.get_model(label)._base_manager.filter(pk__in=pks)  # noqa: SLF001
    rows.filter(**{name: None}).update(**{name: record.pk})


def _columns(record: models.Model) -> dict[str, Any]:
    fields = record._meta.concrete_fields  # noqa: SLF001
    return snapshot(record, [field.attname for field in fields])


def _insert(label: str, columns: Mapping[str, Any]) -> models.Model:
    record = _record(label, columns)
    dates = {name: getattr(record, name) for name in _dates(type(record))}
    record.save(force_insert=True)
    stated = {name: value for name, value in dates.items() if name in columns}
    if stated:
        type(record)._base_manager.filter(pk=record.pk).update(**stated)  # noqa: SLF001
    return record


def _record(label: str, columns: Mapping[str, Any]) -> models.Model:
    """Read a record back from JSON; what is no column of it any more is left out."""
    model: type[models.Model] = apps.get_model(label)
    fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001
    values = {
        name: fields[name].to_python(value)
        for name, value in columns.items()
        if name in fields
    }
    return model(**values)


def _dates(model: type[models.Model]) -> list[str]:
    """Return the columns that a database fills with the moment of the insert."""
    fields = model._meta.concrete_fields  # noqa: SLF001
    return [f.attname for f in fields if getattr(f, "auto_now_add", False)]
