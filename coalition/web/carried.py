"""What a person carries in a coalition, read before they go."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from goals.models import Goal
from members.models import Affiliation, Person
from members.models.membership import MembershipState
from tasks.models import Assignment


@dataclass(frozen=True, slots=True)
class Carried:
    """Open goals and parts, partners with no other voice, and how much they asked."""

    goals: list[Goal]
    parts: list[Assignment]
    alone: list[Affiliation]
    asked: int

    @property
    def is_empty(self) -> bool:
        return not (self.goals or self.parts or self.alone)


def carried_by(person: Person, today: date) -> Carried:
    speaking = Affiliation.objects.speaking(today)
    others = speaking.filter(
        partner=OuterRef("partner"),
        person__membership__state=MembershipState.ACTIVE,
    ).exclude(person=person)
    parts = Assignment.objects.standing().carrying().of_open_tasks()
    return Carried(
        goals=list(Goal.objects.open().filter(owner=person)),
        parts=list(parts.filter(person=person).select_related("task", "partner")),
        alone=list(
            speaking.filter(~Exists(others), person=person).select_related("partner")
        ),
        asked=parts.filter(asked_by=person).exclude(person=person).count(),
    )
