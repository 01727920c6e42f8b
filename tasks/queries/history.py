"""What happened to one task: its own trail, and that of its parts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from members.models import AuditEntry, Partner, Person
from tasks.models import Consultation, Task

HISTORY_SHOWN = 30


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry of the trail, and the person it is about beside its actor."""

    entry: AuditEntry
    person: str


def task_history(task: Task) -> list[HistoryLine]:
    """Return the newest entries about a task and who was asked for it."""
    parts = [str(part.pk) for part in task.assignments.all()]
    small = {
        "tasks.consultation": [str(pk) for pk in _asked(task)],
        "tasks.checklistitem": [str(item.pk) for item in task.checklist.all()],
        "tasks.tasklink": [str(link.pk) for link in task.links.all()],
    }
    about = (
        Q(model="tasks.task", target_pk=str(task.pk))
        | Q(model="tasks.assignment", target_pk__in=parts)
        | Q(
            model__in=["tasks.assignment", *small],
            action="delete",
            before__task_id=task.pk,
        )
    )
    for model, pks in small.items():
        about |= Q(model=model, target_pk__in=pks)
    found = AuditEntry.objects.filter(about).select_related("actor", "on_behalf_of")
    entries = list(found[:HISTORY_SHOWN])
    people = [_about_whom(entry) for entry in entries]
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "full_name"))
    partners = _partner_names(entries)
    return [
        HistoryLine(e, names.get(pk) or partners.get(e.pk, ""))
        for e, pk in zip(entries, people, strict=True)
    ]


def _partner_names(entries: Iterable[AuditEntry]) -> dict[int, str]:
    """Return by entry which partner was asked, where that named nobody yet."""
    asked = {
        entry.pk: entry.after.get("partner") or entry.before.get("partner_id")
        for entry in entries
        if entry.action in {"assign", "delete"} and not _about_whom(entry)
    }
    pks = {pk for pk in asked.values() if pk}
    if not pks:
        return {}
    names = dict(Partner.objects.filter(pk__in=pks).values_list("pk", "name"))
    return {entry: names[pk] for entry, pk in asked.items() if pk in names}


def _asked(task: Task) -> Iterable[int]:
    return Consultation.objects.filter(task=task).values_list("pk", flat=True)


def _about_whom(entry: AuditEntry) -> int:
    said = entry.after.get("person") or entry.after.get("handed_to")
    return int(said or entry.before.get("person_id") or 0)
