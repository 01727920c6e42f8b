"""What a check-in says of a task or a figure, and when it counts."""

from decimal import Decimal
from typing import Final, TypeVar

from django.db import transaction
from django.utils import timezone

from coalition.common.errors import DomainError
from goals.models import Goal
from goals.services.readings import correct_reading, delete_reading, record_reading
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import NotYourFigure, NotYourTask, SettledAlready, TaskIsDone
from tasks.models import (
    Assignment,
    CheckIn,
    Letter,
    ReadingReport,
    Task,
    TaskReport,
    TaskWord,
)
from tasks.models.task import AssignmentQuerySet
from tasks.services.tasks import carries, complete_task, reopen_task

R = TypeVar("R", TaskReport, ReadingReport)
SETTLED: Final = ("settled_at", "settled_by")


def report_task(
    *, check_in: CheckIn, task: Task, word: TaskWord, by: Actor
) -> TaskReport:
    """Keep the word; "done" counts at once from whoever answers for the result."""
    report = TaskReport.objects.filter(check_in=check_in, task=task).first()
    if report and report.word == word:
        return report
    if report is None:
        if not carries(check_in.person, task):
            raise NotYourTask
        report = TaskReport(coalition=by.coalition, check_in=check_in, task=task)
    before = snapshot(report, ["word"])
    if report.settled_at and report.word == TaskWord.DONE:
        _undo_done(report, by)
    report.word, report.settled_at, report.settled_by = word, None, None
    if word == TaskWord.DONE and _answers_for(check_in, task):
        _complete(report, by)
    report.save()
    after = snapshot(report, ["word", *SETTLED])
    record_change(action="report", target=report, by=by, before=before, after=after)
    return report


def settle_task_report(*, report: TaskReport, agrees: bool, by: Actor) -> TaskReport:
    """Say yes or no to "done"; whoever is accountable can, and coordinators."""
    refuse_foreign(by, report)
    with transaction.atomic():
        stored = locked(report)
        if stored.settled_at or stored.word != TaskWord.DONE:
            raise SettledAlready
        if not may(by, Permission.TASKS_EDIT) and not _is_accountable(by, stored.task):
            raise NotYourTask
        if agrees and not stored.task.done_at:
            complete_task(task=stored.task, by=by)
        return _settle(stored, agrees=agrees, by=by)


def report_reading(
    *, check_in: CheckIn, goal: Goal, value: Decimal | None, by: Actor
) -> ReadingReport | None:
    """Keep the figure; it counts at once from whoever looks after the goal."""
    report = (
        ReadingReport.objects.select_related("reading")
        .filter(check_in=check_in, goal=goal)
        .first()
    )
    if value is None:
        _drop_reading(report, by)
        return None
    if report and report.value == value:
        return report
    if report is None:
        report = ReadingReport(coalition=by.coalition, check_in=check_in, goal=goal)
    report.value, report.settled_at, report.settled_by = value, None, None
    if goal.owner_id == check_in.person_id:
        _read(report, by)
    report.save()
    after = snapshot(report, ["value", *SETTLED])
    record_change(action="report", target=report, by=by, after=after)
    return report


def settle_reading_report(
    *, report: ReadingReport, agrees: bool, by: Actor
) -> ReadingReport:
    """Say yes or no to a figure; whoever looks after the goal can, and who edits it."""
    refuse_foreign(by, report)
    with transaction.atomic():
        stored = locked(report)
        if stored.settled_at:
            raise SettledAlready
        owns = by.person is not None and stored.goal.owner_id == by.person.pk
        if not owns and not may(by, Permission.GOALS_EDIT):
            raise NotYourFigure
        if agrees:
            _read(stored, by)
        return _settle(stored, agrees=agrees, by=by)


def drop_reports(check_in: CheckIn) -> None:
    """Take back what waits for a yes; what counted already happened."""
    TaskReport.objects.filter(check_in=check_in, settled_at=None).delete()
    ReadingReport.objects.filter(check_in=check_in, settled_at=None).delete()


def _answers_for(check_in: CheckIn, task: Task) -> bool:
    return _accountable(task).filter(person=check_in.person_id).exists()


def _is_accountable(by: Actor, task: Task) -> bool:
    return (
        by.person is not None and _accountable(task).filter(person=by.person).exists()
    )


def _accountable(task: Task) -> AssignmentQuerySet:
    return Assignment.objects.standing().filter(task=task, letter=Letter.ACCOUNTABLE)


def _complete(report: TaskReport, by: Actor) -> None:
    """Finish the task, or leave the word waiting where a rule stands in the way."""
    try:
        complete_task(task=report.task, by=by)
    except TaskIsDone:
        pass
    except DomainError:
        return
    report.settled_at, report.settled_by = timezone.now(), by.person


def _undo_done(report: TaskReport, by: Actor) -> None:
    task = locked(report.task)
    if task.done_at and task.done_by_id == report.settled_by_id:
        reopen_task(task=task, by=by)


def _read(report: ReadingReport, by: Actor) -> None:
    if report.reading:
        report.reading = correct_reading(
            reading=report.reading,
            version=report.reading.version,
            on=report.reading.on,
            value=report.value,
            note=report.reading.note,
            by=by,
        )
    else:
        report.reading = record_reading(
            goal=report.goal, on=timezone.localdate(), value=report.value, by=by
        )
    report.settled_at, report.settled_by = timezone.now(), by.person


def _drop_reading(report: ReadingReport | None, by: Actor) -> None:
    if report:
        if report.reading:
            delete_reading(reading=report.reading, by=by)
        report.delete()


def _settle(report: R, *, agrees: bool, by: Actor) -> R:
    report.settled_at, report.settled_by = timezone.now(), by.person
    report.save()
    action = "agree" if agrees else "disagree"
    record_change(action=action, target=report, by=by, after=snapshot(report, SETTLED))
    return report
