"""The open plan as the matrix reads it: three statements, however much there is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.db.models import F

from goals.models import Goal
from members.models import Partner
from members.models.partner import PartnerStatus
from tasks.models import CARRYING, Assignment, AssignmentStatus, Letter, Task
from tasks.models.assignment import STANDING
from tasks.models.load import is_too_much, load

NOWHERE = 0  # the column of those who stand for no partner
ORDER = "ARCI"


@dataclass(frozen=True, slots=True)
class Part:
    """A letter in a cell; `who` is the person, "" while the partner named nobody."""

    pk: int
    task_id: int
    letter: str
    status: str
    person_id: int | None
    who: str
    partner_id: int

    @property
    def is_unnamed(self) -> bool:
        return self.person_id is None and self.status == AssignmentStatus.PROPOSED

    @property
    def stands(self) -> bool:
        return self.status in STANDING

    @property
    def refused(self) -> bool:
        return self.status == AssignmentStatus.DECLINED

    @property
    def carries(self) -> bool:
        return self.stands and self.letter in CARRYING

    @property
    def pending(self) -> bool:
        asked = self.carries and self.status == AssignmentStatus.PROPOSED
        return asked or self.is_unnamed


@dataclass(frozen=True, slots=True)
class Overload:
    """A person who carries too much, and at which partner."""

    person_id: int
    who: str
    partner_id: int
    load: int
    tasks: int


@dataclass(frozen=True)
class Plan:
    """Open tasks goal by goal, their parts, and the partners by name."""

    today: date
    tasks: Sequence[Task]
    parts: Mapping[int, Sequence[Part]]
    partners: Mapping[int, Partner]

    def by_goal(self) -> Iterator[tuple[Goal | None, list[Task]]]:
        for goal, tasks in groupby(self.tasks, lambda task: task.goal):
            yield goal, list(tasks)

    def standing(self, task: Task) -> list[Part]:
        return [part for part in self.parts.get(task.pk, ()) if part.stands]

    @cached_property
    def carrying(self) -> list[Part]:
        return [
            part for task in self.tasks for part in self.standing(task) if part.carries
        ]

    @cached_property
    def idle(self) -> list[Partner]:
        """Return active partners that carry nothing."""
        busy = {part.partner_id for part in self.carrying}
        return [
            partner
            for pk, partner in self.partners.items()
            if pk not in busy
            and partner.status == PartnerStatus.ACTIVE
            and partner.archived_at is None
        ]

    @cached_property
    def overloads(self) -> list[Overload]:
        """Return by name who has said yes to too much."""
        dues = {task.pk: task.due for task in self.tasks}
        yes: dict[int, dict[int, Part]] = defaultdict(dict)
        for part in self.carrying:
            if part.person_id and not part.pending:
                yes[part.person_id].setdefault(part.task_id, part)
        found = []
        for person, parts in yes.items():
            carried = load((dues[task] for task in parts), self.today)
            if is_too_much(carried):
                first = next(iter(parts.values()))
                found.append(
                    Overload(person, first.who, first.partner_id, carried, len(parts))
                )
        return sorted(found, key=lambda overload: overload.who)


def read_plan(today: date) -> Plan:
    tasks = (
        Task.objects.open()
        .select_related("goal")
        .only("coalition_id", "title", "due", "done_at", "goal__title", "goal__due")
        .order_by(
            F("goal__due").asc(nulls_last=True),
            F("goal_id").asc(nulls_last=True),
            F("due").asc(nulls_last=True),
            "id",
        )
    )
    partners = Partner.objects.only("coalition_id", "name", "status", "archived_at")
    return Plan(
        today,
        list(tasks),
        _parts(),
        {partner.pk: partner for partner in partners.order_by("name_key", "pk")},
    )


def _parts() -> Mapping[int, list[Part]]:
    rows = (
        Assignment.objects.current()
        .of_open_tasks()
        .values_list(
            *("pk", "task_id", "letter", "status", "person_id"),
            *("person__full_name", "partner_id"),
        )
    )
    parts: dict[int, list[Part]] = defaultdict(list)
    for pk, task, letter, status, person, who, partner in rows:
        part = Part(pk, task, letter, status, person, who or "", partner or NOWHERE)
        parts[task].append(part)
    for found in parts.values():
        found.sort(key=lambda part: (ORDER.index(part.letter), part.pk))
    return parts


def letters_of(parts: Sequence[Part]) -> set[str]:
    return {Letter(part.letter) for part in parts}
