"""The checklist of a task and its links: whoever carries the task keeps them."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from members.models import AuditEntry
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import TaskIsDone
from tasks.models import ChecklistItem, Task, TaskLink
from tasks.services.tasks import refuse_bystander

TICK = ("done_at", "done_by")


def add_item(*, task: Task, text: str, by: Actor) -> ChecklistItem:
    """Put a step at the end of the list."""
    with transaction.atomic():
        stored = _held(task, by)
        last = ChecklistItem.objects.filter(task=stored).aggregate(n=Max("position"))
        item = ChecklistItem(task=stored, text=text, position=(last["n"] or 0) + 1)
        _add(item, by, shown=("text",))
    return item


def tick_item(*, item: ChecklistItem, done: bool, by: Actor) -> ChecklistItem:
    """Say that a step is done, or is not; saying so twice changes nothing."""
    with transaction.atomic():
        _held(item.task, by)
        stored = locked(item)
        if bool(stored.done_at) == done:
            return stored
        before = snapshot(stored, TICK)
        stored.done_at = timezone.now() if done else None
        stored.done_by = by.person if done else None
        stored.save(update_fields=TICK)
        action = "tick" if done else "untick"
        record_change(
            action=action,
            target=stored,
            by=by,
            before=before,
            after=snapshot(stored, TICK),
        )
    return stored


def move_item(*, item: ChecklistItem, up: bool, by: Actor) -> ChecklistItem:
    """Let a step and its neighbour change places; at the end it stays."""
    with transaction.atomic():
        task = _held(item.task, by)
        items = list(ChecklistItem.objects.filter(task=task))
        place = items.index(item)
        other = place - 1 if up else place + 1
        if 0 <= other < len(items):
            items[place], items[other] = items[other], items[place]
            for position, moved in enumerate(items, start=1):
                moved.position = position
            ChecklistItem.objects.bulk_update(items, ["position"])
    return item


def delete_item(*, item: ChecklistItem, by: Actor) -> AuditEntry:
    with transaction.atomic():
        _held(item.task, by)
        return remove_record(record=locked(item), by=by)


def add_link(*, task: Task, title: str, url: str, by: Actor) -> TaskLink:
    """Name a paper and where it lies; a task that is done may still get one."""
    with transaction.atomic():
        stored = _held(task, by, even_done=True)
        link = TaskLink(task=stored, title=title, url=url)
        _add(link, by, shown=("title", "url"))
    return link


def delete_link(*, link: TaskLink, by: Actor) -> AuditEntry:
    with transaction.atomic():
        _held(link.task, by, even_done=True)
        return remove_record(record=locked(link), by=by)


def restore_part(*, entry: AuditEntry, task: Task, by: Actor) -> None:
    """Put a step or a link back where it was."""
    with transaction.atomic():
        _held(task, by, even_done=True)
        put_back(entry=entry, by=by)


def _held(task: Task, by: Actor, *, even_done: bool = False) -> Task:
    refuse_foreign(by, task)
    stored = locked(task)
    refuse_bystander(stored, by)
    if stored.done_at and not even_done:
        raise TaskIsDone
    return stored


def _add(part: ChecklistItem | TaskLink, by: Actor, *, shown: tuple[str, ...]) -> None:
    part.coalition = by.coalition
    part.validate_constraints()
    part.save(force_insert=True)
    record_change(action="create", target=part, by=by, after=snapshot(part, shown))
