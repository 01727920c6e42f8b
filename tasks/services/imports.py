"""Tasks from a file, and into one: each at its line, all of it or nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from django.db.models import Model, Prefetch, QuerySet
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
from members.services.imports.undo import LIVING, MODELS
from tasks.errors import SomebodyIsAccountable
from tasks.models import (
    Assignment,
    AssignmentStatus,
    ChecklistItem,
    Letter,
    Task,
    TaskDependency,
)
from tasks.services.importing import COLUMNS_OF, Asked, Here, TaskHere
from tasks.services.importing_parts import (
    PARTS,
    Part,
    Planned,
    Titles,
    added_parts,
    shown,
)
from tasks.services.task_cells import (
    write_links,
    write_names,
    write_rhythm,
    write_steps,
)
from tasks.services.task_columns import COLUMNS

# What a file may change of a task that is here; it moves by hand.
EDITABLE = ("title", "start", "due", "description", "resources")
RHYTHM = ("repeat_every", "repeat_unit")
FIELDS = (*EDITABLE, "goal", "milestone", *RHYTHM)


@dataclass(slots=True)
class TaskPlan:
    by: Actor
    effects: list[Effect] = field(default_factory=list)
    new: list[Task] = field(default_factory=list)
    edits: list[tuple[Task, dict[str, Any]]] = field(default_factory=list)
    asks: list[Assignment] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def size(self) -> int:
        written = (self.new, self.edits, self.asks, self.parts)
        return sum(len(each) for each in written)

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
        _tell(effect, letter.name.lower(), str(whom), part)

    def add(self, part: Part, effect: Effect) -> None:
        self.parts.append(part)
        _tell(effect, PARTS[type(part)][0], shown(part), part)

    def write(self, batches: Batches) -> list[Change]:
        for tasks in batches(self.new):
            Task.objects.bulk_create(tasks)
        for edits in batches(self.edits):
            save_edits(edits)
        for asks in batches(self.asks):
            Assignment.objects.bulk_create(asks)
        for model in PARTS:
            parts = [part for part in self.parts if isinstance(part, model)]
            for some in batches(parts):
                model.objects.bulk_create(some)
        return list(self._changes())

    def _changes(self) -> Iterator[Change]:
        for task in self.new:
            yield Change("create", task, {}, snapshot(task, FIELDS))
        for task, before in self.edits:
            yield Change("edit", task, before, snapshot(task, before))
        for part in self.asks:
            asked = snapshot(part, ("letter", "person", "partner", "status"))
            yield Change("assign", part.task, {}, asked)
        for each in self.parts:
            told = snapshot(each, PARTS[type(each)][1])
            yield Change("create", each, {}, told)


def _tell(effect: Effect, name: str, words: str, made: Model) -> None:
    """Note what a row makes beside its task."""
    effect.made.append(made)
    told = effect.after.get(name)
    effect.after[name] = f"{told}; {words}" if told else words
    if effect.outcome == UNCHANGED:
        effect.outcome = CHANGED


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
    planned = []
    for row in every:
        found = here.find(row) if row.is_clean else None
        if found is not None:
            planned.append(Planned(row, _plan_row(plan, row, found, here)))
    _plan_parts(plan, planned, every, here)
    return plan


def _plan_row(plan: TaskPlan, row: Row, found: TaskHere, here: Here) -> Task:
    task = found.task or Task(
        coalition=plan.by.coalition, goal=found.goal, milestone=found.milestone
    )
    rhythm = write_rhythm(task)
    before = set_values(task, _values(row))
    here.refuse_dates(row, task)
    here.refuse_rhythm(row, task)
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
        effect.before, effect.after = dict(before), snapshot(task, before)
    if write_rhythm(task) != rhythm:
        effect.before["repeats"], effect.after["repeats"] = rhythm, write_rhythm(task)
    asked = {letter: here.asked(row, letter) for letter in COLUMNS_OF}
    if task.done_at:
        here.refuse_done(row, task, asked, changed=bool(before))
    _plan_people(plan, row, task, asked, effect=effect, here=here)
    return task


def _values(row: Row) -> dict[str, Any]:
    """Return what a row says of the fields of its task."""
    said = {name: row.values[name] for name in EDITABLE if name in row.values}
    rhythm = row.values.get("repeats")
    return said | (rhythm.fields() if rhythm else {})


def _plan_parts(
    plan: TaskPlan, planned: Sequence[Planned], every: Iterable[Row], here: Here
) -> None:
    effects = {each.row.line: (each, plan.effects[n]) for n, each in enumerate(planned)}
    for line, part in added_parts(planned, every, here, plan.by):
        each, effect = effects[line]
        plan.add(part, effect)
        if each.task.done_at:
            here.refuse_any_change(each.row)


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
    LIVING.add(ChecklistItem._meta.label_lower)  # noqa: SLF001


def export_tasks(
    *, out: TextIO, tasks: QuerySet[Task], narrowed_by: str, by: Actor
) -> int:
    """Write these tasks as CSV, which reads back unchanged, and record it."""
    ties = TaskDependency.objects.select_related("needs__goal")
    found = (
        Task.objects.filter(pk__in=tasks.order_by().values("pk"))
        .with_assignments()
        .select_related("goal", "milestone")
        .prefetch_related("checklist", "links", Prefetch("needed", ties))
        .order_by("pk")
    )
    titles = _titles_here()
    header = [*TASKS.names, *TASKS.told]
    count = write_table(out, header, (_cells(task, titles) for task in found))
    after = {"rows": count, "narrowed by": narrowed_by}
    record_change(action="export tasks", target=by.coalition, by=by, after=after)
    return count


def _titles_here() -> Titles:
    titles = Titles()
    rows = Task.objects.values_list("pk", "title", "goal__title", "done_at")
    for pk, title, goal, done_at in rows:
        titles.add(pk, title, goal or "", is_open=done_at is None)
    return titles


def _cells(task: Task, titles: Titles) -> list[object]:
    people: dict[str, list[str]] = {letter: [] for letter in COLUMNS_OF}
    partners: dict[str, list[str]] = {letter: [] for letter in COLUMNS_OF}
    for part in task.assignments.all():
        if not part.stands:
            continue
        if part.person is None:
            partners[part.letter].append(part.who)
        elif part.person.email:
            people[part.letter].append(part.person.email)
    first = [tie.needs for tie in task.needed.all()]
    names = (titles.name(it.pk, it.title, str(it.goal or "")) for it in first)
    return [
        *(task.title, task.goal, task.milestone, task.start, task.due),
        *("; ".join(addresses) for addresses in people.values()),
        "".join(partners.pop(Letter.ACCOUNTABLE)),
        *map(write_names, partners.values()),
        *(task.description, task.resources, write_rhythm(task)),
        *(write_steps(task.checklist.all()), write_links(task.links.all())),
        *(write_names(names), task.pk),
        timezone.localdate(task.done_at) if task.done_at else None,
    ]
