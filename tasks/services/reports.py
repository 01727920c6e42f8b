"""What a check-in says of a task or a figure, and when it counts."""

from decimal import Decimal
from typing import Final

from django.utils import timezone

from coalition.common.errors import DomainError
from goals.models import Goal
from goals.services.readings import correct_reading, delete_reading, record_reading
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked
from tasks.errors import NotYourTask, TaskIsDone
from tasks.models import (
    Assignment,
    CheckIn,
    Letter,
    ReadingReport,
    Task,
    TaskReport,
    TaskWord,
)
from tasks.models.assignment import AssignmentQuerySet
from tasks.services.tasks import carries, complete_task, reopen_task

SETTLED: Final = ("settled_at", "settled_by")


def report_task(
    *, check_in: CheckIn, task: Task, word: TaskWord | None, by: Actor
) -> TaskReport | None:
    """Keep the word; "done" counts at once from whoever answers for the result."""
    report = TaskReport.objects.filter(check_in=check_in, task=task).first()
    if word is None:
        _drop_word(report, by)
        return None
    if report and report.word == word:
        return report
    if report is None:
        if not carries(check_in.person, task):
            raise NotYourTask
        report = TaskReport(coalition=by.coalition, check_in=check_in, task=task)
    before = snapshot(report, ["word"])
    if report.settled_at and report.word == TaskWord.DONE:
        _undo_done(report, by)
    report.word = word
    unsettled(report)
    if word == TaskWord.DONE and _answers_for(check_in, task):
        _complete(report, by)
    report.save()
    after = snapshot(report, ["word", *SETTLED])
    record_change(action="report", target=report, by=by, before=before, after=after)
    return report


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
    report.value = value
    unsettled(report)
    if goal.owner_id == check_in.person_id:
        read(report, by)
    report.save()
    after = snapshot(report, ["value", *SETTLED])
    record_change(action="report", target=report, by=by, after=after)
    return report


def unsettled(report: TaskReport | ReadingReport) -> None:
    """Ask again: what was answered before was about other words."""
    report.settled_at = report.settled_by = report.agreed = None
    report.reply = ""


def drop_reports(check_in: CheckIn) -> None:
    """Take back what waits for a yes; what counted already happened."""
    TaskReport.objects.filter(check_in=check_in, settled_at=None).delete()
    ReadingReport.objects.filter(check_in=check_in, settled_at=None).delete()


def _answers_for(check_in: CheckIn, task: Task) -> bool:
    return accountable(task).filter(person=check_in.person_id).exists()


def accountable(task: Task) -> AssignmentQuerySet:
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


def read(report: ReadingReport, by: Actor) -> None:
    """Let the figure count from today on, or set right what counted already."""
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


def _drop_word(report: TaskReport | None, by: Actor) -> None:
    """Take the word back; a task that was done by it is open again."""
    if report:
        if report.settled_at and report.word == TaskWord.DONE:
            _undo_done(report, by)
        before = snapshot(report, ["word"])
        record_change(action="report", target=report, by=by, before=before)
        report.delete()


def _drop_reading(report: ReadingReport | None, by: Actor) -> None:
    if report:
        if report.reading:
            delete_reading(reading=report.reading, by=by)
        report.delete()
