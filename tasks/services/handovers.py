"""Parts of the plan that pass on together, and their way back."""

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from members.models import Affiliation, AuditEntry, Partner, Person
from members.queries import Carrier
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.records import put_back_all, refuse_foreign, remove_records
from tasks.errors import NotAtPartner
from tasks.models import Assignment, AssignmentStatus, Letter, Task

# A part that was taken off, whose it was, and the one that was asked for in its place.
Handed = tuple[int, int, int | None]
Heirs = Mapping[Assignment, Carrier | None]


def hand_over_parts(*, heirs: Heirs, by: Actor) -> list[Handed]:
    """Take people off open tasks and ask others, in a fixed number of statements.

    Nobody leaves a part open; whoever has it already just keeps theirs.
    """
    carriers = {to.key: to for to in heirs.values() if to}
    refuse_foreign(by, *heirs, *(to.person for to in carriers.values()))
    with transaction.atomic():
        _refuse_other_places(carriers.values())
        parts = _held([part.pk for part in heirs], {part.task_id for part in heirs})
        remove_records(records=parts, by=by)
        asked = _ask(parts, heirs, by)
    return [(part.pk, part.person_id, asked.get(part.pk)) for part in parts]


def take_parts_back(*, handed: Collection[Handed], by: Actor) -> int:
    """Undo `hand_over_parts`; return how many were changed since and stay."""
    asked = {pk: new for pk, _person, new in handed}
    with transaction.atomic():
        removals = _removals(asked)
        tasks = {entry.before["task_id"] for entry in removals.values()}
        new = _held([pk for pk in asked.values() if pk], tasks)
        waiting = {part.pk for part in new if _as_asked(part)}
        back = _fitting(
            {
                pk: removals[pk]
                for pk, now in asked.items()
                if pk in removals and (now is None or now in waiting)
            },
            tasks,
            waiting,
        )
        gone = {asked[pk] for pk in back}
        remove_records(records=[part for part in new if part.pk in gone], by=by)
        put_back_all(entries=list(back.values()), by=by)
    return len(asked) - len(back)


def _refuse_other_places(carriers: Iterable[Carrier]) -> None:
    wanted = {(c.person.pk, c.partner.pk): c for c in carriers if c.partner}
    current = Affiliation.objects.current(timezone.localdate())
    people = {person for person, _partner in wanted}
    here = current.filter(person__in=people).values_list("person_id", "partner_id")
    for key in wanted.keys() - set(here):
        raise NotAtPartner(wanted[key].person, wanted[key].partner)


def _held(pks: Collection[int], tasks: Collection[int]) -> list[Assignment]:
    """Return those of open tasks; tasks first, as everybody holds them."""
    held = Task.objects.filter(pk__in=tasks, done_at=None).order_by("pk")
    still_open = [task.pk for task in held.select_for_update(of=("self",))]
    parts = Assignment.objects.standing().filter(pk__in=pks, task__in=still_open)
    found = parts.select_related("task").order_by("pk")
    return list(found.select_for_update(of=("self",)))


def _ask(parts: Collection[Assignment], heirs: Heirs, by: Actor) -> Mapping[int, int]:
    taken = _taken({part.task_id for part in parts})
    asked: dict[int, Assignment] = {}
    for part in parts:
        to = heirs[part]
        key = (part.task_id, part.letter, to.person.pk if to else 0)
        if to and key not in taken:
            taken.add(key)
            asked[part.pk] = _asked(part, to, by)
    Assignment.objects.bulk_create(asked.values(), batch_size=500)
    told = ("letter", "person", "partner", "status")
    changes = [
        Change("assign", new.task, {}, snapshot(new, told)) for new in asked.values()
    ]
    record_changes(changes=changes, by=by)
    return {pk: new.pk for pk, new in asked.items()}


def _asked(part: Assignment, to: Carrier, by: Actor) -> Assignment:
    """Return a part that waits for a yes; who asks themselves has accepted."""
    own = to.person == by.person
    return Assignment(
        coalition=by.coalition,
        task=part.task,
        letter=part.letter,
        person=to.person,
        partner=to.partner,
        asked_by=by.person,
        status=AssignmentStatus.ACCEPTED if own else AssignmentStatus.PROPOSED,
        answered_at=timezone.now() if own else None,
    )


def _as_asked(part: Assignment) -> bool:
    own = part.person_id == part.asked_by_id
    return own or part.status == AssignmentStatus.PROPOSED


def _taken(tasks: Collection[int]) -> set[tuple[int, str, int]]:
    standing = Assignment.objects.standing().filter(task__in=tasks)
    return set(standing.values_list("task_id", "letter", "person_id"))


def _removals(pks: Collection[int]) -> dict[int, AuditEntry]:
    """Return from which entry each can be put back, if it is still gone."""
    entries = AuditEntry.objects.filter(
        model=Assignment._meta.label_lower,  # noqa: SLF001
        target_pk__in=[str(pk) for pk in pks],
        action="delete",
    )
    here = set(Assignment.objects.filter(pk__in=pks).values_list("pk", flat=True))
    found = {int(entry.target_pk): entry for entry in reversed(entries)}
    return {pk: entry for pk, entry in found.items() if pk not in here}


def _fitting(
    removals: Mapping[int, AuditEntry], tasks: Collection[int], leaving: set[int]
) -> dict[int, AuditEntry]:
    """Keep what can stand again beside what others carry now."""
    open_tasks = set(
        Task.objects.filter(pk__in=tasks, done_at=None).values_list("pk", flat=True)
    )
    columns = [entry.before for entry in removals.values()]
    people = Person.objects.living().in_bulk({row["person_id"] for row in columns})
    places = Partner.objects.in_bulk({row["partner_id"] for row in columns} - {None})
    standing = Assignment.objects.standing().filter(task__in=tasks)
    others = standing.exclude(pk__in=leaving)
    taken = set(others.values_list("task_id", "letter", "person_id"))
    accountable = {task for task, letter, _who in taken if letter == Letter.ACCOUNTABLE}
    found = {}
    for pk, entry in removals.items():
        row = entry.before
        key = (row["task_id"], row["letter"], row["person_id"])
        full = key[1] == Letter.ACCOUNTABLE and key[0] in accountable
        known = key[2] in people and (row["partner_id"] or 0) in {0, *places}
        if key[0] in open_tasks and known and not full and key not in taken:
            found[pk] = entry
    return found
