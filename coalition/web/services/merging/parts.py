"""One part of a task that both had: the further answer stands, the other was handed over."""

from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from coalition.web.services.merging.rows import Repointing, rows_of
from members.models import Partner, Person
from tasks.models import Assignment, AssignmentStatus
from tasks.models.assignment import STANDING


def settle_parts(
    kept: Person | Partner, lost: Person | Partner, work: Repointing
) -> None:
    """Let one stand where two who are one had a letter twice; before all moves.

    Two people, or two partners that had both been asked and had named nobody.
    """
    both, now = [kept.pk, lost.pk], timezone.now()
    of_people = isinstance(kept, Person)
    name = "person_id" if of_people else "partner_id"
    mine = Q(person__in=both) if of_people else Q(person=None, partner__in=both)
    gone = {
        "status": AssignmentStatus.HANDED_OVER,
        "handed_to_id": kept.pk if of_people else None,
        "handed_at": now,
    }
    parts = rows_of(Assignment).filter(mine, status__in=STANDING)
    found = parts.order_by("task_id", "letter", "pk").select_for_update(of=("self",))
    for _place, same in groupby(found, lambda part: (part.task_id, part.letter)):
        first, *others = sorted(same, key=_answered_first)
        for part in others:
            work.change(part, gone | {name: kept.pk})
        if others:  # traced after them, it goes back first: there is room for one
            work.change(first, {name: kept.pk})


def _answered_first(part: Assignment) -> tuple[bool, int]:
    return part.status != AssignmentStatus.ACCEPTED, part.pk
