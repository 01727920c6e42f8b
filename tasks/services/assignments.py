"""Who carries a task: asked, accepted, declined, taken off."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from members.models import Affiliation, AuditEntry, Partner, Person
from members.models.partner import PartnerStatus
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, put_back, refuse_foreign, remove_record
from members.services.speaking import speaks_for
from tasks.errors import (
    AnsweredAlready,
    AskedAlready,
    HandedOver,
    NobodyNamed,
    NobodySpeaks,
    NotAtPartner,
    NotYourAssignment,
    PartnerIsNotActive,
    SomebodyIsAccountable,
    TaskIsDone,
)
from tasks.models import Assignment, AssignmentStatus, Letter, Task

ANSWER = ("status", "reason", "answered_at")


def assign(
    *,
    task: Task,
    letter: str,
    by: Actor,
    person: Person | None = None,
    partner: Partner | None = None,
) -> Assignment:
    """Ask a person for a part of a task; who asks themselves has accepted.

    Without a person the partner is asked, which then names somebody.
    """
    refuse_foreign(by, task, person, partner)
    with transaction.atomic():
        stored = open_task(task)
        if person:
            refuse_other_place(person, partner)
        else:
            refuse_without_voice(partner)
        refuse_taken(stored, letter, person or partner)
        own = person is not None and person == by.person
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
        open_task(assignment.task)
        stored = locked(assignment)
        if stored.handed_at:
            raise HandedOver
        return remove_record(record=stored, by=by)


def restore_assignment(*, entry: AuditEntry, by: Actor) -> None:
    put_back(entry=entry, by=by)


def accept_assignment(*, assignment: Assignment, by: Actor) -> Assignment:
    return _answer(assignment, AssignmentStatus.ACCEPTED, by=by)


def decline_assignment(
    *, assignment: Assignment, by: Actor, reason: str = ""
) -> Assignment:
    return _answer(assignment, AssignmentStatus.DECLINED, by=by, reason=reason)


def _answer(
    assignment: Assignment, status: AssignmentStatus, *, by: Actor, reason: str = ""
) -> Assignment:
    """Answer for oneself; a coordinator may on behalf, and the trail says so.

    Whoever speaks for a partner that has named nobody says no for it.
    """
    refuse_foreign(by, assignment)
    by = speaking_for(assignment, by)
    with transaction.atomic():
        task = open_task(assignment.task)
        stored = locked(assignment)
        named_meanwhile = stored.person_id != assignment.person_id
        if named_meanwhile or stored.status == status:
            raise AnsweredAlready
        if stored.handed_at:
            raise HandedOver
        if status == AssignmentStatus.ACCEPTED and stored.person is None:
            raise NobodyNamed
        if not stored.stands:
            refuse_taken(task, stored.letter, stored.person, beside=stored)
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


def speaking_for(assignment: Assignment, by: Actor) -> Actor:
    """Let whose part it is pass, and coordinators for them; else NotYourAssignment."""
    person = assignment.person
    if person is None:
        return _speaking_for_partner(assignment.partner, by)
    if by.person == person:
        return by
    if may(by, Permission.TASKS_EDIT):
        return replace(by, on_behalf_of=person)
    raise NotYourAssignment(person)


def _speaking_for_partner(partner: Partner | None, by: Actor) -> Actor:
    if may(by, Permission.TASKS_EDIT) or (partner and speaks_for(by.person, partner)):
        return by
    raise NotYourAssignment(partner)


def open_task(task: Task) -> Task:
    """Return the task, held: parts of one task are given out one at a time."""
    stored = locked(task)
    if stored.done_at:
        raise TaskIsDone
    return stored


def refuse_other_place(person: Person, partner: Partner | None) -> None:
    current = Affiliation.objects.current(timezone.localdate())
    if partner and not current.filter(person=person, partner=partner).exists():
        raise NotAtPartner(person, partner)


def refuse_taken(
    task: Task,
    letter: str,
    whom: Person | Partner | None,
    *,
    beside: Assignment | None = None,
) -> None:
    """Refuse a part that they, or for A anybody, has beside the one that is theirs."""
    others = Assignment.objects.standing().filter(task=task, letter=letter)
    if beside:
        others = others.exclude(pk=beside.pk)
    taken = list(others.select_related("person", "partner"))
    if any(whom == (part.person or part.partner) for part in taken):
        raise AskedAlready(whom)
    if letter == Letter.ACCOUNTABLE and taken:
        raise SomebodyIsAccountable(taken[0].who)


def refuse_without_voice(partner: Partner | None) -> None:
    """Refuse to ask where nobody would hear of it, or could name somebody."""
    if partner and partner.status != PartnerStatus.ACTIVE:
        raise PartnerIsNotActive(partner)
    speaking = Affiliation.objects.speaking(timezone.localdate())
    if partner is None or not speaking.filter(partner=partner).exists():
        raise NobodySpeaks(partner)
