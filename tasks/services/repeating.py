"""The next one of a task that repeats: made once, when this one is done."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Model
from django.utils import timezone

from members.models import AuditEntry
from members.services.audit import Actor, record_change, snapshot
from tasks.models import Assignment, ChecklistItem, Consultation, Task, TaskLink
from tasks.models.repeating import day_of_month, next_due

PARTS: Final[Mapping[type[Model], tuple[str, ...]]] = {
    ChecklistItem: ("text", "position"),
    TaskLink: ("title", "url"),
}
COPIED = ("title", "description", "resources", "goal", "repeat_every", "repeat_unit")


def make_next(task: Task, by: Actor) -> Task | None:
    """Make the next one, unless it is there; the caller holds the task."""
    due = next_due(task, timezone.localdate())
    if due is None or Task.objects.filter(previous=task).exists():
        return None
    following = Task(
        coalition=by.coalition,
        previous=task,
        due=due,
        start=task.start and task.due and due - (task.due - task.start),
        milestone=task.milestone if _is_open(task) else None,
        repeat_day=day_of_month(task),
        **{name: getattr(task, name) for name in COPIED},
    )
    following.save(force_insert=True)
    record_change(
        action="create",
        target=following,
        by=by,
        after=snapshot(following, ("title", "due", "previous")),
    )
    _copy_carriers(task, following, by)
    _copy_parts(task, following)
    return following


def untouched_next(task: Task) -> Task | None:
    """Return the next one if nobody has done anything to it yet."""
    following = Task.objects.open().filter(previous=task, version=1).first()
    if following is None:
        return None
    parts = [str(pk) for pk in following.assignments.values_list("pk", flat=True)]
    told = AuditEntry.objects.filter(model="tasks.task", target_pk=str(following.pk))
    answered = AuditEntry.objects.filter(model="tasks.assignment", target_pk__in=parts)
    touched = (
        told.exclude(action="create").exists()
        or answered.exists()
        or following.comments.exists()
        or Consultation.objects.filter(task=following).exists()
        or following.checklist.exclude(done_at=None).exists()
    )
    return None if touched else following


def _is_open(task: Task) -> bool:
    return task.milestone is not None and task.milestone.reached_at is None


def _copy_carriers(task: Task, following: Task, by: Actor) -> None:
    """Whoever accepted has accepted; whoever was asked is asked."""
    for part in Assignment.objects.standing().filter(task=task):
        part.pk = None
        part._state.adding = True  # noqa: SLF001
        part.task = following
        part.asked_by = part.asked_by or by.person
        part.save(force_insert=True)


def _copy_parts(task: Task, following: Task) -> None:
    of = {"coalition": following.coalition, "task": following}
    for model, names in PARTS.items():
        rows = model._default_manager.filter(task=task).values(*names)  # noqa: SLF001
        model._default_manager.bulk_create(model(**of, **row) for row in rows)  # noqa: SLF001
