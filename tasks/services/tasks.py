"""Making, changing, finishing and reopening tasks."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from goals.models import Goal, Milestone
from members.models import AuditEntry, Person
from members.permissions import Permission
from members.queries.parties import Party
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import (
    DoneTaskStays,
    MilestoneOfAnotherGoal,
    NotYourTask,
    TaskIsDone,
    TaskIsOpen,
)
from tasks.models import Assignment, Letter, Task
from tasks.services.assignments import assign
from tasks.services.consulted import hear_before_done, take_back_going_on
from tasks.services.dependencies import hold_order, still_fits
from tasks.services.repeating import make_next, untouched_next

DONE = ("done_at", "done_by")


class TaskFields(TypedDict, total=False):
    title: str
    description: str
    resources: str
    goal: Goal | None
    milestone: Milestone | None
    start: date | None
    due: date | None
    repeat_every: int | None
    repeat_unit: str


def create_task(
    *,
    by: Actor,
    accountable: Party | None = None,
    responsible: Party | None = None,
    **fields: Unpack[TaskFields],
) -> Task:
    """Add a task and ask the first people for it."""
    refuse_foreign(by, fields.get("goal"))
    refuse_other_goal(fields.get("milestone"), fields.get("goal"))
    with transaction.atomic():
        task = Task(coalition=by.coalition, **fields)
        task.validate_constraints()
        task.save(force_insert=True)
        record_change(action="create", target=task, by=by, after=snapshot(task, fields))
        asked = {Letter.ACCOUNTABLE: accountable, Letter.RESPONSIBLE: responsible}
        for letter, party in asked.items():
            if party:
                assign(
                    task=task,
                    letter=letter,
                    person=party.person,
                    partner=party.partner,
                    by=by,
                )
    return task


def edit_task(
    *, task: Task, version: int, by: Actor, **fields: Unpack[TaskFields]
) -> Task:
    """Raise EditedMeanwhile when somebody saved since `version`."""
    refuse_foreign(by, task, fields.get("goal"))
    refuse_other_goal(
        fields.get("milestone", task.milestone), fields.get("goal", task.goal)
    )
    return save_edit(record=task, version=version, fields=fields, by=by)


def complete_task(*, task: Task, by: Actor, without: str = "") -> Task:
    """Say that it is done; those who carry it and coordinators can.

    Raises NotConsulted while somebody is to be heard first, unless `without` says why
    it goes on without them. One that repeats makes its next one, once however often it
    is done.
    """
    refuse_foreign(by, task)
    with transaction.atomic():
        stored = locked(task)
        refuse_bystander(stored, by)
        if stored.done_at:
            raise TaskIsDone
        hear_before_done(stored, without=without, by=by)
        stored.done_at, stored.done_by = timezone.now(), by.person
        make_next(stored, by)
        return _save_done(stored, action="complete", by=by)


def reopen_task(*, task: Task, by: Actor) -> Task:
    """Open it again; the next one goes, unless somebody has begun with it."""
    refuse_foreign(by, task)
    with transaction.atomic():
        stored = locked(task)
        refuse_bystander(stored, by)
        if not stored.done_at:
            raise TaskIsOpen
        if following := untouched_next(stored):
            remove_record(record=following, by=by)
        take_back_going_on(stored)
        stored.done_at = stored.done_by = None
        return _save_done(stored, action="reopen", by=by)


def delete_task(*, task: Task, by: Actor) -> AuditEntry:
    """Delete it with all its parts; `restore_task` brings them back."""
    refuse_foreign(by, task)
    with transaction.atomic():
        stored = locked(task)
        if stored.done_at:
            raise DoneTaskStays
        return remove_record(record=stored, by=by)


def restore_task(*, entry: AuditEntry, by: Actor) -> None:
    with transaction.atomic():
        hold_order(by.coalition)
        put_back(entry=entry, by=by, fits=still_fits)


def carries(person: Person | None, task: Task) -> bool:
    if person is None:
        return False
    parts = Assignment.objects.standing().carrying()
    return parts.filter(task=task, person=person).exists()


def refuse_bystander(task: Task, by: Actor) -> None:
    if not may(by, Permission.TASKS_EDIT) and not carries(by.person, task):
        raise NotYourTask


def refuse_other_goal(milestone: Milestone | None, goal: Goal | None) -> None:
    """On PostgreSQL a composite key says the same."""
    if milestone and (goal is None or milestone.goal_id != goal.pk):
        raise MilestoneOfAnotherGoal(milestone)


def _save_done(task: Task, *, action: str, by: Actor) -> Task:
    task.save(update_fields=[*DONE, "updated_at"])
    record_change(action=action, target=task, by=by, after=snapshot(task, DONE))
    return task
