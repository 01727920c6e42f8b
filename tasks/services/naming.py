"""A part asked of a partner, until it names somebody of its own."""

from django.db import transaction
from django.utils import timezone

from members.models import Person
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import AnsweredAlready
from tasks.models import Assignment, AssignmentStatus
from tasks.services.assignments import (
    open_task,
    refuse_other_place,
    refuse_taken,
    speaking_for,
)

NAMED = ("person", "status", "reason", "asked_by", "asked_at", "answered_at")


def name_person(*, assignment: Assignment, person: Person, by: Actor) -> Assignment:
    """Make it that person's part: asked of them, or theirs at once if they take it.

    A partner that said no may still name somebody. Raises NotYourAssignment,
    TaskIsDone, AnsweredAlready, NotAtPartner, AskedAlready, SomebodyIsAccountable.
    """
    refuse_foreign(by, assignment, person)
    if assignment.person is None:
        speaking_for(assignment, by)
    with transaction.atomic():
        task = open_task(assignment.task)
        stored = locked(assignment)
        if stored.person_id or stored.handed_at:
            raise AnsweredAlready
        refuse_other_place(person, stored.partner)
        refuse_taken(task, stored.letter, person, beside=stored)
        before, now = snapshot(stored, NAMED), timezone.now()
        own = person == by.person
        stored.person, stored.asked_by, stored.asked_at = person, by.person, now
        stored.status = AssignmentStatus.ACCEPTED if own else AssignmentStatus.PROPOSED
        stored.answered_at, stored.reason = (now if own else None), ""
        stored.save(update_fields=NAMED)
        after = snapshot(stored, NAMED)
        record_change(action="name", target=stored, by=by, before=before, after=after)
    return stored
