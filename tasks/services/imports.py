"""Tasks from a file, and into one: each at its line, all of it or nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.tabular import Row, write_table
from members.models import Partner, Person
from members.models.imports import ImportKind
from members.services.audit import Actor, Change, record_change, snapshot
from members.services.imports import ImportReport
from members.services.imports.effects import CHANGED, NEW, UNCHANGED, Effect
from members.services.imports.files import import_list
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
from tasks.services.importing import COLUMNS_OF, Asked, Here, TaskHere
from tasks.services.task_columns import COLUMNS, write_names

FIELDS = ("title", "goal", "milestone", "start", "due", "description", "resources")
# What a file may change of a task that is here; it moves by hand.
EDITABLE = ("title", "start", "due", "description", "resources")


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
        whom: Person | Partner,
        *,
        effect: Effect,
        here: Here,
    ) -> None:
        """Plan to ask somebody; who asks themselves has accepted."""
        own = whom == self.by.person
        person = whom if isinstance(whom, Person) else None
        part = Assignment(
            coalition=self.by.coalition,
            task=task,
            letter=letter,
            person=person,
            partner=whom if isinstance(whom, Partner) else here.place_of(whom),
            asked_by=self.by.person,
            status=AssignmentStatus.ACCEPTED if own else AssignmentStatus.PROPOSED,
            answered_at=timezone.now() if own else None,
        )
        self.asks.append(part)
        effect.made.append(part)
        name = letter.name.lower()
        told = effect.after.get(name)
        effect.after[name] = f"{told}; {whom}" if told else str(whom)
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
    asked = {letter: here.asked(row, letter) for letter in COLUMNS_OF}
    if task.done_at:
        here.refuse_done(row, task, asked, changed=bool(before))
    _plan_people(plan, row, task, asked, effect=effect, here=here)


def _plan_people(
    plan: TaskPlan, row: Row, task: Task, asked: Asked, *, effect: Effect, here: Here
) -> None:
    carried = here.carried.get(task.pk or 0, {})
    accountable = asked[Letter.ACCOUNTABLE]
    has = carried.get(Letter.ACCOUNTABLE, [])
    for column, whom in accountable:
        if has and not any(here.is_of(whom, part) for part in has):
            here.refuse(row, column, str(SomebodyIsAccountable(has[0].who)))
    if len(accountable) > 1:
        here.refuse(row, "accountable_partner", _("Name a person, or a partner."))
    for letter, named in asked.items():
        parts = carried.get(letter, [])
        for column, whom in named if letter != Letter.ACCOUNTABLE or not has else ():
            if not any(here.is_of(whom, part) for part in parts):
                here.refuse_without_voice(row, column, whom)
                plan.ask(task, letter, whom, effect=effect, here=here)


TASKS = ListSpec(ImportKind.TASKS, COLUMNS, plan_tasks, told=("done",))


def import_tasks(
    *, data: bytes, apply: bool, by: Actor, file_name: str = ""
) -> ImportReport:
    """Read a list of tasks, like `members.services.imports.import_partners`."""
    return import_list(TASKS, data, apply=apply, by=by, file_name=file_name)


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
    people: dict[str, list[str]] = {letter: [] for letter in COLUMNS_OF}
    partners: dict[str, list[str]] = {letter: [] for letter in COLUMNS_OF}
    for part in task.assignments.all():
        if not part.stands:
            continue
        if part.person is None:
            partners[part.letter].append(part.who)
        elif part.person.email:
            people[part.letter].append(part.person.email)
    return [
        *(task.title, task.goal, task.milestone, task.start, task.due),
        *("; ".join(addresses) for addresses in people.values()),
        "".join(partners.pop(Letter.ACCOUNTABLE)),
        *map(write_names, partners.values()),
        *(task.description, task.resources, task.pk),
        timezone.localdate(task.done_at) if task.done_at else None,
    ]
