"""Tasks from a file, and into one: each at its line, all of it or nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.tabular import (
    CellError,
    Column,
    Row,
    cells,
    write_table,
)
from members.models import Person
from members.models.imports import ImportKind
from members.services.audit import Actor, Change, record_change, snapshot
from members.services.imports.effects import CHANGED, NEW, UNCHANGED, Effect
from members.services.imports.run import (
    Batches,
    Findings,
    ListSpec,
    save_edits,
    set_values,
)
from members.services.imports.steps import SPECS
from members.services.imports.undo import MODELS
from tasks.errors import SomebodyIsAccountable
from tasks.models import Assignment, AssignmentStatus, Letter, Task
from tasks.services.importing import Here, TaskHere

MOST_PEOPLE = 10
FIELDS = ("title", "goal", "milestone", "start", "due", "description", "resources")
# What a file may change of a task that is here; it moves by hand.
EDITABLE = ("title", "start", "due", "description", "resources")
_address = cells.email(254)


def _number(value: str) -> int:
    digits = value.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):  # noqa: PLR2004
        raise CellError(
            _("Write the number of a task that is here, or leave it blank.")
        )
    return int(digits)


def _addresses(value: str) -> list[str]:
    found = [_address(part) for part in re.split(r"[;,\s]+", value) if part]
    if len(found) > MOST_PEOPLE:
        raise CellError(_("At most %(limit)s people fit.") % {"limit": MOST_PEOPLE})
    return list(dict.fromkeys(str(address) for address in found))


COLUMNS = (
    Column(
        "title",
        cells.text(200),
        required=True,
        label=gettext_lazy("Task"),
        also=("task", "tarea", "what", "qué"),
    ),
    Column(
        "goal", cells.text(200), label=gettext_lazy("Goal"), also=("meta", "objetivo")
    ),
    Column(
        "milestone", cells.text(200), label=gettext_lazy("Milestone"), also=("hito",)
    ),
    Column(
        "start",
        cells.plan_date,
        label=gettext_lazy("From when"),
        also=("from", "begin", "comienzo", "inicio"),
    ),
    Column(
        "due",
        cells.plan_date,
        label=gettext_lazy("By when"),
        also=("deadline", "until", "vence", "fecha"),
    ),
    Column(
        "accountable",
        _address,
        label=gettext_lazy("Accountable: e-mail"),
        also=("owner", "lead", "responsable final"),
    ),
    Column(
        "responsible",
        _addresses,
        label=gettext_lazy("Responsible: e-mails"),
        also=("who", "responsable", "quién"),
    ),
    Column(
        "description",
        cells.text(5000),
        multiline=True,
        label=gettext_lazy("Why, and how"),
        also=("details", "why", "notes", "por qué"),
    ),
    Column(
        "resources",
        cells.text(1000),
        multiline=True,
        label=gettext_lazy("What it takes"),
        also=("needs", "recursos"),
    ),
    Column("number", _number, label=gettext_lazy("Number here"), also=("id", "número")),
)


@dataclass(slots=True)
class TaskPlan:
    by: Actor
    effects: list[Effect] = field(default_factory=list)
    new: list[Task] = field(default_factory=list)
    edits: list[tuple[Task, dict[str, Any]]] = field(default_factory=list)
    asks: list[Assignment] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.new) + len(self.edits) + len(self.asks)

    def ask(
        self,
        task: Task,
        letter: Letter,
        person: Person,
        *,
        effect: Effect,
        here: Here,
    ) -> None:
        """Plan to ask somebody; who asks themselves has accepted."""
        own = person == self.by.person
        part = Assignment(
            coalition=self.by.coalition,
            task=task,
            letter=letter,
            person=person,
            partner=here.place_of(person),
            asked_by=self.by.person,
            status=AssignmentStatus.ACCEPTED if own else AssignmentStatus.PROPOSED,
            answered_at=timezone.now() if own else None,
        )
        self.asks.append(part)
        effect.made.append(part)
        name = letter.name.lower()
        told = effect.after.get(name)
        effect.after[name] = f"{told}; {person}" if told else str(person)
        if effect.outcome == UNCHANGED:
            effect.outcome = CHANGED

    def write(self, batches: Batches) -> list[Change]:
        for tasks in batches(self.new):
            Task.objects.bulk_create(tasks)
        for edits in batches(self.edits):
            save_edits(edits)
        for asks in batches(self.asks):
            Assignment.objects.bulk_create(asks)
        return list(self._changes())

    def _changes(self) -> Iterator[Change]:
        for task in self.new:
            yield Change("create", task, {}, snapshot(task, FIELDS))
        for task, before in self.edits:
            yield Change("edit", task, before, snapshot(task, before))
        for part in self.asks:
            asked = snapshot(part, ("letter", "person", "partner", "status"))
            yield Change("assign", part.task, {}, asked)


def plan_tasks(
    rows: Iterable[Row],
    findings: Findings,
    *,
    by: Actor,
    lock: bool,
    answers: Mapping[str, str],
) -> TaskPlan:
    every = list(rows)
    here = Here(every, findings, lock=lock)
    plan = TaskPlan(by)
    for row in every:
        found = here.find(row) if row.is_clean else None
        if found is not None:
            _plan_row(plan, row, found, here)
    return plan


def _plan_row(plan: TaskPlan, row: Row, found: TaskHere, here: Here) -> None:
    task = found.task or Task(
        coalition=plan.by.coalition, goal=found.goal, milestone=found.milestone
    )
    values = {name: row.values[name] for name in EDITABLE if name in row.values}
    before = set_values(task, values)
    here.refuse_dates(row, task)
    effect = Effect(row.line, UNCHANGED, task, str(row.values["title"]))
    plan.effects.append(effect)
    if found.task is None:
        plan.new.append(task)
        effect.outcome = NEW
        effect.after = snapshot(task, [n for n in EDITABLE if n in row.values])
        for name in ("goal", "milestone"):
            if part := getattr(task, name):
                effect.after[name] = str(part)
    elif before:
        plan.edits.append((task, before))
        effect.outcome = CHANGED
        effect.before, effect.after = before, snapshot(task, before)
    if task.done_at and (before or row.values.keys() & {"accountable", "responsible"}):
        here.refuse_done(row, task, changed=bool(before))
    _plan_people(plan, row, task, effect=effect, here=here)


def _plan_people(
    plan: TaskPlan, row: Row, task: Task, *, effect: Effect, here: Here
) -> None:
    carried = here.carried.get(task.pk or 0, {})
    accountable = here.person(row, "accountable", row.values.get("accountable"))
    has = carried.get(Letter.ACCOUNTABLE, [])
    if accountable and not has:
        plan.ask(task, Letter.ACCOUNTABLE, accountable, effect=effect, here=here)
    elif accountable and accountable not in has:
        here.refuse(row, "accountable", str(SomebodyIsAccountable(has[0])))
    for address in row.values.get("responsible", ()):
        person = here.person(row, "responsible", address)
        if person and person not in carried.get(Letter.RESPONSIBLE, []):
            plan.ask(task, Letter.RESPONSIBLE, person, effect=effect, here=here)


TASKS = ListSpec(ImportKind.TASKS, COLUMNS, plan_tasks, told=("done",))


def register() -> None:
    """Let lists of tasks go the way of lists of partners and people."""
    SPECS[TASKS.kind] = TASKS
    MODELS[TASKS.kind] = Task


def export_tasks(
    *, out: TextIO, tasks: QuerySet[Task], narrowed_by: str, by: Actor
) -> int:
    """Write these tasks as CSV, which reads back unchanged, and record it."""
    found = (
        Task.objects.filter(pk__in=tasks.order_by().values("pk"))
        .with_assignments()
        .select_related("goal", "milestone")
        .order_by("pk")
    )
    titles = [*TASKS.names, *TASKS.told]
    count = write_table(out, titles, (_cells(task) for task in found))
    after = {"rows": count, "narrowed by": narrowed_by}
    record_change(action="export tasks", target=by.coalition, by=by, after=after)
    return count


def _cells(task: Task) -> list[object]:
    people: dict[str, list[str]] = {Letter.ACCOUNTABLE: [], Letter.RESPONSIBLE: []}
    for part in task.assignments.all():
        if part.stands and part.letter in people and part.person.email:
            people[part.letter].append(part.person.email)
    return [
        *(task.title, task.goal, task.milestone, task.start, task.due),
        *("; ".join(addresses) for addresses in people.values()),
        *(task.description, task.resources, task.pk),
        timezone.localdate(task.done_at) if task.done_at else None,
    ]
