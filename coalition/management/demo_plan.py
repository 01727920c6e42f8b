"""How tasks of the demo hang together: what comes first, their steps and papers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from goals.models import Milestone
from members.services.audit import Actor
from tasks.models import ChecklistItem, Task, TaskLink
from tasks.services.dependencies import add_dependency


@dataclass(frozen=True)
class DemoMore:
    """What the plan says of a task beyond who carries it by when."""

    start: int | None = None
    milestone: str = ""
    resources: str = ""
    first: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    ticked: int = 0
    papers: tuple[tuple[str, str], ...] = ()
    every_weeks: int | None = None


COLUMNS: Final = ("start", "resources", "milestone", "repeat_every", "repeat_unit")
PERMIT: Final = "Get the Saltmarsh market permit"
MORE: Final = {
    PERMIT: DemoMore(
        start=-60,
        milestone="Saltmarsh market opens",
        resources="The fee of 85 dollars; the Co-op has it.",
        steps=(
            "Draw the plan of the stalls",
            "Get the neighbours’ signatures",
            "Call the permit office",
            "Pay the fee",
        ),
        ticked=2,
        papers=(
            ("Plan of the stalls", "https://papers.healthyharbor.example/stalls.pdf"),
            ("How the city gives permits", "https://city.harbor.example/permits"),
        ),
    ),
    "Find two Vietnamese interpreters for Saturdays": DemoMore(
        start=-6, milestone="Saltmarsh market opens", first=(PERMIT,)
    ),
    "Lend the air monitor to Saltmarsh Primary": DemoMore(
        every_weeks=4, steps=("Charge it", "Bring it", "Write the numbers down")
    ),
    "Map the bus stops near each food stall": DemoMore(
        start=12, first=("Find two Vietnamese interpreters for Saturdays",)
    ),
    "Home visits for 40 families with asthma": DemoMore(
        start=-90, milestone="Home visits for 40 families", resources="Two cars"
    ),
    "Translate the asthma action plan": DemoMore(
        start=-20,
        milestone="Action plan in four languages",
        steps=("Spanish", "Vietnamese", "Tagalog", "Somali"),
        ticked=3,
    ),
    "Check the Somali translation with two families": DemoMore(
        start=1,
        milestone="Action plan in four languages",
        first=("Translate the asthma action plan",),
    ),
    "Bring twenty workers to the hearing": DemoMore(
        start=5,
        milestone="Committee hearing",
        first=("Write the sick-time testimony",),
        steps=("Ask the stewards", "Find childcare for the evening", "Hire a bus"),
        ticked=1,
    ),
}


def load_more(by: Actor, day: Callable[[int], date]) -> None:
    """Add it to the tasks that are there already."""
    tasks = {task.title: task for task in Task.objects.all()}
    for title, more in MORE.items():
        task = tasks[title]
        task.start = None if more.start is None else day(more.start)
        task.resources = more.resources
        task.repeat_every = more.every_weeks
        task.repeat_unit = "weeks" if more.every_weeks else ""
        goal = Milestone.objects.filter(goal=task.goal_id)
        task.milestone = goal.filter(title=more.milestone).first()
        task.save(update_fields=[*COLUMNS])
        _load_parts(task, more, by)
        for first in more.first:
            add_dependency(task=task, needs=tasks[first], by=by)


def _load_parts(task: Task, more: DemoMore, by: Actor) -> None:
    for position, text in enumerate(more.steps, start=1):
        ticked = position <= more.ticked
        ChecklistItem.objects.create(
            coalition=by.coalition,
            task=task,
            text=text,
            position=position,
            done_at=task.created_at if ticked else None,
        )
    for title, url in more.papers:
        TaskLink.objects.create(coalition=by.coalition, task=task, title=title, url=url)
