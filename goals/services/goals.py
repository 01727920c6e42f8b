"""Setting, changing, closing and reopening goals."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from goals.errors import GoalIsClosed, GoalIsOpen
from goals.models import Goal, GoalState
from members.models import Person
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, refuse_foreign


class GoalFields(TypedDict, total=False):
    title: str
    why: str
    measure: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None
    due: date | None
    owner: Person | None


def create_goal(*, by: Actor, **fields: Unpack[GoalFields]) -> Goal:
    refuse_foreign(by, fields.get("owner"))
    goal = Goal(coalition=by.coalition, **fields)
    goal.validate_constraints()
    with transaction.atomic():
        goal.save()
        record_change(action="create", target=goal, by=by, after=snapshot(goal, fields))
    return goal


def edit_goal(
    *, goal: Goal, version: int, by: Actor, **fields: Unpack[GoalFields]
) -> Goal:
    """Raise EditedMeanwhile when somebody saved since `version`."""
    refuse_foreign(by, goal, fields.get("owner"))
    return save_edit(record=goal, version=version, fields=fields, by=by)


def hand_over_goal(*, goal: Goal, to: Person | None, by: Actor) -> Goal:
    """Give it another owner, or none until one is found."""
    refuse_foreign(by, goal, to)
    return save_edit(
        record=goal,
        version=goal.version,
        fields={"owner": to},
        by=by,
        action="hand over",
    )


def close_goal(*, goal: Goal, state: GoalState, by: Actor, reason: str = "") -> Goal:
    """Close it as achieved, or as given up."""
    with transaction.atomic():
        stored = _held(goal, by)
        if stored.state != GoalState.OPEN:
            raise GoalIsClosed
        return _move(stored, state, action="close", by=by, reason=reason)


def reopen_goal(*, goal: Goal, by: Actor) -> Goal:
    with transaction.atomic():
        stored = _held(goal, by)
        if stored.state == GoalState.OPEN:
            raise GoalIsOpen
        return _move(stored, GoalState.OPEN, action="reopen", by=by)


def _held(goal: Goal, by: Actor) -> Goal:
    refuse_foreign(by, goal)
    return locked(goal)


def _move(
    goal: Goal, state: GoalState, *, action: str, by: Actor, reason: str = ""
) -> Goal:
    before = snapshot(goal, ["state"])
    goal.state = GoalState(state)
    goal.closed_at = None if state == GoalState.OPEN else timezone.now()
    goal.save(update_fields=["state", "closed_at", "updated_at"])
    record_change(
        action=action,
        target=goal,
        by=by,
        before=before,
        after=snapshot(goal, ["state"]),
        reason=reason,
    )
    return goal
