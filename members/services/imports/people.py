"""People from a file, and whom they speak for."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.names import fold
from coalition.common.tabular import Column, Row, cells, lookups
from members.models import Person
from members.permissions import MemberRole
from members.services.audit import Actor
from members.services.imports.matching import Matching
from members.services.imports.people_plan import Entry, PeoplePlan
from members.services.imports.report import ImportReport
from members.services.imports.run import Findings, run_import, set_values

ROLES: dict[str, object] = {
    "member": MemberRole.MEMBER,
    "observer": MemberRole.OBSERVER,
}
# Only words that nobody writes by accident count as somebody's consent.
CONSENT: dict[str, object] = {
    "yes": True,
    "y": True,
    "sí": True,
    "si": True,
    "no": False,
    "n": False,
}


def _refuse_role(value: str) -> str:
    if fold(value) in {MemberRole.STEERING, MemberRole.COORDINATOR}:
        return _(
            "A file cannot give this access. Import a member, then change the access"
            " on the page of the person."
        )
    return _("Write “member” or “observer”, or leave this blank.")


def _refuse_consent(value: str) -> str:
    return _("Write “yes” only for somebody who agreed to get updates, else “no”.")


COLUMNS = (
    Column("organisation", cells.text(200), required=True),
    Column("full_name", cells.text(200), required=True),
    Column("email", cells.email(254), required=True),
    Column("role", cells.choice(ROLES, refused=_refuse_role)),
    Column("phone", cells.phone(40)),
    Column("timezone", lookups.zone),
    Column("language", lookups.language),
    Column("consent_digest", cells.choice(CONSENT, refused=_refuse_consent)),
    Column("joined_on", cells.date),
    Column("notes", cells.text(20_000), multiline=True),
)
# What a file may change of somebody who is here: neither access nor consent.
EDITABLE = ("email", "phone", "timezone", "language", "joined_on", "notes")


def import_people(*, data: bytes, apply: bool, by: Actor) -> ImportReport:
    """Read a list of people; write it when `apply` is set and every row is right.

    Call it inside the scope of `by.coalition`.
    """
    return run_import(
        data=data,
        columns=COLUMNS,
        planner=plan_people,
        action="import people",
        apply=apply,
        by=by,
    )


def plan_people(
    rows: Sequence[Row], findings: Findings, *, by: Actor, lock: bool
) -> PeoplePlan:
    matching = Matching(findings, lock=lock)
    for row in rows:
        matching.take(row)
    plan = PeoplePlan(by=by)
    for entry in matching.entries.values():
        if entry.person:
            _plan_change(plan, entry, entry.person, matching)
        else:
            _plan_new(plan, entry)
    plan.counts.unchanged += matching.repeated
    return plan


def _plan_new(plan: PeoplePlan, entry: Entry) -> None:
    values = {
        k: v for k, v in entry.values.items() if k not in {"organisation", "role"}
    }
    if values.get("consent_digest"):
        values["consent_at"] = timezone.now()
    plan.new.append((Person(coalition=plan.by.coalition, **values), entry))
    plan.counts.created += 1
    plan.counts.updated += max(len(entry.partners) - 1, 0)


def _plan_change(
    plan: PeoplePlan, entry: Entry, person: Person, matching: Matching
) -> None:
    before = set_values(
        person, {k: v for k, v in entry.values.items() if k in EDITABLE}
    )
    joins = list(matching.new_partners(entry, person))
    if before:
        plan.edits.append((person, before))
    plan.joins += [(person, partner) for partner in joins]
    changed = max(len(joins), 1 if before else 0)
    plan.counts.updated += changed
    plan.counts.unchanged += len(entry.partners) - changed
    matching.warn_of_rights(entry, person)
