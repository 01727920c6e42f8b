"""What is done about a hurdle: answered, raised, put to a task, solved."""

from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from goals.models import Goal
from members.errors import EditedMeanwhile
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import HurdleIsSolved, NotYourHurdle, SaidInConfidence
from tasks.models import Hurdle, HurdleState, Task
from tasks.services import troubles
from tasks.services.tasks import create_task

# The trail says what was done, never the words: those stay in the row alone.
TRAIL: Final = ("state", "task", "goal", "raised_at")
STORED: Final = (
    *TRAIL,
    *("answer", "answered_at", "answered_by", "news_at", "version", "updated_at"),
)


def answer_hurdle(*, hurdle: Hurdle, version: int, answer: str, by: Actor) -> Hurdle:
    """Say what can be done; whoever raised it is told.

    The steering group answers what was raised with it.
    """
    with transaction.atomic():
        stored = _open(hurdle, by)
        if not (_coordinates(by) or (stored.raised_at and _steers(by))):
            raise NotYourHurdle
        if stored.version != version:
            raise EditedMeanwhile
        stored.answer, stored.answered_by = answer, by.person
        stored.answered_at, stored.state = timezone.now(), HurdleState.ANSWERED
        return _save(stored, "answer", by)


def raise_hurdle(*, hurdle: Hurdle, by: Actor) -> Hurdle:
    """Put it before the steering group, which reads it from then on.

    What was said to coordinators alone, only whoever said it can open to others.
    """
    with transaction.atomic():
        stored = _open(hurdle, by)
        if by.person != stored.person:
            _refuse_others(by)
            if stored.in_confidence:
                raise SaidInConfidence(stored.person)
        stored.raised_at, stored.state = timezone.now(), HurdleState.RAISED
        return _save(stored, "raise", by)


def lower_hurdle(*, hurdle: Hurdle, by: Actor) -> Hurdle:
    """Take it back from the steering group."""
    with transaction.atomic():
        stored = _open(hurdle, by)
        if by.person != stored.person:
            _refuse_others(by)
        stored.raised_at = None
        stored.state = stored.unsolved_state
        return _save(stored, "lower", by, tells=False)


def place_hurdle(
    *, hurdle: Hurdle, task: Task | None, goal: Goal | None, by: Actor
) -> Hurdle:
    """Say which task gets it out of the way, or which goal it holds up."""
    refuse_foreign(by, task, goal)
    with transaction.atomic():
        stored = _open(hurdle, by)
        _refuse_others(by)
        tells = task is not None and task.pk != stored.task_id
        stored.task, stored.goal = task, goal
        return _save(stored, "place", by, tells=tells)


def make_task_of_hurdle(*, hurdle: Hurdle, by: Actor, **fields: Any) -> Task:
    """Add a task that gets it out of the way."""
    with transaction.atomic():
        task = create_task(by=by, **fields)
        place_hurdle(hurdle=hurdle, task=task, goal=hurdle.goal, by=by)
    return task


def solve_hurdle(*, hurdle: Hurdle, by: Actor) -> None:
    """Say that it is out of the way: whoever had it can, and a coordinator."""
    with transaction.atomic():
        _refuse_bystander(hurdle, by)
        troubles.solve(hurdle=hurdle, of=hurdle.person, by=by)
        _tell(locked(hurdle), by)


def reopen_hurdle(*, hurdle: Hurdle, by: Actor) -> None:
    """Take "solved" back."""
    with transaction.atomic():
        _refuse_bystander(hurdle, by)
        troubles.reopen_hurdle(hurdle=hurdle, of=hurdle.person, by=by)
        _tell(locked(hurdle), by)


def _coordinates(by: Actor) -> bool:
    return may(by, Permission.CHECKINS_EDIT)


def _steers(by: Actor) -> bool:
    return may(by, Permission.CHECKINS_VIEW)


def _refuse_others(by: Actor) -> None:
    if not _coordinates(by):
        raise NotYourHurdle


def _refuse_bystander(hurdle: Hurdle, by: Actor) -> None:
    refuse_foreign(by, hurdle)
    if by.person != hurdle.person:
        _refuse_others(by)


def _open(hurdle: Hurdle, by: Actor) -> Hurdle:
    refuse_foreign(by, hurdle)
    stored = locked(hurdle)
    if stored.state == HurdleState.SOLVED:
        raise HurdleIsSolved
    return stored


def _save(hurdle: Hurdle, action: str, by: Actor, *, tells: bool = True) -> Hurdle:
    before = Hurdle.objects.values(*TRAIL).get(pk=hurdle.pk)
    hurdle.version += 1
    if tells and by.person != hurdle.person:
        hurdle.news_at = timezone.now()
    hurdle.save(update_fields=STORED)
    after = snapshot(hurdle, TRAIL)
    record_change(action=action, target=hurdle, by=by, before=before, after=after)
    return hurdle


def _tell(hurdle: Hurdle, by: Actor) -> None:
    """Let its raiser hear what somebody else did."""
    if by.person != hurdle.person:
        hurdle.news_at = timezone.now()
        hurdle.save(update_fields=["news_at"])
