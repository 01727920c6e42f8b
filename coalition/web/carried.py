"""What people carry in a coalition, read before they go."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef

from goals.models import Goal
from members.models import Affiliation, Person
from members.models.membership import MembershipState
from members.queries import Carrier
from tasks.models import Assignment, RoleAssignment
from tasks.queries.roles import living_terms


@dataclass(frozen=True, slots=True)
class Handing:
    """Who takes what: nobody means that it is left open, and said so."""

    goals: dict[Goal, Person | None] = field(default_factory=dict)
    parts: dict[Assignment, Carrier | None] = field(default_factory=dict)
    partners: dict[Affiliation, Person | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carried:
    """Open goals and parts, partners with no other voice, how much they asked.

    Nobody inherits a standing role: it becomes free, and somebody is chosen.
    """

    goals: list[Goal]
    parts: list[Assignment]
    alone: list[Affiliation]
    asked: int
    roles: list[RoleAssignment]

    @property
    def is_empty(self) -> bool:
        return not (self.goals or self.parts or self.alone)

    @property
    def partners(self) -> list[str]:
        """The names of the partners that would be without a voice."""
        return list(dict.fromkeys(str(each.partner) for each in self.alone))

    def to(self, heir: Carrier | None) -> Handing:
        """Give all of it to one person, or leave it open."""
        person = heir.person if heir else None
        return Handing(
            dict.fromkeys(self.goals, person),
            dict.fromkeys(self.parts, heir),
            dict.fromkeys(self.alone, person),
        )


def carried_by(people: Collection[int], today: date) -> Carried:
    speaking = Affiliation.objects.speaking(today)
    others = speaking.filter(
        partner=OuterRef("partner"),
        person__membership__state=MembershipState.ACTIVE,
    ).exclude(person__in=people)
    alone = speaking.filter(~Exists(others), person__in=people)
    parts = Assignment.objects.standing().carrying().of_open_tasks()
    return Carried(
        goals=list(Goal.objects.open().filter(owner__in=people)),
        parts=list(parts.filter(person__in=people).select_related("task", "partner")),
        alone=list(alone.select_related("partner")),
        asked=parts.filter(asked_by__in=people).exclude(person__in=people).count(),
        roles=list(living_terms(today).filter(person__in=people)),
    )
