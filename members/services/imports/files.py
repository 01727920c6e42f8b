"""A file in one go: looked at, or written as a whole; the import commands."""

from contextlib import nullcontext

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coalition.common.tabular import FileRejectedError, printable
from members.errors import CoalitionClosed
from members.models import Import
from members.models.imports import ImportState
from members.services.audit import Actor
from members.services.imports.keeping import note_preview, sha256, write_plan
from members.services.imports.partners import PARTNERS
from members.services.imports.people import PEOPLE
from members.services.imports.progress import Meter
from members.services.imports.report import ImportReport
from members.services.imports.run import (
    Examined,
    ListSpec,
    Source,
    examine,
    read,
    wait_for_other_imports,
)


def import_partners(
    *, data: bytes, apply: bool, by: Actor, file_name: str = ""
) -> ImportReport:
    """Read a list of partners; write it when `apply` is set and every row is right.

    Call it inside the scope of `by.coalition`.
    """
    return import_list(PARTNERS, data, apply=apply, by=by, file_name=file_name)


def import_people(
    *, data: bytes, apply: bool, by: Actor, file_name: str = ""
) -> ImportReport:
    """Read a list of people, like `import_partners`."""
    return import_list(PEOPLE, data, apply=apply, by=by, file_name=file_name)


def import_list(
    spec: ListSpec, data: bytes, *, apply: bool, by: Actor, file_name: str
) -> ImportReport:
    """Read a list of any kind, in one go, like `import_partners`."""
    try:
        reading = read(spec, Source(data))
    except FileRejectedError as refusal:
        return ImportReport.unreadable(refusal)
    writes = apply and not reading.found.errors
    try:
        with transaction.atomic() if writes else nullcontext():
            if writes:
                wait_for_other_imports(by.coalition)
            examined = examine(reading, by=by, lock=writes)
            applied = writes and not examined.found.errors
            if applied:
                imported = _history(spec, data, file_name, examined, by)
                write_plan(imported, examined, by=by, meter=Meter())
    except CoalitionClosed as refusal:
        return ImportReport.refused(str(refusal))
    except IntegrityError:
        return ImportReport.refused(
            _("Somebody changed the list meanwhile. Nothing was written; try again.")
        )
    return _report(examined, applied=applied)


def _history(
    spec: ListSpec, data: bytes, file_name: str, examined: Examined, by: Actor
) -> Import:
    imported = Import(
        coalition=by.coalition,
        kind=spec.kind,
        state=ImportState.APPLIED,
        file_name=file_name,
        sha256=sha256(data),
        titles=[printable(title) for title in examined.sheet.titles.cells],
    )
    note_preview(imported, examined)
    return imported


def _report(examined: Examined, *, applied: bool) -> ImportReport:
    counts = examined.counts
    return ImportReport.of_rows(
        errors=examined.found.errors,
        warnings=examined.found.warnings,
        applied=applied,
        records=examined.records,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
    )
