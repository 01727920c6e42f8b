"""Plans to start from: what has to be done before an event, counted back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goals.models import Goal
from members.models import AuditEntry
from members.services.audit import Actor, record_change
from tasks.errors import NothingChosen
from tasks.models import ChecklistItem, Task, TaskDependency
from tasks.services.bulk import BULK, MADE
from tasks.services.tasks import create_task

Words = str | Promise


@dataclass(frozen=True)
class Step:
    """A task: due so many days before the event (below 0: after), begun earlier."""

    title: Words
    before: int
    takes: int = 7
    needs: tuple[int, ...] = ()
    checklist: tuple[Words, ...] = ()

    def begins(self, due: date, today: date) -> date:
        return max(due - timedelta(days=self.takes), min(today, due))


@dataclass(frozen=True)
class Blueprint:
    key: str
    name: Words
    about: Words
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """A step with its days, under the name that its task will have."""

    step: Step
    title: str
    start: date
    due: date


FAIR: Final = Blueprint(
    "fair",
    _("Health fair"),
    _("Stalls, check-ups and talks in the neighbourhood, open to all."),
    (
        Step(_("Book the place and ask for the permit"), 70, 21),
        Step(_("Ask partners for stalls and helpers"), 49, 14, (0,)),
        Step(_("Find nurses and interpreters"), 35, 21),
        Step(
            _("Print and hand out flyers in every language"),
            21,
            14,
            (0,),
            (_("Write the text"), _("Have it translated"), _("Print it")),
        ),
        Step(_("Plan the stalls and the day"), 14, 7, (1, 2)),
        Step(
            _("Bring tables, water and signs"),
            1,
            2,
            (4,),
            (_("Tables and chairs"), _("Water"), _("Signs"), _("First-aid kit")),
        ),
        Step(_("Thank everybody and write down what we learned"), -5, 4),
    ),
)
HEARING: Final = Blueprint(
    "hearing",
    _("Public hearing"),
    _("Many voices before the council or a committee, well prepared."),
    (
        Step(_("Find out the rules and sign up to speak"), 28, 7),
        Step(_("Agree on our three demands"), 24, 10),
        Step(_("Find people who tell their own story"), 18, 14),
        Step(_("Write the testimony"), 12, 10, (1,)),
        Step(_("Practise together"), 4, 3, (2, 3)),
        Step(
            _("Bring people to the hearing"),
            1,
            14,
            (0,),
            (_("Rides"), _("Childcare"), _("Interpreters"), _("Food")),
        ),
        Step(_("Thank those who spoke, and tell what came of it"), -3, 3),
    ),
)
LETTER: Final = Blueprint(
    "letter",
    _("Sign-on letter"),
    _("One letter, signed by many organisations, handed over on a day."),
    (
        Step(_("Draft the letter"), 28, 7),
        Step(_("Hear what partners would change"), 21, 7, (0,)),
        Step(_("Settle the text"), 18, 3, (1,)),
        Step(_("Collect signatures of organisations"), 3, 14, (2,)),
        Step(_("Tell the press beforehand"), 2, 3, (2,)),
        Step(_("Hand the letter over, with a picture"), 0, 1, (3,)),
        Step(_("Ask for an answer"), -10, 3, (5,)),
    ),
)
LOBBY: Final = Blueprint(
    "lobby",
    _("Lobby day"),
    _("Small groups meet decision-makers on one day."),
    (
        Step(_("Ask decision-makers for appointments"), 42, 21),
        Step(_("Write one page with our demands"), 28, 10),
        Step(_("Find people for each group"), 21, 14),
        Step(_("Train the groups"), 7, 7, (1, 2), (_("Roles"), _("A rehearsal"))),
        Step(_("Hand out the schedule and the folders"), 2, 3, (0, 3)),
        Step(_("Gather what was promised"), -1, 1),
        Step(_("Thank those who listened, in writing"), -4, 3, (5,)),
    ),
)
BLUEPRINTS: Final = {plan.key: plan for plan in (FAIR, HEARING, LETTER, LOBBY)}


def dated(blueprint: Blueprint, day: date, today: date) -> list[Dated]:
    """Return the steps with their days, counted back from the day of the event.

    What would be past is due today.
    """
    found = []
    for step in blueprint.steps:
        due = max(day - timedelta(days=step.before), today)
        found.append(Dated(step, str(step.title), step.begins(due, today), due))
    return found


def overdue_steps(blueprint: Blueprint, day: date, today: date) -> int:
    """Count the steps that would have been due before today."""
    return sum(day - timedelta(days=step.before) < today for step in blueprint.steps)


def start_from(
    *,
    blueprint: Blueprint,
    day: date,
    by: Actor,
    goal: Goal | None = None,
    steps: Sequence[Dated] | None = None,
) -> AuditEntry:
    """Put it into the plan; `undo_bulk` takes the returned entry.

    `steps` are those that were chosen, as they were changed; without them it is all.
    """
    if steps is None:
        steps = dated(blueprint, day, timezone.localdate())
    if not steps:
        raise NothingChosen
    with transaction.atomic():
        made = {plan.step: _make(plan, goal, by) for plan in steps}
        # Steps name earlier ones alone, and the tasks are new: no circle can come of it.
        TaskDependency.objects.bulk_create(
            TaskDependency(coalition=by.coalition, task=task, needs=made[earlier])
            for step, task in made.items()
            for earlier in _needed(blueprint, step, made)
        )
        return record_change(
            action=BULK,
            target=by.coalition,
            by=by,
            after={MADE: [task.pk for task in made.values()], "act": blueprint.key},
        )


def _needed(
    blueprint: Blueprint, step: Step, made: Mapping[Step, Task]
) -> dict[Step, None]:
    """Return what it waits for; in place of a step left out, what that one needed."""
    found: dict[Step, None] = {}
    for earlier in (blueprint.steps[n] for n in step.needs):
        found |= (
            {earlier: None} if earlier in made else _needed(blueprint, earlier, made)
        )
    return found


def _make(plan: Dated, goal: Goal | None, by: Actor) -> Task:
    task = create_task(
        by=by, title=plan.title, goal=goal, start=plan.start, due=plan.due
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            coalition=by.coalition, task=task, text=str(text), position=position
        )
        for position, text in enumerate(plan.step.checklist, start=1)
    )
    return task
