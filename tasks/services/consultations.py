"""Asking who is to be consulted, and their answers."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from members.models import AuditEntry, Person
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import (
    AskedAlready,
    NotConsultedOnThis,
    NotYourQuestion,
    QuestionIsOver,
    TaskIsDone,
)
from tasks.models import Assignment, Consultation, Letter, Task
from tasks.services.tasks import refuse_bystander

ANSWER = ("answer", "answered_at", "answered_by")
ASKED = ("person", "question", "due")


def ask_for_input(
    *, task: Task, people: Collection[Person], question: str, due: date, by: Actor
) -> list[Consultation]:
    """Put a question to those who are to be consulted; each has until that day."""
    refuse_foreign(by, task, *people)
    with transaction.atomic():
        stored = _open_task(task, by)
        return [
            _ask(stored, person, question=question, due=due, by=by) for person in people
        ]


def _ask(
    task: Task, person: Person, *, question: str, due: date, by: Actor
) -> Consultation:
    consulted = Assignment.objects.standing().filter(
        task=task, person=person, letter=Letter.CONSULTED
    )
    if not consulted.exists():
        raise NotConsultedOnThis(person)
    if Consultation.objects.open().filter(task=task, person=person).exists():
        raise AskedAlready(person)
    asked = Consultation.objects.create(
        coalition=by.coalition,
        task=task,
        person=person,
        question=question,
        due=due,
        asked_by=by.person,
    )
    record_change(action="consult", target=asked, by=by, after=snapshot(asked, ASKED))
    return asked


def answer_consultation(
    *, consultation: Consultation, answer: str, by: Actor
) -> Consultation:
    """Answer, or find a better word for it, until the task is done.

    A coordinator writes down what somebody told them, and the trail says so.
    """
    refuse_foreign(by, consultation)
    by = _speaking_for(consultation.person, by)
    with transaction.atomic():
        stored = locked(consultation)
        if not is_answerable(stored):
            raise QuestionIsOver
        stored.answer, stored.answered_by = answer, by.person
        stored.answered_at = stored.answered_at or timezone.now()
        stored.save(update_fields=ANSWER)
        # The trail says that they answered; what they said stands on the task alone.
        record_change(action="answer", target=stored, by=by)
    return stored


def withdraw_consultation(*, consultation: Consultation, by: Actor) -> AuditEntry:
    """Take a question back that has no answer; `restore_consultation` asks it again."""
    refuse_foreign(by, consultation)
    with transaction.atomic():
        _open_task(consultation.task, by)
        stored = locked(consultation)
        if stored.answered_at or stored.went_on_at:
            raise QuestionIsOver
        return remove_record(record=stored, by=by)


def restore_consultation(*, entry: AuditEntry, task: Task, by: Actor) -> None:
    with transaction.atomic():
        _open_task(task, by)
        put_back(entry=entry, by=by)


def is_answerable(consultation: Consultation) -> bool:
    """Say whether an answer is taken: also late, as long as the task is open."""
    if consultation.went_on_at or consultation.task.done_at:
        return False
    consulted = Assignment.objects.standing().filter(
        task=consultation.task_id,
        person=consultation.person_id,
        letter=Letter.CONSULTED,
    )
    return consulted.exists()


def _open_task(task: Task, by: Actor) -> Task:
    stored = locked(task)
    refuse_bystander(stored, by)
    if stored.done_at:
        raise TaskIsDone
    return stored


def _speaking_for(person: Person, by: Actor) -> Actor:
    if by.person == person:
        return by
    if may(by, Permission.TASKS_EDIT):
        return replace(by, on_behalf_of=person)
    raise NotYourQuestion(person)
