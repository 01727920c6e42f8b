"""One act on many tasks, and taking it back."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError
from goals.models import Goal, Milestone
from members.errors import NothingToChange
from members.models import AuditEntry
from members.services.audit import (
    Actor,
    Change,
    record_change,
    record_changes,
    snapshot,
)
from members.services.records import refuse_foreign
from tasks.errors import AllWaitForSomebody
from tasks.models import Assignment, Task
from tasks.services.assignments import assign, withdraw_assignment
from tasks.services.tasks import (
    complete_task,
    delete_task,
    refuse_other_goal,
    reopen_task,
    restore_task,
)

BULK = "bulk tasks"  # the audit action that `undo_bulk` takes back
MADE = "made"  # tasks that came all at once, out of a template


class BulkAct(models.TextChoices):
    SHIFT = "shift", _("Move by days")
    DUE = "due", _("Set the day")
    GOAL = "goal", _("Move to a goal")
    BEGIN = "begin", _("Begin today")
    STOP = "stop", _("Stop repeating")
    ASK = "ask", _("Ask somebody")
    DONE = "done", _("Mark as done")
    DELETE = "delete", _("Delete")


def change_tasks(
    *, pks: Collection[int], act: str, by: Actor, **values: Any
) -> AuditEntry:
    """Do it to those whom it changes; `undo_bulk` takes the returned entry.

    Raises NothingToChange when it changes none.
    """
    act = BulkAct(act)
    refuse_foreign(by, values.get("goal"))
    with transaction.atomic():
        tasks = _locked(pks)
        if act == BulkAct.DONE:
            return _record(act, by, before={}, after=_finish(tasks, by))
        if act == BulkAct.DELETE:
            gone = _each(tasks, delete_task, by)
            return _record(act, by, before={}, after={"gone": [e.pk for e in gone]})
        if act == BulkAct.ASK:
            return _record(act, by, before={}, after=_ask(tasks, by, **values))
        wanted = [(task, _wanted(task, act, **values)) for task in tasks]
        before, after = _write(wanted, by=by)
        return _record(act, by, before={"tasks": before}, after={"tasks": after})


def _finish(tasks: list[Task], by: Actor) -> dict[str, Any]:
    """Mark as done what waits for nobody's view; say which do."""
    done = _each(tasks, complete_task, by)
    unheard = [task.pk for task in tasks if not task.done_at and task not in done]
    if unheard and not done:
        raise AllWaitForSomebody(len(unheard))
    left = {"unheard": unheard} if unheard else {}
    return {"done": [task.pk for task in done], **left}


def _ask(tasks: list[Task], by: Actor, **part: Any) -> dict[str, Any]:
    """Ask for the same part of each, and say how many do not take it: who has it stays.

    Raises the refusal when none takes it.
    """
    asked, refusals = _tried(tasks, partial(assign, **part), by)
    if refusals and not asked:
        raise refusals[0]
    left = {"others": len(refusals)} if refusals else {}
    return {"asked": {str(part.pk): part.person_id for part in asked}, **left}


def undo_bulk(*, entry: AuditEntry, by: Actor) -> int:
    """Put back what nobody has changed since; return how many tasks that is."""
    with transaction.atomic():
        if done := entry.after.get("done"):
            # What was reopened and done again since stays done.
            still = [t for t in _locked(done) if t.done_at and t.done_at <= entry.at]
            count = len(_each(still, reopen_task, by))
        elif asked := entry.after.get("asked"):
            count = _take_back(asked, entry, by)
        elif made := entry.after.get(MADE):
            # What somebody has edited or done since is no longer ours to take away.
            fresh = [task for task in _locked(made) if task.version == 1]
            count = len(_each(fresh, delete_task, by))
        elif gone := entry.after.get("gone"):
            count = _bring_back(gone, by)
        else:
            was, now = entry.before["tasks"], entry.after["tasks"]
            same = [
                (task, _parsed(was[str(task.pk)]))
                for task in _locked(was)
                if snapshot(task, now[str(task.pk)]) == now[str(task.pk)]
            ]
            count = len(_write(same, by=by)[0])
        if not count:
            raise NothingToChange
    return count


