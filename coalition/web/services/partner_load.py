"""Work that passes on: what people carry, given to others or left open, and back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q

from coalition.common.errors import DomainError
from goals.models import Goal, Milestone
from goals.services.goals import hand_over_goal
from goals.services.milestones import edit_milestone
from members.models import Partner, Person
from members.queries import Carrier
from members.services.audit import Actor
from tasks.models import Assignment
from tasks.services.handovers import hand_over_parts, take_parts_back


@dataclass(frozen=True, slots=True)
class Load:
    """Open work: parts of tasks, goals owned, milestones carried."""

    assignments: list[Assignment]
    goals: list[Goal]
    milestones: list[Milestone]

    def __len__(self) -> int:
        return len(self.assignments) + len(self.goals) + len(self.milestones)

    def keys(self) -> set[str]:
        parts = [f"task-{part.pk}" for part in self.assignments]
        goals = [f"goal-{goal.pk}" for goal in self.goals]
        return {*parts, *goals, *(f"milestone-{m.pk}" for m in self.milestones)}


@dataclass(frozen=True, slots=True)
class Heirs:
    """Who takes what, by the keys of a load; what nobody takes stays open."""

    carriers: Mapping[str, Carrier | None] = field(default_factory=dict)
    owners: Mapping[str, Person | None] = field(default_factory=dict)
    partners: Mapping[str, Partner | None] = field(default_factory=dict)

    def keys(self) -> set[str]:
        return {*self.carriers, *self.owners, *self.partners}


def load_of(*, partner: Partner, people: Collection[int]) -> Load:
    """Return what is carried in a partner's name, and by these people in nobody's."""
    standing = Assignment.objects.standing().of_open_tasks()
    parts = standing.filter(Q(partner=partner) | Q(partner=None, person__in=people))
    milestones = Milestone.objects.open().filter(partner=partner)
    return Load(
        list(parts.select_related("task", "person", "partner").order_by("task__due")),
        list(Goal.objects.open().filter(owner__in=people).select_related("owner")),
        list(milestones.select_related("goal")),
    )


def hand_over(*, load: Load, heirs: Heirs, by: Actor) -> dict[str, Any]:
    """Pass it all on; return what `hand_back` needs. Call it in a transaction."""
    parts = {part: heirs.carriers[f"task-{part.pk}"] for part in load.assignments}
    return {
        "parts": hand_over_parts(heirs=parts, by=by),
        "goals": [
            [goal.pk, goal.owner_id, _own(goal, heirs.owners[f"goal-{goal.pk}"], by)]
            for goal in load.goals
        ],
        "milestones": [
            [m.pk, m.partner_id, _carry(m, heirs.partners[f"milestone-{m.pk}"], by)]
            for m in load.milestones
        ],
    }


def _own(goal: Goal, owner: Person | None, by: Actor) -> int | None:
    hand_over_goal(goal=goal, to=owner, by=by)
    return owner.pk if owner else None


def _carry(milestone: Milestone, partner: Partner | None, by: Actor) -> int | None:
    edit_milestone(
        milestone=milestone, version=milestone.version, partner=partner, by=by
    )
    return partner.pk if partner else None


def hand_back(*, handed: Mapping[str, Any], by: Actor) -> int:
    """Undo `hand_over`; return how many things changed since and so stay as they are."""
    undone = [
        *(_tried(_goal_back, change, by) for change in handed["goals"]),
        *(_tried(_milestone_back, change, by) for change in handed["milestones"]),
    ]
    stayed = take_parts_back(handed=handed.get("parts", ()), by=by)
    return undone.count(False) + stayed


def _tried(act: Callable[[Iterable[Any], Actor], bool], what: Any, by: Actor) -> bool:
    try:
        with transaction.atomic():
            return act(what, by)
    except DomainError:
        return False


def _goal_back(change: Iterable[Any], by: Actor) -> bool:
    pk, was, now = change
    goal = Goal.objects.filter(pk=pk, owner=now).first()
    if goal:
        hand_over_goal(goal=goal, to=Person.objects.get(pk=was), by=by)
    return goal is not None


def _milestone_back(change: Iterable[Any], by: Actor) -> bool:
    pk, was, now = change
    milestone = Milestone.objects.filter(pk=pk, partner=now).first()
    if milestone:
        edit_milestone(
            milestone=milestone,
            version=milestone.version,
            partner=Partner.objects.get(pk=was),
            by=by,
        )
    return milestone is not None
