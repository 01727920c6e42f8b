"""Who carries a task: asked, accepted, declined, taken off."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from members.models import Affiliation, AuditEntry, Partner, Person
from members.permissions import Permission
from members.queries import Carrier
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import (
    AnsweredAlready,
    AskedAlready,
    NotAtPartner,
    NotYourAssignment,
    SomebodyIsAccountable,
    TaskIsDone,
)
from tasks.models import Assignment, AssignmentStatus, Letter, Task

ANSWER = ("status", "reason", "answered_at")


def assign(
    *,
    task: Task,
    letter: str,
    person: Person,
    by: Actor,
    partner: Partner | None = None,
) -> Assignment:
    """Ask a person for a part of a task; who asks themselves has accepted."""
    refuse_foreign(by, task, person, partner)
    with transaction.atomic():
        stored = _open_task(task)
        refuse_other_place(person, partner)
        _refuse_taken(stored, letter, person)
        own = person == by.person
        assignment = Assignment.objects.create(
            coalition=by.coalition,
            task=stored,
            letter=letter,
            person=person,
            partner=partner,
            asked_by=by.person,
            status=AssignmentStatus.ACCEPTED if own else AssignmentStatus.PROPOSED,
            answered_at=timezone.now() if own else None,
        )
        record_change(
            action="assign",
            target=stored,
            by=by,
            after=snapshot(assignment, ("letter", "person", "partner", "status")),
        )
    return assignment


def withdraw_assignment(*, assignment: Assignment, by: Actor) -> AuditEntry:
    """Take somebody off; the entry is what `restore_assignment` needs."""
    refuse_foreign(by, assignment)
    with transaction.atomic():
        _open_task(assignment.task)
        return remove_record(record=locked(assignment), by=by)


def restore_assignment(*, entry: AuditEntry, by: Actor) -> None:
    put_back(entry=entry, by=by)


def hand_over_assignment(
    *, assignment: Assignment, to: Carrier | None, by: Actor
) -> Assignment | None:
    """Take somebody off and ask another, who answers for themselves.

    Nobody leaves it open; whoever has the part already just keeps it.
    """
    with transaction.atomic():
        withdraw_assignment(assignment=assignment, by=by)
        if to is None or _has(to.person, assignment):
            return None
        return assign(
            task=assignment.task,
            letter=assignment.letter,
            person=to.person,
            partner=to.partner,
            by=by,
        )


def _has(person: Person, assignment: Assignment) -> bool:
    same = Assignment.objects.standing().filter(
        task=assignment.task, letter=assignment.letter
    )
    return same.filter(person=person).exists()


def accept_assignment(*, assignment: Assignment, by: Actor) -> Assignment:
    return _answer(assignment, AssignmentStatus.ACCEPTED, by=by)


def decline_assignment(
    *, assignment: Assignment, by: Actor, reason: str = ""
) -> Assignment:
    return _answer(assignment, AssignmentStatus.DECLINED, by=by, reason=reason)


def _answer(
    assignment: Assignment, status: AssignmentStatus, *, by: Actor, reason: str = ""
) -> Assignment:
    """Answer for oneself; a coordinator may on behalf, and the trail says so."""
    refuse_foreign(by, assignment)
    by = _speaking_for(assignment.person, by)
    with transaction.atomic():
        task = _open_task(assignment.task)
        stored = locked(assignment)
        if stored.status == status:
            raise AnsweredAlready
        if not stored.stands:
            _refuse_taken(task, stored.letter, stored.person)
        before = snapshot(stored, ANSWER)
        stored.status, stored.reason = status, reason
        stored.answered_at = timezone.now()
        stored.save(update_fields=ANSWER)
        record_change(
            action="accept" if status == AssignmentStatus.ACCEPTED else "decline",
            target=stored,
            by=by,
            before=before,
            after=snapshot(stored, ANSWER),
            reason=reason,
        )
    return stored


def _speaking_for(person: Person, by: Actor) -> Actor:
    if by.person == person:
        return by
    if may(by, Permission.TASKS_EDIT):
        return replace(by, on_behalf_of=person)
    raise NotYourAssignment(person)


def _open_task(task: Task) -> Task:
    """Return the task, held: parts of one task are given out one at a time."""
    stored = locked(task)
    if stored.done_at:
        raise TaskIsDone
    return stored


def refuse_other_place(person: Person, partner: Partner | None) -> None:
    current = Affiliation.objects.current(timezone.localdate())
    if partner and not current.filter(person=person, partner=partner).exists():
        raise NotAtPartner(person, partner)


def _refuse_taken(task: Task, letter: str, person: Person) -> None:
    standing = Assignment.objects.standing().filter(task=task, letter=letter)
    taken = list(standing.select_related("person"))
    if any(part.person == person for part in taken):
        raise AskedAlready(person)
    if letter == Letter.ACCOUNTABLE and taken:
        raise SomebodyIsAccountable(taken[0].person)