def _wanted(
    task: Task,
    act: BulkAct,
    *,
    days: int = 0,
    due: date | None = None,
    goal: Goal | None = None,
    milestone: Milestone | None = None,
) -> dict[str, Any]:
    """Return what the act asks of this task: nothing if it does not concern it."""
    if task.done_at:
        return {}
    if act == BulkAct.SHIFT:
        by = timedelta(days=days)
        return {n: v + by for n in ("start", "due") if (v := getattr(task, n))}
    if act == BulkAct.DUE:
        earlier = task.start and due and due < task.start
        return {"due": due} | ({"start": due} if earlier else {})
    if act == BulkAct.STOP:
        return {"repeat_every": None, "repeat_unit": "", "repeat_day": None}
    if act == BulkAct.BEGIN:
        today = timezone.localdate()
        late = task.due and task.due < today
        return {"start": task.due if late else today}
    refuse_other_goal(milestone, goal)
    return {"goal_id": goal and goal.pk, "milestone_id": milestone and milestone.pk}


def _write(
    wanted: Collection[tuple[Task, Mapping[str, Any]]], *, by: Actor
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Save what differs; return the values before and after, by task."""
    before, after, changes = {}, {}, []
    for task, values in wanted:
        was = snapshot(task, values)
        for name, value in values.items():
            setattr(task, name, value)
        now = snapshot(task, values)
        if was != now:
            task.version += 1
            task.save(update_fields=[*values, "version", "updated_at"])
            changes.append(Change("edit", task, was, now))
            before[str(task.pk)], after[str(task.pk)] = was, now
    record_changes(changes=changes, by=by)
    return before, after


def _record(
    act: BulkAct, by: Actor, *, before: dict[str, Any], after: dict[str, Any]
) -> AuditEntry:
    if not any(after.values()):
        raise NothingToChange
    return record_change(
        action=BULK,
        target=by.coalition,
        by=by,
        before=before,
        after={**after, "act": act.value},
    )


def _each(tasks: list[Task], service: Callable[..., Any], by: Actor) -> list[Any]:
    """Do it to each that takes it; the others stay as they are."""
    return _tried(tasks, service, by)[0]


def _tried(
    tasks: list[Task], service: Callable[..., Any], by: Actor
) -> tuple[list[Any], list[DomainError]]:
    """Do it to each that takes it, and say why the others do not."""
    found, refusals = [], []
    for task in tasks:
        try:
            with transaction.atomic():
                found.append(service(task=task, by=by))
        except DomainError as refusal:
            refusals.append(refusal)
    return found, refusals


def _take_back(asked: Mapping[str, int | None], entry: AuditEntry, by: Actor) -> int:
    """Take off whom we asked, but who has answered since or was named."""
    parts = Assignment.objects.standing().filter(pk__in=asked)
    unanswered = Q(answered_at=None) | Q(answered_at__lte=entry.at)
    count = 0
    for part in parts.filter(unanswered).select_related("task"):
        if part.person_id == asked[str(part.pk)] and not part.task.done_at:
            withdraw_assignment(assignment=part, by=by)
            count += 1
    return count


def _bring_back(entries: Collection[int], by: Actor) -> int:
    back = 0
    for entry in AuditEntry.objects.filter(pk__in=entries).order_by("pk"):
        try:
            with transaction.atomic():
                restore_task(entry=entry, by=by)
                back += 1
        except DomainError:
            continue
    return back


def _locked(pks: Collection[Any]) -> list[Task]:
    rows = Task.objects.filter(pk__in=pks).order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _parsed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Read values back from JSON as the columns hold them."""
    fields = {field.attname: field for field in Task._meta.concrete_fields}  # noqa: SLF001
    return {name: fields[name].to_python(value) for name, value in values.items()}
