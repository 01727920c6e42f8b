"""Doing what an import waits for: by whoever asked, or by a worker when it is long."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coalition.common.languages import spoken
from coalition.common.tabular import FileRejectedError, Layout
from members.errors import CoalitionClosed
from members.models import Import, ImportRow, Via
from members.models.imports import BUSY, KEPT_FOR, OPEN, ImportState
from members.services.audit import Actor
from members.services.imports.keeping import (
    fingerprint_of,
    keep_rows,
    note_preview,
    write_plan,
)
from members.services.imports.progress import Meter, Phase
from members.services.imports.run import (
    Reading,
    Source,
    examine,
    read,
    refuse_closed,
    wait_for_other_imports,
)
from members.services.imports.steps import SPECS
from members.services.imports.undo import take_back
from members.services.records import locked

# A page answers lists of this length itself; nobody waits for a worker.
AT_ONCE: Final = 500
LEASE: Final = timedelta(minutes=20)


def work_off_if_short(imported: Import) -> bool:
    """Do it here and now when it takes but a moment."""
    if imported.records > AT_ONCE:
        return False
    work_off(imported)
    return True


def work_off(imported: Import) -> None:
    """Do what the import waits for; twice or at the same time does no harm."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)
    claim = Import.objects.filter(free, pk=imported.pk, state__in=BUSY)
    if claim.update(claimed_at=now):
        found = Import.objects.select_related("coalition", "person").get(pk=imported.pk)
        person = found.undone_by or found.person
        language = spoken(person.language if person else "", found.coalition.language)
        with translation.override(language):
            _act(found)


def _act(imported: Import) -> None:
    meter = Meter(imported)
    try:
        _ACTS[ImportState(imported.state)](imported, meter)
    except CoalitionClosed:
        why = _("The coalition was closed before this was done: nothing was changed.")
        give_up(imported, why)
    finally:
        meter.end()


def _read(imported: Import, meter: Meter) -> None:
    refuse_closed(imported.coalition)
    try:
        reading = _reading(imported)
    except FileRejectedError as refusal:
        _settle(imported, ImportState.COLUMNS, refusal.message)
        return
    rows = meter.over(Phase.CHECK, reading.rows)
    examined = examine(reading, by=_actor(imported), lock=False, rows=rows)
    with transaction.atomic():
        found = locked(imported)
        if found.state == ImportState.READING:
            note_preview(found, examined)
            meter.begin(Phase.KEEP, examined.records)
            keep_rows(found, examined, meter)
            _settle(found, ImportState.PREVIEW, found.notice)


def _write(imported: Import, meter: Meter) -> None:
    reading = _reading(imported)
    try:
        with transaction.atomic():
            wait_for_other_imports(imported.coalition)
            found = locked(imported)
            if found.state != ImportState.WRITING:
                return
            rows = meter.over(Phase.CHECK, reading.rows)
            examined = examine(reading, by=_actor(imported), lock=True, rows=rows)
            same = fingerprint_of(examined) == found.fingerprint
            note_preview(found, examined)
            if same:
                write_plan(found, examined, by=_actor(imported), meter=meter)
            else:
                keep_rows(found, examined, meter)
                _settle(found, ImportState.PREVIEW, _changed_meanwhile())
    except IntegrityError:
        _settle(imported, ImportState.READING, _changed_meanwhile())
        _read(imported, meter)


def _undo(imported: Import, meter: Meter) -> None:
    with transaction.atomic():
        wait_for_other_imports(imported.coalition)
        found = locked(imported)
        if found.state == ImportState.UNDOING:
            by = Actor(found.coalition, found.undone_by, Via.IMPORT)
            found.undone_at = timezone.now()
            told = take_back(imported=found, by=by, meter=meter)
            _settle(found, ImportState.UNDONE, told)


_ACTS: Mapping[ImportState, Callable[[Import, Meter], None]] = {
    ImportState.READING: _read,
    ImportState.WRITING: _write,
    ImportState.UNDOING: _undo,
}


def give_up(imported: Import, why: str = "") -> None:
    """Put an import that cannot be worked off where a person can look at it."""
    back = {
        ImportState.READING: ImportState.DISCARDED,
        ImportState.WRITING: ImportState.PREVIEW,
        ImportState.UNDOING: ImportState.APPLIED,
    }
    with transaction.atomic():
        found = locked(imported)
        if found.is_busy:
            state = back[ImportState(found.state)]
            if state == ImportState.DISCARDED:
                found.data = None
            why = why or _("That did not work, and nothing was changed.")
            _settle(found, state, why)


def forget_old_imports() -> int:
    """Drop files nobody went on with, and what each row of a list said, after a day.

    Looks first: on SQLite even a statement without rows takes the one write lock.
    """
    before = timezone.now() - KEPT_FOR
    stale = Import.objects.filter(state__in=OPEN, updated_at__lt=before)
    forgotten = 0
    if stale.exists():
        forgotten = stale.update(state=ImportState.DISCARDED, data=None)
    over = Q(source__applied_at__lt=before) | Q(source__state=ImportState.DISCARDED)
    rows = ImportRow.objects.filter(over).exclude(source__state=ImportState.UNDOING)
    if rows.exists():
        rows.delete()
    return forgotten


def _reading(imported: Import) -> Reading:
    layout = imported.layout and Layout(**imported.layout)
    data = bytes(imported.data or b"")
    return read(SPECS[imported.kind], Source(data, layout, imported.answers))


def _actor(imported: Import) -> Actor:
    return Actor(imported.coalition, imported.person, Via.IMPORT)


def _settle(imported: Import, state: ImportState, notice: str) -> None:
    imported.state = state
    imported.notice = notice
    imported.claimed_at = None
    imported.save()


def _changed_meanwhile() -> str:
    return _(
        "Something here changed after this preview was made, so nothing was written."
        " This is what would happen now."
    )
