"""What rows of a list of tasks add to each: steps, links, and what comes first."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.tabular import Row
from coalition.common.text import fold_search
from members.services.audit import Actor
from tasks.errors import GoesInACircle, WaitsForItself
from tasks.models import ChecklistItem, Task, TaskDependency, TaskLink
from tasks.queries.dependencies import needed_by_task
from tasks.services.importing import Here
from tasks.services.task_cells import write_links, write_names, write_steps

Part = ChecklistItem | TaskLink | TaskDependency
# The column that tells of each, and what of it stands in the history.
PARTS: Final[Mapping[type[Any], tuple[str, tuple[str, ...]]]] = {
    ChecklistItem: ("checklist", ("text", "done_at")),
    TaskLink: ("links", ("title", "url")),
    TaskDependency: ("depends_on", ("task_id", "needs_id")),
}
# More are told when these have been put right.
MOST_CIRCLES: Final = 50


@dataclass(frozen=True, slots=True)
class Planned:
    """A row, and the task that it is about: a new one has no number yet."""

    row: Row
    task: Task

    @property
    def key(self) -> int:
        return self.task.pk or -self.row.line


def shown(part: Part) -> str:
    """Return a part as a cell says it."""
    if isinstance(part, ChecklistItem):
        return write_steps([part])
    if isinstance(part, TaskLink):
        return write_links([part])
    return write_names([part.needs.title])


def added_parts(
    planned: Sequence[Planned], every: Iterable[Row], here: Here, by: Actor
) -> Iterator[tuple[int, Part]]:
    """Yield with its line each part that is not there yet."""
    steps = _by_task(ChecklistItem, planned)
    links = _by_task(TaskLink, planned)
    for each in planned:
        for step in _new_steps(each, steps.get(each.key, ()), here, by):
            yield each.row.line, step
        for link in _new_links(each, links.get(each.key, ()), by):
            yield each.row.line, link
    if any("depends_on" in each.row.values for each in planned):
        yield from Order(planned, every, here).added(by)


def _by_task(model: type[Any], planned: Iterable[Planned]) -> Mapping[int, list[Any]]:
    """Load what tasks have of it, if a row speaks of that."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    if any(PARTS[model][0] in each.row.values for each in planned):
        for part in model.objects.all():
            found[part.task_id].append(part)
    return found


def _new_steps(
    each: Planned, having: Sequence[ChecklistItem], here: Here, by: Actor
) -> Iterator[ChecklistItem]:
    left: defaultdict[str, list[ChecklistItem]] = defaultdict(list)
    for item in having:
        left[fold_search(item.text)].append(item)
    last = max((item.position for item in having), default=0)
    for done, text in each.row.values.get("checklist", ()):
        if same := left[fold_search(text)]:
            if done is not None and bool(same.pop(0).done_at) != done:
                _leave_ticked(each.row, text, here)
            continue
        last += 1
        yield ChecklistItem(
            coalition=by.coalition,
            task=each.task,
            text=text,
            position=last,
            done_at=timezone.now() if done else None,
            done_by=by.person if done else None,
        )


def _leave_ticked(row: Row, text: str, here: Here) -> None:
    message = _("“%(step)s” is here already, and its tick stays as it is.")
    here.warn(row, "checklist", message % {"step": text})


def _new_links(
    each: Planned, having: Sequence[TaskLink], by: Actor
) -> Iterator[TaskLink]:
    left = [unicodedata.normalize("NFC", link.url) for link in having]
    for title, url in each.row.values.get("links", ()):
        if url in left:
            left.remove(url)
        else:
            yield TaskLink(coalition=by.coalition, task=each.task, title=title, url=url)


class Titles:
    """Which task a name means: a title, with its goal or its number if need be."""

    def __init__(self) -> None:
        self._found: dict[str, dict[int, bool]] = {}

    def add(self, key: int, title: str, goal: str, *, is_open: bool) -> None:
        for name in _names(key, title, goal):
            self._found.setdefault(fold_search(name), {})[key] = is_open

    def find(self, name: str) -> list[int]:
        """Return whom it may mean; of several the one that is open is meant."""
        found = self._found.get(fold_search(name), {})
        still_open = [key for key, is_open in found.items() if is_open]
        return still_open if len(still_open) == 1 else list(found)

    def name(self, key: int, title: str, goal: str) -> str:
        """Return the shortest name that means this one alone."""
        names = _names(key, title, goal)
        return next((name for name in names if self.find(name) == [key]), names[-1])


def _names(key: int, title: str, goal: str) -> list[str]:
    found = [title, f"{title} · {goal}"] if goal else [title]
    return [*found, f"{title} (#{key})", f"#{key}"] if key > 0 else found


class Order:
    """What comes first, by name, in the list or here; never in a circle."""

    def __init__(
        self, planned: Sequence[Planned], every: Iterable[Row], here: Here
    ) -> None:
        self._here = here
        self._planned = planned
        self._tasks = here.by_number | {each.key: each.task for each in planned}
        self._titles = Titles()
        for key, task in self._tasks.items():
            goal = str(task.goal or "")
            self._titles.add(key, task.title, goal, is_open=not task.done_at)
        # What a row that is wrong itself would have been called.
        self._awry = Titles()
        told = {each.row.line for each in planned}
        for row in every:
            if row.line not in told and (title := row.values.get("title")):
                goal = row.values.get("goal", "")
                self._awry.add(-row.line, title, goal, is_open=True)
        self._edges = {key: list(needs) for key, needs in needed_by_task().items()}
        self._new: dict[tuple[int, int], Row] = {}

    def added(self, by: Actor) -> Iterator[tuple[int, TaskDependency]]:
        for each in self._planned:
            for name in each.row.values.get("depends_on", ()):
                self._note(each, name)
        self._refuse_circles()
        for (key, needed), row in self._new.items():
            task, needs = self._tasks[key], self._tasks[needed]
            tie = TaskDependency(coalition=by.coalition, task=task, needs=needs)
            yield row.line, tie

    def _note(self, each: Planned, name: str) -> None:
        found = self._titles.find(name)
        if len(found) != 1:
            if found or not self._awry.find(name):
                self._refuse_name(each.row, name, several=bool(found))
        elif found == [each.key]:
            self._refuse(each.row, str(WaitsForItself()))
        elif found[0] not in self._edges.setdefault(each.key, []):
            self._edges[each.key] += found
            self._new[each.key, found[0]] = each.row

    def _refuse_name(self, row: Row, name: str, *, several: bool) -> None:
        message = (
            _(
                "Several tasks are called “%(name)s”. Write “%(name)s · ” and the goal,"
                " or the number, as in #12."
            )
            if several
            else _("No task here or in this list is called “%(name)s”.")
        )
        self._refuse(row, message % {"name": name})

    def _refuse(self, row: Row, message: str) -> None:
        self._here.refuse(row, "depends_on", message)

    def _refuse_circles(self) -> None:
        """Name each circle beside the last of the rows that close it."""
        for _circle in range(MOST_CIRCLES):
            try:
                TopologicalSorter(self._edges).prepare()
            except CycleError as error:
                # Each of these is needed by the one that follows it.
                self._open_circle(list(reversed(error.args[1])))
            else:
                return

    def _open_circle(self, way: list[int]) -> None:
        new = [pair for pair in pairwise(way) if pair in self._new]
        last = max(new, key=lambda pair: self._new[pair].line)
        start = way.index(last[0])
        around = [*way[start:-1], *way[:start], last[0]]
        titles = [self._tasks[key].title for key in around]
        self._edges[last[0]].remove(last[1])
        self._refuse(self._new.pop(last), str(GoesInACircle(titles)))
