"""Goals that get other owners together, and their way back."""

from collections.abc import Collection, Mapping

from django.db import transaction

from goals.models import Goal
from members.models import Person
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.imports.run import save_edits, set_values
from members.services.records import refuse_foreign

Handed = tuple[int, int | None, int | None]  # a goal, who had it, who has it now


def hand_over_goals(*, owners: Mapping[Goal, Person | None], by: Actor) -> list[Handed]:
    """Give open goals other owners, or none, in a fixed number of statements."""
    refuse_foreign(by, *owners, *owners.values())
    with transaction.atomic():
        goals = _held([goal.pk for goal in owners])
        handed = [(goal.pk, goal.owner_id, _pk(owners[goal])) for goal in goals]
        _own({goal: owners[goal] for goal in goals}, by)
    return handed


def take_goals_back(*, handed: Collection[Handed], by: Actor) -> int:
    """Undo `hand_over_goals`; return how many were changed since and stay."""
    wanted = {pk: (was, now) for pk, was, now in handed}
    with transaction.atomic():
        people = Person.objects.living().in_bulk([was for was, _now in wanted.values()])
        back = {}
        for goal in _held(wanted):
            was, now = wanted[goal.pk]
            if goal.owner_id == now and was in people:
                back[goal] = people[was]
        _own(back, by)
    return len(wanted) - len(back)


def _held(pks: Collection[int]) -> list[Goal]:
    goals = Goal.objects.open().filter(pk__in=pks).select_related("owner")
    return list(goals.order_by("pk").select_for_update(of=("self",)))


def _own(owners: Mapping[Goal, Person | None], by: Actor) -> None:
    edits = [(goal, set_values(goal, {"owner": to})) for goal, to in owners.items()]
    save_edits(edits)
    changes = [
        Change("hand over", goal, before, snapshot(goal, before))
        for goal, before in edits
    ]
    record_changes(changes=changes, by=by)


def _pk(person: Person | None) -> int | None:
    return person.pk if person else None
