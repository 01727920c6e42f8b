"""Partner organisations from a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from coalition.common.names import near_twins
from coalition.common.tabular import Column, Row, cells
from members.models import Partner
from members.services.audit import Actor, Change, snapshot
from members.services.imports.books import PartnerBook, name_key
from members.services.imports.report import ImportReport
from members.services.imports.run import (
    BATCH,
    Counts,
    Findings,
    as_text,
    run_import,
    save_edits,
    set_values,
)

COLUMNS = (
    Column("name", cells.text(200), required=True),
    Column("website", cells.website(300)),
    Column("country", cells.text(100)),
    Column("region", cells.text(100)),
    Column("contact_email", cells.email(254)),
    Column("tags", cells.tags(each=50, most=20)),
    Column("notes", cells.text(20_000), multiline=True),
)


def import_partners(*, data: bytes, apply: bool, by: Actor) -> ImportReport:
    """Read a list of partners; write it when `apply` is set and every row is right.

    Call it inside the scope of `by.coalition`.
    """
    return run_import(
        data=data,
        columns=COLUMNS,
        planner=plan_partners,
        action="import partners",
        apply=apply,
        by=by,
    )


@dataclass(slots=True)
class PartnerPlan:
    counts: Counts = field(default_factory=Counts)
    new: list[Partner] = field(default_factory=list)
    edits: list[tuple[Partner, dict[str, Any]]] = field(default_factory=list)

    def write(self) -> list[Change]:
        Partner.objects.bulk_create(self.new, batch_size=BATCH)
        save_edits(self.edits)
        names = [column.name for column in COLUMNS]
        return [
            Change("create", partner, {}, snapshot(partner, names))
            for partner in self.new
        ] + [
            Change("edit", partner, before, snapshot(partner, before))
            for partner, before in self.edits
        ]


@dataclass(slots=True)
class _Entry:
    """What the file says of one partner, in one row or in several that agree."""

    line: int
    partner: Partner | None
    values: dict[str, Any]


def plan_partners(
    rows: Sequence[Row], findings: Findings, *, by: Actor, lock: bool
) -> PartnerPlan:
    book = PartnerBook(lock=lock)
    plan = PartnerPlan()
    entries = _entries(rows, book, findings, plan.counts)
    for entry in entries:
        if entry.partner:
            values = {k: v for k, v in entry.values.items() if k != "name"}
            before = set_values(entry.partner, values)
            if before:
                plan.edits.append((entry.partner, before))
        else:
            plan.new.append(Partner(coalition=by.coalition, **entry.values))
    plan.counts.created = len(plan.new)
    plan.counts.updated = len(plan.edits)
    plan.counts.unchanged += len(entries) - len(plan.new) - len(plan.edits)
    _warn_of_twins([entry for entry in entries if not entry.partner], book, findings)
    return plan


def _entries(
    rows: Sequence[Row], book: PartnerBook, findings: Findings, counts: Counts
) -> list[_Entry]:
    entries: dict[int | str, _Entry] = {}
    for row in rows:
        name = row.values.get("name")
        if name is None:
            continue
        partner = book.find(name)
        identity = partner.pk if partner else name_key(name)
        first = entries.get(identity)
        if first:
            _merge(first, row, findings)
            counts.unchanged += 1
        else:
            entries[identity] = _Entry(row.line, partner, dict(row.values))
    return list(entries.values())


def _merge(first: _Entry, row: Row, findings: Findings) -> None:
    for column, value in row.values.items():
        if column != "name" and first.values.setdefault(column, value) != value:
            findings.errors.add(
                row.line,
                column,
                as_text(value),
                _("Line %(line)s says something else of the same partner.")
                % {"line": first.line},
            )
    findings.warnings.add(
        row.line,
        "name",
        row.values["name"],
        _("Line %(line)s names the same partner; the two are read as one.")
        % {"line": first.line},
    )


def _warn_of_twins(
    new: Sequence[_Entry], book: PartnerBook, findings: Findings
) -> None:
    known = book.names
    twins = near_twins(known, [entry.values["name"] for entry in new])
    for place, other in twins.items():
        entry = new[place - len(known)]
        if other < len(known):
            likeness = _("This looks like “%(name)s”, who is a partner already.") % {
                "name": known[other]
            }
        else:
            twin = new[other - len(known)]
            likeness = _("This looks like “%(name)s” on line %(line)s.") % {
                "name": twin.values["name"],
                "line": twin.line,
            }
        advice = _("If they are one, write both in one way, or add an alias.")
        findings.warnings.add(
            entry.line, "name", entry.values["name"], f"{likeness} {advice}"
        )
