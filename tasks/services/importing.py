"""What is here that the rows of a list of tasks may mean."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.names import fold
from coalition.common.tabular import Row
from coalition.common.text import fold_search
from goals.models import Goal, Milestone
from members.models import Affiliation, Partner, PartnerAlias, Person
from members.models.partner import PartnerStatus
from members.services.imports.run import Findings
from tasks.errors import NobodySpeaks, PartnerIsNotActive
from tasks.models import Assignment, Letter, Task

Key = tuple[int | None, str]
# Where a letter names people by their address, and partners by their name.
COLUMNS_OF = {
    Letter.ACCOUNTABLE: ("accountable", "accountable_partner"),
    Letter.RESPONSIBLE: ("responsible", "responsible_partners"),
    Letter.CONSULTED: ("consulted", "consulted_partners"),
    Letter.INFORMED: ("informed", "informed_partners"),
}
Asked = Mapping[Letter, Sequence[tuple[str, Person | Partner]]]


@dataclass(frozen=True, slots=True)
class TaskHere:
    """The task that a row is about, none for a new one, and where a new one goes."""

    task: Task | None
    goal: Goal | None
    milestone: Milestone | None


class Here:
    """Loads all of it once, and says at its line what a row cannot mean."""

    def __init__(self, rows: Iterable[Row], findings: Findings, *, lock: bool) -> None:
        self._findings = findings
        self._lines: dict[Any, int] = {}
        self._wrong: set[int] = set()
        self._goals: dict[str, list[Goal]] = {}
        for goal in Goal.objects.all():
            self._goals.setdefault(fold_search(goal.title), []).append(goal)
        self._milestones = {
            (m.goal_id, fold_search(m.title)): m for m in Milestone.objects.all()
        }
        self._load_tasks(lock=lock)
        self._load_people(rows)

    def _load_tasks(self, *, lock: bool) -> None:
        tasks = Task.objects.select_related("goal", "milestone").order_by("pk")
        if lock:
            tasks = tasks.select_for_update(of=("self",))
        self.by_number = {task.pk: task for task in tasks}
        self._by_title: dict[str, list[Task]] = {}
        for task in self.by_number.values():
            self._by_title.setdefault(fold_search(task.title), []).append(task)
        self.carried: dict[int, dict[str, list[Assignment]]] = {}
        standing = Assignment.objects.standing()
        for part in standing.select_related("person", "partner"):
            letters = self.carried.setdefault(part.task_id, {})
            letters.setdefault(part.letter, []).append(part)

    def _load_people(self, rows: Iterable[Row]) -> None:
        wanted: set[str] = set()
        names: set[str] = set()
        for row in rows:
            for addresses, partners in COLUMNS_OF.values():
                wanted.update(_all(row, addresses))
                names.update(map(fold, _all(row, partners)))
        self._load_partners(names)
        people = Person.objects.living().filter(email__in=wanted)
        self._people = {person.email: person for person in people}
        current = Affiliation.objects.current(timezone.localdate())
        self._places: dict[int, list[Partner]] = {}
        for link in current.filter(person__in=people).select_related("partner"):
            self._places.setdefault(link.person_id, []).append(link.partner)

    def _load_partners(self, names: Collection[str]) -> None:
        """Know those that are named, by any of their names, and which have a voice."""
        self._partners: dict[str, Partner] = {}
        self._heard: set[int] = set()
        if not names:
            return
        offered = Partner.objects.offered()
        aliases = PartnerAlias.objects.filter(name_key__in=names, partner__in=offered)
        for alias in aliases.select_related("partner"):
            self._partners[alias.name_key] = alias.partner
        for partner in offered.filter(name_key__in=names):
            self._partners[partner.name_key] = partner
        speaking = Affiliation.objects.speaking(timezone.localdate())
        found = speaking.filter(partner__in=self._partners.values())
        self._heard = set(found.values_list("partner_id", flat=True))

    def place_of(self, person: Person) -> Partner | None:
        """Return where they stand, if that is one place."""
        places = self._places.get(person.pk, [])
        return places[0] if len(places) == 1 else None

    def refuse(self, row: Row, column: str | None, message: str) -> None:
        self._wrong.add(row.line)
        value = row.values.get(column or "", "")
        self._findings.errors.add(row.line, column, str(value), message)

    def warn(self, row: Row, column: str, message: str) -> None:
        self._findings.warnings.add(row.line, column, "", message)

    def find(self, row: Row) -> TaskHere | None:
        """Return what the row is about; None, and an error, when that is not clear."""
        goal = self._goal(row)
        if goal is None and "goal" in row.values:
            return None
        task = self._task(row, goal)
        milestone = self._milestone(row, goal or (task.goal if task else None))
        if row.line in self._wrong:
            return None
        key: Any = task.pk if task else (goal and goal.pk, fold_search(_title(row)))
        if first := self._lines.get(key):
            self.refuse(
                row, "title", _("Line %(line)s is about this too.") % {"line": first}
            )
            return None
        self._lines[key] = row.line
        return TaskHere(task, goal, milestone)

    def _goal(self, row: Row) -> Goal | None:
        found = self._goals.get(fold_search(row.values.get("goal", "")), [])
        if "goal" in row.values and len(found) != 1:
            several = _("Several goals are called so.")
            self.refuse(row, "goal", several if found else _("No goal is called so."))
            return None
        return found[0] if found else None

    def _milestone(self, row: Row, goal: Goal | None) -> Milestone | None:
        if "milestone" not in row.values:
            return None
        key = (goal.pk if goal else 0, fold_search(row.values["milestone"]))
        if key not in self._milestones:
            self.refuse(row, "milestone", _("This goal has no milestone called so."))
        return self._milestones.get(key)

    def _task(self, row: Row, goal: Goal | None) -> Task | None:
        if "number" in row.values:
            task = self.by_number.get(row.values["number"])
            if task is None:
                message = _(
                    "No task here has this number. If the list comes from another"
                    " coalition, leave this column out."
                )
                self.refuse(row, "number", message)
        else:
            task = self._titled(row, goal)
        if task:
            self._refuse_move(row, task, goal)
        return task

    def _titled(self, row: Row, goal: Goal | None) -> Task | None:
        found = self._by_title.get(fold_search(_title(row)), [])
        if goal:
            found = [task for task in found if task.goal_id == goal.pk]
        if len(found) > 1:
            several = _("Several tasks are called so. Name the goal, or the number.")
            self.refuse(row, "title", several)
        return found[0] if found else None

    def _refuse_move(self, row: Row, task: Task, goal: Goal | None) -> None:
        """Leave what is here where it is: other things hang on that."""
        elsewhere = _("This task is elsewhere in the plan. Move it there.")
        if goal and task.goal_id != goal.pk:
            self.refuse(row, "goal", elsewhere)
        wanted = fold_search(row.values.get("milestone", ""))
        if wanted and wanted != fold_search(str(task.milestone or "")):
            self.refuse(row, "milestone", elsewhere)

    def asked(self, row: Row, letter: Letter) -> list[tuple[str, Person | Partner]]:
        """Return who is named for a letter, and in which column."""
        people, partners = COLUMNS_OF[letter]
        found = [
            *((people, self._person(row, people, it)) for it in _all(row, people)),
            *(
                (partners, self._partner(row, partners, it))
                for it in _all(row, partners)
            ),
        ]
        return [(column, whom) for column, whom in found if whom]

    @staticmethod
    def is_of(whom: Person | Partner, part: Assignment) -> bool:
        """Say whether they have it; a partner also by the person it has named."""
        return whom in {part.person, part.partner}

    def _person(self, row: Row, column: str, address: str) -> Person | None:
        if address not in self._people:
            message = _("Nobody here has the address %(address)s.")
            self.refuse(row, column, message % {"address": address})
        return self._people.get(address)

    def _partner(self, row: Row, column: str, name: str) -> Partner | None:
        partner = self._partners.get(fold(name))
        if partner is None:
            message = _("No partner is called “%(name)s”.")
            self.refuse(row, column, message % {"name": name})
        return partner

    def refuse_without_voice(
        self, row: Row, column: str, whom: Person | Partner
    ) -> None:
        """Ask no partner in which nobody hears of it, or could name somebody."""
        if not isinstance(whom, Partner):
            return
        if whom.status != PartnerStatus.ACTIVE:
            self.refuse(row, column, str(PartnerIsNotActive(whom)))
        elif whom.pk not in self._heard:
            self.refuse(row, column, str(NobodySpeaks(whom)))

    def refuse_dates(self, row: Row, task: Task) -> None:
        if task.start and task.due and task.due < task.start:
            column = "due" if "due" in row.values else "start"
            self.refuse(row, column, _("It cannot be due before it starts."))

    def refuse_rhythm(self, row: Row, task: Task) -> None:
        if task.repeat_every and not task.due:
            self.refuse(row, "repeats", _("Say by when, for a task that repeats."))

    def refuse_done(self, row: Row, task: Task, asked: Asked, *, changed: bool) -> None:
        """Leave a done task as it is; a row that says the same says nothing."""
        parts = [p for each in self.carried.get(task.pk, {}).values() for p in each]
        named = [whom for each in asked.values() for _column, whom in each]
        has_all = all(any(self.is_of(whom, part) for part in parts) for whom in named)
        if changed or not has_all:
            self.refuse_any_change(row)

    def refuse_any_change(self, row: Row) -> None:
        if row.line not in self._wrong:
            self.refuse(row, None, _("This task is done. Open it again first."))


def _all(row: Row, column: str) -> list[str]:
    """Return what a cell names, be it one or several."""
    value = row.values.get(column) or []
    return [value] if isinstance(value, str) else list(value)


def _title(row: Row) -> str:
    return str(row.values["title"])
