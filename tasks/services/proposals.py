"""A yes or a "not yet" to what somebody reported in a check-in, and its way back."""

from typing import Final, TypeVar

from django.db import transaction
from django.utils import timezone

from goals.services.readings import delete_reading
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import NotYourFigure, NotYourTask, SettledAlready, WaitsForAYes
from tasks.models import ReadingReport, TaskReport, TaskWord
from tasks.services.reports import accountable, read, unsettled
from tasks.services.tasks import complete_task, reopen_task

R = TypeVar("R", TaskReport, ReadingReport)
# The trail says what was answered; the words stand in the row alone.
SETTLED: Final = ("settled_at", "settled_by", "agreed")


def settle_task_report(
    *, report: TaskReport, agrees: bool, by: Actor, words: str = ""
) -> TaskReport:
    """Say yes or no to "done"; whoever is accountable can, and coordinators."""
    refuse_foreign(by, report)
    with transaction.atomic():
        stored = _held(report, by)
        if stored.settled_at or stored.word != TaskWord.DONE:
            raise SettledAlready
        if agrees and not stored.task.done_at:
            complete_task(task=stored.task, by=by)
        return _settle(stored, agrees=agrees, words=words, by=by)


def settle_reading_report(
    *, report: ReadingReport, agrees: bool, by: Actor, words: str = ""
) -> ReadingReport:
    """Say yes or no to a figure; whoever looks after the goal can, and who edits it."""
    refuse_foreign(by, report)
    with transaction.atomic():
        stored = _held(report, by)
        if stored.settled_at:
            raise SettledAlready
        if agrees:
            read(stored, by)
        return _settle(stored, agrees=agrees, words=words, by=by)


def unsettle_task_report(*, report: TaskReport, by: Actor) -> TaskReport:
    """Take the answer back; a task that was done by it is open again."""
    refuse_foreign(by, report)
    with transaction.atomic():
        stored = _held(report, by)
        if stored.agreed is None:
            raise WaitsForAYes
        task = locked(stored.task)
        if stored.agreed and task.done_at and task.done_by_id == stored.settled_by_id:
            reopen_task(task=task, by=by)
        return _unsettle(stored, by)


def unsettle_reading_report(*, report: ReadingReport, by: Actor) -> ReadingReport:
    """Take the answer back, and with a yes the reading that came of it."""
    refuse_foreign(by, report)
    with transaction.atomic():
        stored = _held(report, by)
        if stored.agreed is None:
            raise WaitsForAYes
        if stored.agreed and stored.reading:
            delete_reading(reading=stored.reading, by=by)
            stored.reading = None
        return _unsettle(stored, by)


def _held(report: R, by: Actor) -> R:
    """Return the report, held, to who may answer it."""
    stored = locked(report)
    if isinstance(stored, TaskReport):
        if not may(by, Permission.TASKS_EDIT) and not _is_accountable(stored, by):
            raise NotYourTask
    elif not may(by, Permission.GOALS_EDIT) and stored.goal.owner != by.person:
        raise NotYourFigure
    return stored


def _is_accountable(report: TaskReport, by: Actor) -> bool:
    mine = accountable(report.task).filter(person=by.person)
    return by.person is not None and mine.exists()


def _settle(report: R, *, agrees: bool, words: str, by: Actor) -> R:
    before = snapshot(report, SETTLED)
    report.settled_at, report.settled_by = timezone.now(), by.person
    report.agreed, report.reply = agrees, words
    return _save(report, "agree" if agrees else "disagree", before, by)


def _unsettle(report: R, by: Actor) -> R:
    before = snapshot(report, SETTLED)
    unsettled(report)
    return _save(report, "unsettle", before, by)


def _save(report: R, action: str, before: dict[str, object], by: Actor) -> R:
    report.save()
    after = snapshot(report, SETTLED)
    record_change(action=action, target=report, by=by, before=before, after=after)
    return report
