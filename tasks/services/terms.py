"""Who holds a role: given, ended, handed over, and each of it taken back."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from coalition.common.clock import months_after
from members.models import AuditEntry, Partner, Person
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import (
    HoldsItAlready,
    NoSeatLeft,
    NotYourRole,
    RoleIsClosed,
    TermIsOver,
)
from tasks.models import Role, RoleAssignment
from tasks.queries.roles import most_at_once, overlapping
from tasks.services.assignments import refuse_other_place
from tasks.services.grants import grant_by_terms, refuse_giving_rights

TERM = ("role", "person", "partner", "from_on", "to_on")
END = "end term"
HAND_OVER = "hand over"


def give_role(
    *,
    role: Role,
    person: Person,
    from_on: date,
    by: Actor,
    to_on: date | None = None,
    partner: Partner | None = None,
) -> RoleAssignment:
    """Let a person hold it, to the end of a term when no day is named.

    Raises NoSeatLeft, and HoldsItAlready where their terms would overlap.
    """
    refuse_foreign(by, role, person, partner)
    with transaction.atomic():
        stored = _open_role(role, by)
        refuse_other_place(person, partner)
        term = RoleAssignment(
            coalition=by.coalition,
            role=stored,
            person=person,
            partner=partner,
            from_on=from_on,
            to_on=to_on or last_day(stored, from_on),
        )
        _refuse_no_room(term)
        term.validate_constraints()
        term.save(force_insert=True)
        grant_by_terms(terms=[term.pk], by=by)
        record_change(action="give", target=term, by=by, after=snapshot(term, TERM))
    return term


def last_day(role: Role, from_on: date) -> date | None:
    """Return on which day a term ends that begins then, None for never."""
    if role.term_months is None:
        return None
    return months_after(from_on, role.term_months) - timedelta(days=1)


def end_term(*, term: RoleAssignment, to_on: date, by: Actor) -> RoleAssignment:
    """Let it end on a day, the last that is theirs; `resume_term` undoes it."""
    refuse_foreign(by, term)
    with transaction.atomic():
        _open_role(term.role, by)
        stored = locked(term)
        before = _end(stored, to_on)
        after = snapshot(stored, ("to_on",))
        record_change(action=END, target=stored, by=by, before=before, after=after)
        grant_by_terms(terms=[stored.pk], by=by)
    return stored


def hand_over(
    *,
    term: RoleAssignment,
    person: Person,
    from_on: date,
    handover_notes: str,
    by: Actor,
    partner: Partner | None = None,
) -> RoleAssignment:
    """End one term the day before the next person's begins, with notes, in one step."""
    refuse_foreign(by, term, person, partner)
    with transaction.atomic():
        _open_role(term.role, by)
        stored = locked(term)
        stored.handover_notes = handover_notes
        before = _end(stored, from_on - timedelta(days=1))
        new = give_role(
            role=stored.role, person=person, partner=partner, from_on=from_on, by=by
        )
        after = snapshot(stored, ("to_on",)) | {"successor": new.pk}
        record_change(
            action=HAND_OVER, target=stored, by=by, before=before, after=after
        )
        grant_by_terms(terms=[stored.pk], by=by)
    return new


def resume_term(*, term: RoleAssignment, by: Actor) -> RoleAssignment:
    """Undo what ended it last, also the term of who followed; raises NoSeatLeft."""
    refuse_foreign(by, term)
    with transaction.atomic():
        _open_role(term.role, by)
        stored = locked(term)
        told = AuditEntry.objects.filter(
            model=term._meta.label_lower,  # noqa: SLF001
            target_pk=str(term.pk),
            action__in=[END, HAND_OVER, "resume"],
        )
        entry = told.first()
        if entry is None or entry.action == "resume":
            raise TermIsOver
        _take_back_successor(entry, by)
        before = snapshot(stored, ("to_on",))
        was = entry.before["to_on"]
        stored.to_on = date.fromisoformat(was) if was else None
        _refuse_no_room(stored)
        stored.save(update_fields=["to_on", "updated_at"])
        after = snapshot(stored, ("to_on",))
        record_change(action="resume", target=stored, by=by, before=before, after=after)
        grant_by_terms(terms=[stored.pk], by=by)
    return stored


def write_notes(
    *, term: RoleAssignment, version: int, handover_notes: str, by: Actor
) -> RoleAssignment:
    """Whoever holds it, and a coordinator, writes down what comes next to know."""
    refuse_foreign(by, term)
    if not may(by, Permission.TASKS_EDIT) and by.person != term.person:
        raise NotYourRole
    fields = {"handover_notes": handover_notes}
    return save_edit(record=term, version=version, fields=fields, by=by)


def delete_term(*, term: RoleAssignment, by: Actor) -> AuditEntry:
    """Take away a term that was a mistake; `restore_term` brings it back."""
    refuse_foreign(by, term)
    with transaction.atomic():
        refuse_giving_rights(locked(term.role), by)
        return _remove(locked(term), by)


def restore_term(*, entry: AuditEntry, by: Actor) -> None:
    with transaction.atomic():
        _open_role(Role(pk=entry.before["role_id"], coalition=by.coalition), by)
        put_back(entry=entry, by=by)
        _refuse_no_room(RoleAssignment.objects.get(pk=entry.target_pk))
        grant_by_terms(terms=[int(entry.target_pk)], by=by)


def _end(term: RoleAssignment, to_on: date) -> dict[str, Any]:
    """Set its last day; return what it was."""
    before = snapshot(term, ("to_on",))
    if term.to_on and term.to_on < timezone.localdate():
        raise TermIsOver
    term.to_on = to_on
    term.validate_constraints()
    term.save(update_fields=["to_on", "handover_notes", "updated_at"])
    return before


def _take_back_successor(entry: AuditEntry, by: Actor) -> None:
    new = RoleAssignment.objects.filter(pk=entry.after.get("successor")).first()
    if new:
        _remove(new, by)


def _remove(term: RoleAssignment, by: Actor) -> AuditEntry:
    number = term.pk
    entry = remove_record(record=term, by=by)
    grant_by_terms(terms=[number], by=by)
    return entry


def _open_role(role: Role, by: Actor) -> Role:
    """Hold the role: two who give it at once would both find the last seat free."""
    stored = locked(role)
    refuse_giving_rights(stored, by)
    if stored.closed_at:
        raise RoleIsClosed
    return stored


def _refuse_no_room(term: RoleAssignment) -> None:
    others = overlapping(term.role, term.from_on, term.to_on).exclude(pk=term.pk)
    if others.filter(person=term.person).exists():
        raise HoldsItAlready(term.person)
    taken = most_at_once(term.role, term.from_on, term.to_on, but=term.pk)
    if taken >= term.role.seats:
        raise NoSeatLeft(term.role.seats)
