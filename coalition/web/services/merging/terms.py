"""Two holders of one role who are one: their terms become one, with what it allows."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.utils import timezone

from coalition.web.services.merging.rows import Repointing, columns, label, rows_of
from members.models import PermissionGrant
from members.services.audit import Actor
from tasks.models import RoleAssignment
from tasks.services.grants import grant_by_terms, source_of

Terms = list[RoleAssignment]


def settle_terms(kept: int, lost: int, work: Repointing) -> None:
    """Join the terms of one role that share a day; call it before anything moves.

    Nobody gains by it: the one begins and ends, and allows, what the two did.
    """
    both = rows_of(RoleAssignment).filter(person__in=[kept, lost])
    terms = list(both.order_by("role_id", "from_on", "pk").select_for_update())
    for _role, found in groupby(terms, lambda term: term.role_id):
        for together in _overlapping(found):
            stays = next((t for t in together if t.person_id == kept), together[0])
            _join(stays, [term for term in together if term != stays], work)


def _overlapping(terms: Iterable[RoleAssignment]) -> Iterator[Terms]:
    """Yield those that hang together, of terms in the order in which they begin."""
    together: Terms = []
    for term in terms:
        if together and not any(
            each.to_on is None or each.to_on >= term.from_on for each in together
        ):
            yield together
            together = []
        together.append(term)
    if together:
        yield together


def _join(stays: RoleAssignment, others: Terms, work: Repointing) -> None:
    if not others:
        return
    terms = [stays, *others]
    notes = [term.handover_notes for term in terms if term.handover_notes]
    words = "\n\n".join(dict.fromkeys(notes))
    longest = RoleAssignment._meta.get_field("handover_notes").max_length  # noqa: SLF001
    work.change(stays, _days(terms) | {"handover_notes": words[:longest]})
    for term in others:
        _join_grants(source_of(stays.pk), source_of(term.pk), work)
        work.remove(term)


def _join_grants(stays: str, goes: str, work: Repointing) -> None:
    rows = rows_of(PermissionGrant)
    held = {grant.permission: grant for grant in rows.filter(source=stays)}
    for grant in rows.filter(source=goes).order_by("pk"):
        if same := held.get(grant.permission):
            work.change(same, _days([same, grant]))
            work.remove(grant)
        else:
            work.change(grant, {"source": stays})


def _days(rows: "Iterable[RoleAssignment | PermissionGrant]") -> dict[str, Any]:
    """Return from the first day of any to the last."""
    found = list(rows)
    ends = [row.to_on for row in found if row.to_on]
    return {
        "from_on": min(row.from_on for row in found),
        "to_on": max(ends) if len(ends) == len(found) else None,
    }


def end_as_since(term: RoleAssignment, changed: Iterable[Any]) -> bool:
    """End what comes back where the one was ended since; say whether a day is left."""
    for name, before, _after in changed:
        if name != label(term) or before["role_id"] != str(term.role_id):
            continue
        now = rows_of(RoleAssignment).filter(pk=before["id"]).first()
        if now is None:
            return False
        if columns(now)["to_on"] != before["to_on"] and now.to_on:
            term.to_on = min(now.to_on, term.to_on or now.to_on)
    return term.to_on is None or term.from_on <= term.to_on


def grant_as_now(trace: Mapping[str, Any], *, by: Actor) -> None:
    """Let the terms of a merge taken back give what their roles allow by now."""
    kind = label(RoleAssignment)
    joined = {int(row["id"]) for name, row in trace["removed"] if name == kind}
    joined |= {int(row["id"]) for name, row, _ in trace["changed"] if name == kind}
    moved = {pk for name, _, pks in trace["moved"] if name == kind for pk in pks}
    living = RoleAssignment.objects.filter(pk__in=moved).living(timezone.localdate())
    grant_by_terms(terms=joined | {term.pk for term in living}, by=by)
