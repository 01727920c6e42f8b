"""What is kept of an import: its history, and for a day what each row did."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from coalition.common.tabular import Problem, printable
from members.models import Import, ImportRow
from members.models.imports import ImportState, RowOutcome
from members.services.audit import Actor, Change, record_changes
from members.services.imports.effects import Effect, fingerprint
from members.services.imports.progress import Meter, Phase
from members.services.imports.run import Examined

# So many rows with errors are shown in full; the rest is counted.
ERRORS_SHOWN = 500
NAME_MAX = 200
HEADER_WARNINGS = 60


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def note_preview(imported: Import, examined: Examined) -> None:
    """Put what the file would do on the import; its counts are of all rows."""
    wrong = examined.found.errors.lines()
    effects = [e for e in examined.plan.effects if e.line not in wrong]
    outcomes = [effect.outcome for effect in effects]
    imported.records = examined.records
    imported.created = outcomes.count(RowOutcome.NEW)
    imported.updated = outcomes.count(RowOutcome.CHANGED)
    imported.unchanged = outcomes.count(RowOutcome.UNCHANGED)
    imported.errors = examined.records - len(effects)
    imported.fingerprint = fingerprint_of(examined)
    titles = examined.sheet.titles
    imported.warnings = [
        {"column": problem.column, "message": problem.message}
        for problem in examined.found.warnings.listed(HEADER_WARNINGS)
        if (problem.line or 0) == titles.line
    ]


def fingerprint_of(examined: Examined) -> str:
    errors = sorted(examined.found.errors.lines())
    return fingerprint(examined.plan.effects, warnings={"errors": errors})


def keep_rows(imported: Import, examined: Examined, meter: Meter) -> None:
    """Write a row for each row of the file; call it in a transaction."""
    ImportRow.objects.filter(source=imported).delete()
    for rows in meter.batches(_rows(imported, examined)):
        ImportRow.objects.bulk_create(rows)


def _rows(imported: Import, examined: Examined) -> list[ImportRow]:
    errors = _by_line(examined.found.errors.listed(ERRORS_SHOWN))
    wrong = examined.found.errors.lines()
    warnings = _by_line(examined.found.warnings.listed(len(examined.found.warnings)))
    rows = [
        _row(imported, effect, warnings[effect.line])
        for effect in examined.plan.effects
        if effect.line not in wrong
    ]
    done = {row.line for row in rows}
    asked = {effect.line: effect for effect in examined.plan.effects if effect.twin}
    rows += [
        ImportRow(
            source=imported,
            line=record.line,
            outcome=RowOutcome.ERROR,
            cells=[printable(cell) for cell in record.cells],
            errors=[_told(problem) for problem in errors[record.line]],
            **_question(asked.get(record.line)),
        )
        for record in examined.sheet.records
        if record.line not in done
    ]
    return rows


def _row(imported: Import, effect: Effect, warnings: Sequence[Problem]) -> ImportRow:
    return ImportRow(
        source=imported,
        line=effect.line,
        outcome=effect.outcome,
        name=effect.name[:NAME_MAX],
        target_pk=effect.record.pk,
        version=getattr(effect.record, "version", None),
        before=effect.before,
        after=effect.after,
        made=[[m._meta.label_lower, m.pk] for m in effect.made if m.pk],  # noqa: SLF001
        warnings=[_told(problem) for problem in warnings],
        has_warnings=bool(warnings),
        twin=effect.twin,
    )


def _question(effect: Effect | None) -> dict[str, Any]:
    """Return whom a row that is wrong resembles: the answer may put it right."""
    return {"name": effect.name[:NAME_MAX], "twin": effect.twin} if effect else {}


def _by_line(problems: Iterable[Problem]) -> Mapping[int, list[Problem]]:
    found: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.line or 0].append(problem)
    return found


def _told(problem: Problem) -> dict[str, Any]:
    return {
        "column": problem.column,
        "value": problem.value,
        "message": problem.message,
    }


def write_plan(
    imported: Import, examined: Examined, *, by: Actor, meter: Meter
) -> None:
    """Write the plan, its audit entries and its history; call it in a transaction."""
    meter.begin(Phase.WRITE, examined.plan.size)
    changes = examined.plan.write(meter.batches)
    if changes:
        summary = {
            "created": imported.created,
            "updated": imported.updated,
            "unchanged": imported.unchanged,
            "sha256": imported.sha256,
        }
        action = f"import {imported.kind}"
        changes.append(Change(action, by.coalition, {}, summary))
    meter.begin(Phase.NOTE, len(changes) + examined.records)
    for some in meter.batches(changes):
        record_changes(changes=some, by=by)
    imported.state = ImportState.APPLIED
    imported.applied_at = timezone.now()
    imported.data = None
    imported.claimed_at = None
    imported.notice = ""
    imported.person = by.person
    imported.save()
    keep_rows(imported, examined, meter)
