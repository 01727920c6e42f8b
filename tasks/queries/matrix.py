"""Who does what: a line for each goal with what it lacks, and one goal by partner."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from goals.models import Goal
from members.models import Partner
from tasks.models import MISSED, Letter, Task
from tasks.queries.plan import NOWHERE, Part, Plan, letters_of

CELLS = 1000  # of one page, so that no plan makes a page that is slow on a phone
FEWEST_ROWS = 10


class TaskGap(TextChoices):
    """What a task lacks."""

    UNACCOUNTED = "unaccounted", _("Nobody accountable")
    UNDONE = "undone", _("Nobody responsible")
    DECLINED = "declined", _("Declined, nobody in their place")
    UNNAMED = "unnamed", _("Nobody named yet")


ICONS = {
    TaskGap.UNACCOUNTED: "user-round",
    TaskGap.UNDONE: "construction",
    TaskGap.DECLINED: "hand",
    TaskGap.UNNAMED: "building-2",
}


@dataclass(frozen=True, slots=True)
class GapCount:
    gap: TaskGap
    count: int

    @property
    def icon(self) -> str:
        return ICONS[self.gap]


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal, folded; `alone` is the partner that everything rests on."""

    goal: Goal | None
    tasks: int
    late: int
    partners: int
    gaps: list[GapCount]
    alone: Partner | None

    @property
    def key(self) -> str:
        return str(self.goal.pk) if self.goal else "none"

    @property
    def is_whole(self) -> bool:
        return not self.gaps and self.alone is None and not self.late


def task_gaps(plan: Plan, task: Task) -> list[TaskGap]:
    """Return what it lacks; a partner that was asked counts, and is a gap of its own."""
    every = plan.parts.get(task.pk, ())
    letters = letters_of([part for part in every if part.stands])
    refused = letters_of([part for part in every if part.refused])
    gaps = []
    if Letter.ACCOUNTABLE not in letters:
        gaps.append(TaskGap.UNACCOUNTED)
    if Letter.RESPONSIBLE not in letters:
        gaps.append(TaskGap.UNDONE)
    if (refused - letters) & set(MISSED):
        gaps.append(TaskGap.DECLINED)
    if any(part.is_unnamed for part in every):
        gaps.append(TaskGap.UNNAMED)
    return gaps


def goal_lines(plan: Plan) -> list[GoalLine]:
    return [_goal_line(plan, goal, tasks) for goal, tasks in plan.by_goal()]


def _goal_line(plan: Plan, goal: Goal | None, tasks: Sequence[Task]) -> GoalLine:
    counts = Counter(gap for task in tasks for gap in task_gaps(plan, task))
    involved = {part.partner_id for task in tasks for part in plan.standing(task)}
    return GoalLine(
        goal=goal,
        tasks=len(tasks),
        late=sum(1 for task in tasks if task.due and task.due < plan.today),
        partners=len(involved - {NOWHERE}),
        gaps=[GapCount(gap, counts[gap]) for gap in TaskGap if counts[gap]],
        alone=_alone(plan, tasks),
    )


def _alone(plan: Plan, tasks: Sequence[Task]) -> Partner | None:
    """Return the one partner that carries all of several tasks."""
    carried = [[p for p in plan.standing(task) if p.carries] for task in tasks]
    several = sum(1 for parts in carried if parts) > 1
    places = {part.partner_id for parts in carried for part in parts}
    if not several or len(places) != 1:
        return None
    return plan.partners.get(places.pop())


@dataclass(frozen=True, slots=True)
class Column:
    """A partner, what it carries in the whole plan, and who there has too much."""

    key: int
    partner: Partner | None
    carrying: int
    is_overloaded: bool


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Row:
    task: Task
    is_late: bool
    gaps: list[TaskGap]
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One goal, unfolded: a page of its tasks by the partners involved."""

    line: GoalLine
    columns: list[Column]
    rows: list[Row]
    page: Page[Task]
    others: list[Partner]


def sheet(
    plan: Plan, key: str, *, number: str | None = None, added: Collection[int] = ()
) -> Sheet | None:
    """Return the goal of that key with a column for each partner involved or added."""
    for goal, tasks in plan.by_goal():
        line = _goal_line(plan, goal, tasks)
        if line.key == key:
            return _unfolded(plan, line, tasks, number, added)
    return None


def _unfolded(
    plan: Plan,
    line: GoalLine,
    tasks: Sequence[Task],
    number: str | None,
    added: Collection[int],
) -> Sheet:
    columns = _columns(plan, tasks, added)
    rows = max(FEWEST_ROWS, CELLS // max(len(columns), 1))
    page = Paginator(tasks, rows).get_page(number)
    shown = {column.key for column in columns}
    return Sheet(
        line=line,
        columns=columns,
        rows=[_row(plan, task, columns) for task in page],
        page=page,
        others=[p for pk, p in plan.partners.items() if _is_offered(p, pk, shown)],
    )


def _is_offered(partner: Partner, pk: int, shown: Collection[int]) -> bool:
    return pk not in shown and partner.archived_at is None


def _columns(plan: Plan, tasks: Sequence[Task], added: Collection[int]) -> list[Column]:
    involved = {part.partner_id for task in tasks for part in plan.standing(task)}
    carrying = Counter(
        partner for partner, task in {(p.partner_id, p.task_id) for p in plan.carrying}
    )
    heavy = {overload.partner_id for overload in plan.overloads}
    keys = [pk for pk in plan.partners if pk in involved or pk in added]
    keys += [NOWHERE] if NOWHERE in involved else []
    return [
        Column(key, plan.partners.get(key), carrying[key], key in heavy) for key in keys
    ]


def _row(plan: Plan, task: Task, columns: Sequence[Column]) -> Row:
    standing = plan.standing(task)
    return Row(
        task=task,
        is_late=bool(task.due and task.due < plan.today),
        gaps=task_gaps(plan, task),
        cells=[
            Cell(column, [p for p in standing if p.partner_id == column.key])
            for column in columns
        ],
    )
