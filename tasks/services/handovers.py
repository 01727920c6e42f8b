"""Parts of the plan that pass on, and their way back: what went to another stays."""

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from members.models import Affiliation, Person
from members.permissions import Permission
from members.queries import Carrier
from members.services.access import may
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.records import locked, refuse_foreign, remove_records
from tasks.errors import AnsweredAlready, AskedAlready, HandedOver, NotAtPartner
from tasks.models import Assignment, AssignmentStatus, Letter, Task
from tasks.models.assignment import AssignmentQuerySet
from tasks.services.assignments import open_task, speaking_for

# A part that was handed over, whose it was, and the one that was asked for in its place.
Handed = tuple[int, int | None, int | None]
Heirs = Mapping[Assignment, Carrier | None]
# A task, a letter, and the person whose it is, else the partner.
Key = tuple[int, str, int | None, int | None]
HANDED = ("status", "handed_to", "handed_at")


def hand_over_assignment(
    *, assignment: Assignment, to: Carrier, by: Actor
) -> Assignment:
    """Pass a part on to somebody, who answers for themselves.

    Raises TaskIsDone, NotYourAssignment, AnsweredAlready, HandedOver, AskedAlready,
    NotAtPartner.
    """
    refuse_foreign(by, assignment)
    by = speaking_for(assignment, by)
    if to.partner != assignment.partner and not may(by, Permission.TASKS_EDIT):
        raise NotAtPartner(to.person, assignment.partner)
    with transaction.atomic():
        open_task(assignment.task)
        if locked(assignment).person_id != assignment.person_id:
            raise AnsweredAlready  # they were named meanwhile, and speak for themselves
        handed = hand_over_parts(heirs={assignment: to}, by=by)
        if not handed:
            raise HandedOver
        new = handed[0][2]
        if new is None:
            raise AskedAlready(to.person)
    return Assignment.objects.get(pk=new)


def hand_over_parts(*, heirs: Heirs, by: Actor) -> list[Handed]:
    """Take people off open tasks and ask others, in a fixed number of statements.

    Nobody leaves a part open; whoever has it already just keeps theirs.
    """
    carriers = {to.key: to for to in heirs.values() if to}
    refuse_foreign(by, *heirs, *(to.person for to in carriers.values()))
    with transaction.atomic():
        _refuse_other_places(carriers.values())
        tasks = _open({part.task_id for part in heirs})
        parts = _held(Assignment.objects.standing(), [p.pk for p in heirs], tasks)
        _leave(parts, heirs, by)
        asked = _ask(parts, heirs, by)
    return [(part.pk, part.person_id, asked.get(part.pk)) for part in parts]


def take_parts_back(*, handed: Collection[Handed], by: Actor) -> int:
    """Undo `hand_over_parts`; return how many were changed since and stay."""
    asked = {pk: new for pk, _person, new in handed}
    gone = Assignment.objects.filter(status=AssignmentStatus.HANDED_OVER)
    with transaction.atomic():
        tasks = _open(gone.filter(pk__in=asked).values_list("task", flat=True))
        parts = _held(gone, list(asked), tasks)
        heirs = [pk for pk in asked.values() if pk]
        new = _held(Assignment.objects.standing(), heirs, tasks)
        waiting = {part.pk for part in new if _as_asked(part)}
        free = [p for p in parts if asked[p.pk] is None or asked[p.pk] in waiting]
        back = _fitting(free, tasks, waiting)
        leaving = {asked[part.pk] for part in back}
        remove_records(records=[part for part in new if part.pk in leaving], by=by)
        _return(back, by)
    return len(asked) - len(back)


def _leave(parts: Collection[Assignment], heirs: Heirs, by: Actor) -> None:
    """Let the old rows tell whom they went to; a part left open went to nobody."""
    now = timezone.now()
    changes = []
    for part in parts:
        to, before = heirs[part], snapshot(part, HANDED)
        part.status, part.handed_at = AssignmentStatus.HANDED_OVER, now
        part.handed_to = to.person if to else None
        changes.append(Change("hand over", part, before, snapshot(part, HANDED)))
    Assignment.objects.bulk_update(parts, HANDED, batch_size=500)
    record_changes(changes=changes, by=by)


def _return(parts: Collection[Assignment], by: Actor) -> None:
    """Let them stand again as they did: accepted where they had been answered."""
    changes = []
    for part in parts:
        before = snapshot(part, HANDED)
        answered = part.answered_at is not None
        part.status = (
            AssignmentStatus.ACCEPTED if answered else AssignmentStatus.PROPOSED
        )
        part.handed_to = part.handed_at = None
        changes.append(Change("take back", part, before, snapshot(part, HANDED)))
    Assignment.objects.bulk_update(parts, HANDED, batch_size=500)
    record_changes(changes=changes, by=by)


def _refuse_other_places(carriers: Iterable[Carrier]) -> None:
    wanted = {(c.person.pk, c.partner.pk): c for c in carriers if c.partner}
    current = Affiliation.objects.current(timezone.localdate())
    people = {person for person, _partner in wanted}
    here = current.filter(person__in=people).values_list("person_id", "partner_id")
    for key in wanted.keys() - set(here):
        raise NotAtPartner(wanted[key].person, wanted[key].partner)


def _open(tasks: Iterable[int]) -> list[int]:
    """Hold what is open of these tasks, before their parts, as everybody does."""
    held = Task.objects.filter(pk__in=list(tasks), done_at=None).order_by("pk")
    return [task.pk for task in held.select_for_update(of=("self",))]


def _held(
    rows: AssignmentQuerySet, pks: Collection[int], tasks: Collection[int]
) -> list[Assignment]:
    found = rows.filter(pk__in=pks, task__in=tasks).select_related("task", "handed_to")
    return list(found.order_by("pk").select_for_update(of=("self",)))


def _ask(parts: Collection[Assignment], heirs: Heirs, by: Actor) -> Mapping[int, int]:
    tasks = {part.task_id for part in parts}
    taken = _taken(Assignment.objects.standing().filter(task__in=tasks))
    asked: dict[int, Assignment] = {}
    for part in parts:
        to = heirs[part]
        key = (part.task_id, part.letter, to.person.pk if to else 0, None)
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


def _taken(parts: AssignmentQuerySet) -> set[Key]:
    return {_key(part) for part in parts}


def _key(part: Assignment) -> Key:
    place = None if part.person_id else part.partner_id
    return part.task_id, part.letter, part.person_id, place


def _fitting(
    parts: Collection[Assignment], tasks: Collection[int], leaving: set[int]
) -> list[Assignment]:
    """Keep what can stand again beside what others carry now."""
    people = Person.objects.living().in_bulk(
        {part.person_id for part in parts} - {None}
    )
    standing = Assignment.objects.standing().filter(task__in=tasks)
    taken = _taken(standing.exclude(pk__in=leaving))
    accountable = {
        task for task, letter, *_who in taken if letter == Letter.ACCOUNTABLE
    }
    return [
        part
        for part in parts
        if (part.person_id is None or part.person_id in people)
        and _key(part) not in taken
        and not (part.letter == Letter.ACCOUNTABLE and part.task_id in accountable)
    ]
