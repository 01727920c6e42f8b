"""Saying what must be done first; never in a circle, whoever else writes."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from members.models import AuditEntry, Coalition
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import GoesInACircle, SaidAlready, TaskIsGone, WaitsForItself
from tasks.models import Task, TaskDependency
from tasks.queries.dependencies import needed_by_task, way


def add_dependency(*, task: Task, needs: Task, by: Actor) -> TaskDependency:
    """Let `task` wait for `needs`."""
    refuse_foreign(by, task, needs)
    with transaction.atomic():
        hold_order(by.coalition)
        _refuse_circle(task.pk, needs.pk)
        made, new = TaskDependency.objects.get_or_create(
            coalition=by.coalition, task=task, needs=needs
        )
        if not new:
            raise SaidAlready
        record_change(
            action="create",
            target=made,
            by=by,
            after=snapshot(made, ("task_id", "needs_id")),
        )
    return made


def remove_dependency(*, dependency: TaskDependency, by: Actor) -> AuditEntry:
    refuse_foreign(by, dependency)
    with transaction.atomic():
        return remove_record(record=locked(dependency), by=by)


def restore_dependency(*, entry: AuditEntry, by: Actor) -> None:
    """Say it again, unless something was said since that makes it a circle."""
    with transaction.atomic():
        hold_order(by.coalition)
        task, needs = entry.before["task_id"], entry.before["needs_id"]
        if Task.objects.filter(pk__in=(task, needs)).count() < len({task, needs}):
            raise TaskIsGone
        _refuse_circle(task, needs)
        put_back(entry=entry, by=by)


def hold_order(coalition: Coalition) -> None:
    """Let one at a time say what comes first: two halves of a circle cannot pass."""
    rows = Coalition.objects.select_for_update(no_key=True)
    rows.only("pk").get(pk=coalition.pk)


def still_fits(label: str, columns: Mapping[str, Any]) -> bool:
    """Say whether a part of a deleted task can come back with it.

    What it was tied to may be gone by now, or tied the other way round.
    """
    if label != TaskDependency._meta.label_lower:  # noqa: SLF001
        return True
    task, needs = columns["task_id"], columns["needs_id"]
    both = Task.objects.filter(pk__in=(task, needs)).count() == len({task, needs})
    return both and not way(needs, task, needed_by_task())


def _refuse_circle(task: int, needs: int) -> None:
    if task == needs:
        raise WaitsForItself
    if back := way(needs, task, needed_by_task()):
        titles = dict(Task.objects.filter(pk__in=back).values_list("pk", "title"))
        raise GoesInACircle([titles[pk] for pk in [task, *back]])
