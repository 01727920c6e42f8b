"""What a task waits for and what waits for it, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from tasks.models import Task, TaskDependency

Edges = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Delay:
    """The open tasks that wait for one: these at once, and `count` all the way."""

    next: list[Task]
    count: int


@dataclass(frozen=True, slots=True)
class Tie:
    """A task this one is tied to, and the row that says so."""

    pk: int
    task: Task


@dataclass(frozen=True, slots=True)
class Ties:
    needs: list[Tie]
    waiting: list[Tie]
    delay: Delay | None

    def __bool__(self) -> bool:
        return bool(self.needs or self.waiting)

    @property
    def blocked(self) -> bool:
        return any(not tie.task.done_at for tie in self.needs)


def ties(task: Task) -> Ties:
    about = TaskDependency.objects.filter(Q(task=task) | Q(needs=task))
    rows = list(about.select_related("task", "needs"))
    needs = [Tie(row.pk, row.needs) for row in rows if row.task_id == task.pk]
    waiting = [Tie(row.pk, row.task) for row in rows if row.needs_id == task.pk]
    delay = delays([task.pk]).get(task.pk) if waiting else None
    return Ties(needs, waiting, delay)


def delays(pks: Collection[int]) -> Mapping[int, Delay]:
    """Return what each of these holds up, those that hold up nothing left out."""
    if not pks:
        return {}
    waits = waiting_by_task()
    held = {pk: reached(pk, waits) for pk in pks if pk in waits}
    wanted = {following for pk in held for following in waits[pk]}
    tasks = Task.objects.only("coalition_id", "title", "due").in_bulk(wanted)
    return {
        pk: Delay([tasks[following] for following in waits[pk]], len(all_of_them))
        for pk, all_of_them in held.items()
    }


def waiting_by_task() -> Edges:
    """Return the open tasks that wait for each task that is still open."""
    rows = TaskDependency.objects.filter(task__done_at=None, needs__done_at=None)
    return _gathered(rows.values_list("needs_id", "task_id"))


def needed_by_task() -> Edges:
    return _gathered(TaskDependency.objects.values_list("task_id", "needs_id"))


def _gathered(rows: Iterable[tuple[int, int]]) -> Edges:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in rows:
        found[one].append(other)
    return dict(found)


def reached(start: int, edges: Edges) -> set[int]:
    """Return all that can be reached from here, each once."""
    seen: set[int] = set()
    ahead = list(edges.get(start, ()))
    while ahead:
        pk = ahead.pop()
        if pk not in seen:
            seen.add(pk)
            ahead += edges.get(pk, ())
    return seen


def way(start: int, end: int, edges: Edges) -> list[int]:
    """Return a shortest way from one to the other, both included; [] if none."""
    came_from = {start: start}
    ahead = [start]
    for pk in ahead:
        if pk == end:
            break
        for following in edges.get(pk, ()):
            if following not in came_from:
                came_from[following] = pk
                ahead.append(following)
    if end not in came_from:
        return []
    found = [end]
    while found[-1] != start:
        found.append(came_from[found[-1]])
    return found[::-1]
