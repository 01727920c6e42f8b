"""The steps of an import in the browser: each only says what is to be done next."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.common.tabular import (
    FileRejectedError,
    Layout,
    decode,
    guess_layout,
    is_clear,
    printable,
    read_records,
)
from members.errors import FileRefused, ImportHasErrors, ImportMovedOn, ImportTooOld
from members.models import Import, ImportRow
from members.models.imports import ImportKind, ImportState
from members.services.audit import Actor
from members.services.imports.keeping import sha256
from members.services.imports.partners import PARTNERS
from members.services.imports.people import PEOPLE
from members.services.imports.run import ListSpec
from members.services.records import locked

# Apps above add theirs.
SPECS: dict[str, ListSpec] = {spec.kind: spec for spec in (PARTNERS, PEOPLE)}


def start_import(
    *, kind: ImportKind, data: bytes, original: bytes, file_name: str, by: Actor
) -> Import:
    """Take a list in; nothing of it is judged yet. Raises FileRefused."""
    spec = SPECS[kind]
    try:
        records = read_records(decode(data))
    except FileRejectedError as refusal:
        raise FileRefused(refusal.message) from None
    clear = is_clear(records[0], spec.columns)
    if clear and len(records) == 1:
        raise FileRefused(_("The list has a header but no rows below it."))
    titles = [printable(title) for title in records[0].cells]
    layout = None if clear else _remembered(kind, titles)
    layout = layout or (None if clear else guess_layout(records, spec.columns))
    return Import.objects.create(
        coalition=by.coalition,
        kind=kind,
        state=ImportState.READING if clear else ImportState.COLUMNS,
        person=by.person,
        file_name=file_name,
        sha256=sha256(original),
        data=data,
        titles=titles,
        layout=layout and as_json(layout),
        records=len(records) - 1,
    )


def as_json(layout: Layout) -> dict[str, object]:
    return {"columns": layout.columns, "titled": layout.titled}


def _remembered(kind: ImportKind, titles: Sequence[str]) -> Layout | None:
    """Return what the columns of these titles were said to be the last time."""
    before = Import.objects.filter(
        kind=kind, titles=titles, applied_at__isnull=False, layout__isnull=False
    ).first()
    return Layout(**before.layout) if before and before.layout else None


def name_columns(
    *, imported: Import, columns: Sequence[str | None], titled: bool, by: Actor
) -> Import:
    """Say which column is which; the list is read again."""
    with transaction.atomic():
        found = _at(imported, ImportState.COLUMNS, ImportState.PREVIEW)
        found.layout = as_json(Layout(list(columns), titled))
        found.answers = {}
        return _go_on(found, ImportState.READING, by)


def answer_twins(*, imported: Import, answers: Mapping[str, str], by: Actor) -> Import:
    """Say who is who among names that look alike; the list is read again."""
    with transaction.atomic():
        found = _at(imported, ImportState.PREVIEW)
        found.answers |= answers
        return _go_on(found, ImportState.READING, by)


def apply_import(*, imported: Import, seen: str, by: Actor) -> Import:
    """Have exactly the preview written that was `seen`."""
    with transaction.atomic():
        found = _at(imported, ImportState.PREVIEW)
        if found.fingerprint != seen:
            raise ImportMovedOn
        if found.errors:
            raise ImportHasErrors
        return _go_on(found, ImportState.WRITING, by)


def discard_import(*, imported: Import, by: Actor) -> Import:
    """Give a list up before it is brought in; what it said is forgotten at once."""
    with transaction.atomic():
        found = _at(imported, ImportState.COLUMNS, ImportState.PREVIEW)
        found.data = None
        ImportRow.objects.filter(source=found).delete()
        return _go_on(found, ImportState.DISCARDED, by)


def undo_import(*, imported: Import, by: Actor) -> Import:
    """Have a list taken back, as far as nobody built on it."""
    with transaction.atomic():
        found = _at(imported, ImportState.APPLIED)
        if not found.can_be_undone():
            raise ImportTooOld
        found.undone_by = by.person
        return _go_on(found, ImportState.UNDOING, None)


def _at(imported: Import, *states: ImportState) -> Import:
    found = locked(imported)
    if found.state not in states:
        raise ImportMovedOn
    return found


def _go_on(imported: Import, state: ImportState, by: Actor | None) -> Import:
    imported.state = state
    imported.notice = ""
    imported.claimed_at = None
    if by:
        imported.person = by.person
    imported.save()
    return imported
