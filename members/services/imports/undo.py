"""Taking a list back: what nobody has built on since, and why the rest stays."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.models import (
    AuditEntry,
    Import,
    ImportRow,
    Membership,
    PaperReader,
    Partner,
    Person,
)
from members.models.imports import ImportKind, RowOutcome
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.imports.progress import Meter, Phase
from members.services.imports.run import BATCH, save_edits

Made = dict[str, set[int]]
MODELS: Final[dict[str, type[Any]]] = {
    ImportKind.PARTNERS: Partner,
    ImportKind.PEOPLE: Person,
}
# Parts that people go on working with: what is done to one keeps its row.
# Apps above add theirs.
LIVING: Final[set[str]] = set()


def take_back(*, imported: Import, by: Actor, meter: Meter) -> str:
    """Undo every row that can be; say on each of the others why it stays.

    Call it in a transaction; returns what happened in a sentence.
    """
    undoing = Undoing(imported, by, meter)
    undoing.remove_new()
    undoing.put_back_changed()
    return undoing.finish()


class Undoing:
    def __init__(self, imported: Import, by: Actor, meter: Meter) -> None:
        self._meter = meter
        self._imported = imported
        self._by = by
        self._model: Any = MODELS[imported.kind]
        rows = ImportRow.objects.filter(source=imported)
        self._new = list(rows.filter(outcome=RowOutcome.NEW))
        self._changed = list(rows.filter(outcome=RowOutcome.CHANGED))
        meter.begin(Phase.REMOVE, len(self._new) + len(self._changed))
        pks = {row.target_pk for row in (*self._new, *self._changed)}
        self._records: dict[int, Any] = {
            record.pk: record
            for some in _some(pks)
            for record in self._model.objects.select_for_update().filter(pk__in=some)
        }
        self._made: Made = defaultdict(set)
        for row in (*self._new, *self._changed):
            for label, pk in row.made:
                self._made[label].add(pk)
        self._worked_on = _worked_on(self._made)
        self._changes: list[Change] = []
        self._counts = {"removed": 0, "put back": 0, "kept": 0}

    def remove_new(self) -> None:
        here = [row for row in self._new if row.target_pk in self._records]
        pks = {row.target_pk for row in here if row.target_pk}
        reasons = _who_refers(self._model, pks, self._made)
        reasons |= self._who_signed_in(pks)
        for row in self._new:
            record = self._records.get(row.target_pk or 0)
            if record is None:
                row.kept = _("It was gone already.")
            elif record.version != row.version or self._is_worked_on(row):
                row.kept = _("It was edited since.")
            else:
                row.kept = reasons.get(record.pk, "")
        self._remove([row for row in here if not row.kept])

    def _who_signed_in(self, pks: set[int]) -> dict[int, str]:
        if self._model is not Person:
            return {}
        signed_in = Membership.objects.filter(user__isnull=False)
        found = [
            pk
            for some in _some(pks)
            for pk in signed_in.filter(person__in=some).values_list("person", flat=True)
        ]
        return dict.fromkeys(found, _("They have an account by now."))

    def _remove(self, rows: list[ImportRow]) -> None:
        for row in rows:
            record = self._records.pop(row.target_pk or 0)
            before = snapshot(
                record, [name for name in row.after if _has(record, name)]
            )
            self._changes.append(Change("delete", record, before, {}, self._reason()))
        self._let_go({row.target_pk for row in rows if row.target_pk})
        for some in self._meter.batches(row.target_pk for row in rows):
            self._model.objects.filter(pk__in=some).delete()
        self._counts["removed"] += len(rows)

    def _let_go(self, people: set[int]) -> None:
        """Let nobody who is removed keep another here as a courier."""
        if self._model is Person:
            for some in _some(people):
                PaperReader.objects.filter(person__in=some).delete()
            for some in _some(people):
                PaperReader.objects.filter(courier__in=some).update(courier=None)

    def put_back_changed(self) -> None:
        kept = {row.target_pk: row.kept for row in self._new if row.kept}
        edits = []
        for row in self._changed:
            record = self._records.get(row.target_pk or 0)
            if row.target_pk in kept:
                row.kept = kept[row.target_pk]
            elif record and self._is_edited(record, row):
                row.kept = _("It was edited since.")
            elif record and row.before:
                edits.append((record, self._set_back(record, row)))
        back = [row for row in self._changed if not row.kept]
        for some in self._meter.batches(edits):
            save_edits(some)
        self._unmake(back)
        self._counts["put back"] += len(back)

    def _is_edited(self, record: Any, row: ImportRow) -> bool:
        stale = row.before and record.version != row.version
        return bool(stale) or self._is_worked_on(row)

    def _is_worked_on(self, row: ImportRow) -> bool:
        return any((label, pk) in self._worked_on for label, pk in row.made)

    def _set_back(self, record: models.Model, row: ImportRow) -> dict[str, Any]:
        before = {n: value for n, value in row.before.items() if _has(record, n)}
        now = snapshot(record, before)
        for name, value in before.items():
            field: Any = record._meta.get_field(name)  # noqa: SLF001
            setattr(record, name, field.to_python(value))
        self._changes.append(Change("edit", record, now, before, self._reason()))
        return now

    def _unmake(self, rows: list[ImportRow]) -> None:
        """Take away what rows made beside their own record, if it is still there."""
        made: Made = defaultdict(set)
        for row in rows:
            for label, pk in row.made:
                made[label].add(pk)
        for label, pks in made.items():
            model: Any = apps.get_model(label)
            refers = _who_refers(model, pks, self._made)
            for some in _some(pks - refers.keys()):
                found = model.objects.filter(pk__in=some)
                self._changes += [
                    Change("delete", record, {}, {}, self._reason()) for record in found
                ]
                found.delete()

    def finish(self) -> str:
        rows = [*self._new, *self._changed]
        self._counts["kept"] = sum(bool(row.kept) for row in rows)
        kept = [row for row in rows if row.kept]
        ImportRow.objects.bulk_update(kept, ["kept"], batch_size=BATCH)
        act = f"undo import {self._imported.kind}"
        self._changes.append(Change(act, self._by.coalition, {}, self._counts))
        self._meter.begin(Phase.NOTE, len(self._changes))
        for some in self._meter.batches(self._changes):
            record_changes(changes=some, by=self._by)
        return _(
            "%(removed)s removed, %(back)s put back, %(kept)s left as they are."
        ) % {
            "removed": self._counts["removed"],
            "back": self._counts["put back"],
            "kept": self._counts["kept"],
        }

    def _reason(self) -> str:
        return _("import undone")


def _who_refers(
    model: type[models.Model], pks: Collection[int], made: Made
) -> dict[int, str]:
    """Say of each record that something else points to what that is."""
    found: dict[int, str] = {}
    for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001
        if not isinstance(relation, models.ForeignObjectRel):
            continue
        other: Any = relation.related_model
        column = relation.field.attname
        what = capfirst(str(other._meta.verbose_name))  # noqa: SLF001
        rows = other._base_manager  # noqa: SLF001
        ours = made[other._meta.label_lower]  # noqa: SLF001
        for some in _some(pks):
            for pk, target in rows.filter(**{f"{column}__in": some}).values_list(
                "pk", column
            ):
                if pk not in ours:
                    found.setdefault(target, _("In use: %(what)s.") % {"what": what})
    return found


def _worked_on(made: Made) -> set[tuple[str, int]]:
    """Return the living parts to which something was done since a list made them."""
    found: set[tuple[str, int]] = set()
    for label in LIVING & made.keys():
        for some in _some(made[label]):
            entries = AuditEntry.objects.filter(
                model=label, target_pk__in=[str(pk) for pk in some]
            ).exclude(action="create")
            pks = entries.values_list("target_pk", flat=True)
            found.update((label, int(pk)) for pk in pks)
    return found


def _has(record: models.Model, name: str) -> bool:
    return any(f.name == name for f in record._meta.concrete_fields)  # noqa: SLF001


def _some(pks: Collection[Any]) -> Iterator[list[Any]]:
    """Yield as many at a time as one statement of either database takes."""
    numbers = sorted(pk for pk in pks if pk is not None)
    for start in range(0, len(numbers), BATCH):
        yield numbers[start : start + BATCH]
