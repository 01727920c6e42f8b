"""What of a goal waits for somebody, counted: hurdles, asks, what was reported."""

from dataclasses import dataclass

from django.db.models import Q

from goals.models import Goal
from members.models import Membership
from members.permissions import Permission
from tasks.models import Ask, AskState, Hurdle, HurdleState, ReadingReport, TaskReport
from tasks.queries.troubles import Waiting, about_goal, counted


@dataclass(frozen=True, slots=True)
class GoalWaiting:
    """Counted as far as whoever reads it may see the single ones."""

    hurdles: Waiting
    asks: Waiting
    reports: int

    def __bool__(self) -> bool:
        return bool(self.hurdles.count or self.asks.count or self.reports)


def waiting_for_goal(goal: Goal, membership: Membership) -> GoalWaiting:
    hurdles = Hurdle.objects.visible_to(membership).filter(
        about_goal(goal), state=HurdleState.OPEN
    )
    asks = Ask.objects.visible_to(membership).about(goal).filter(state=AskState.OPEN)
    return GoalWaiting(counted(hurdles), counted(asks), _reports(goal, membership))


def _reports(goal: Goal, membership: Membership) -> int:
    """Count what this member could say yes to."""
    if not membership.may(Permission.CHECKINS_ANSWER):
        return 0
    leads = membership.may(Permission.TASKS_EDIT)
    mine = Q() if leads else Q(asked_id=membership.person_id)
    tasks = TaskReport.objects.proposed().asking().filter(mine, task__goal=goal)
    figures = ReadingReport.objects.proposed().asking().filter(mine, goal=goal)
    return tasks.count() + figures.count()
