"""Read models of the two front doors, each with a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.common.clock import due, period_at
from coalition.web.needs import Need, needs_of
from comms.models import Issue, IssueState, UpdateSchedule
from goals.models import Goal, Milestone
from goals.queries import (
    GoalCard,
    goal_card,
    milestones_due_between,
    milestones_reached_between,
    with_signs,
)
from members.http import CoalitionRequest
from members.models import Affiliation, Coalition, Person
from tasks.models import Assignment, AssignmentStatus, Task
from tasks.queries import tasks_done_between

LATE_SHOWN = 6
MINE_SHOWN = 50
WINS_SHOWN = 6
HORIZON = timedelta(days=28)
LOOKING_BACK = timedelta(days=28)
STEPS = {
    IssueState.COMPOSED: 2,
    IssueState.AWAITING_APPROVAL: 2,
    IssueState.APPROVED: 3,
    IssueState.RELEASED: 3,
    IssueState.PAUSED: 3,
}


@dataclass(frozen=True, slots=True)
class NextUpdate:
    """The update on its way, or only its date; no date before there is a rhythm."""

    issue: Issue | None
    due_at: datetime | None
    paused: bool = False

    @property
    def step(self) -> int:
        """1 until it is drafted, 2 until it is approved, 3 until it is sent."""
        return STEPS.get(IssueState(self.issue.state), 1) if self.issue else 1


@dataclass(frozen=True, slots=True)
class Win:
    """Something that was reached or done, and by whom."""

    at: datetime
    title: str
    who: str
    note: str
    is_milestone: bool
    url: str


@dataclass(frozen=True, slots=True)
class DashboardPage:
    needs: list[Need]
    goals: list[GoalCard]
    next_update: NextUpdate
    late: list[Task]
    late_count: int
    unaccounted_count: int
    milestones: list[Milestone]
    wins: list[Win]

    @property
    def lead(self) -> str:
        """Say how things are, in one sentence."""
        if not self.goals:
            return _("A quiet start: set a first goal, and the rest grows from it.")
        late = ngettext("%(n)d task is late", "%(n)d tasks are late", self.late_count)
        nobody = ngettext(
            "%(n)d has nobody accountable",
            "%(n)d have nobody accountable",
            self.unaccounted_count,
        )
        parts = [late % {"n": self.late_count}] if self.late_count else []
        if self.unaccounted_count:
            parts.append(nobody % {"n": self.unaccounted_count})
        if not parts:
            return _("Nothing is late, and every task has somebody who answers for it.")
        return _(" and ").join(parts) + "."


def dashboard_page(request: CoalitionRequest, now: datetime) -> DashboardPage:
    today = timezone.localdate(now)
    goals = with_signs(Goal.objects.open(), today)
    late = Task.objects.overdue(today)
    return DashboardPage(
        needs=needs_of(request),
        goals=[goal_card(goal, today) for goal in goals],
        next_update=next_update(now),
        late=list(late.with_assignments()[:LATE_SHOWN]),
        late_count=late.count(),
        unaccounted_count=Task.objects.unaccounted().count(),
        milestones=list(milestones_due_between(today, today + HORIZON)[:LATE_SHOWN]),
        wins=recent_wins(request.coalition, now),
    )


def next_update(now: datetime) -> NextUpdate:
    """Return the update that comes next, drafted or not."""
    issue = Issue.objects.updates().unfinished().order_by("due_at").first()
    schedule = UpdateSchedule.objects.first()
    if schedule is None:
        return NextUpdate(issue, issue.due_at if issue else None)
    following = due(schedule, max(0, period_at(schedule, now) + 1))
    paused = schedule.paused_at is not None
    return NextUpdate(issue, issue.due_at if issue else following, paused)


def recent_wins(coalition: Coalition, now: datetime) -> list[Win]:
    """Return what was reached and done in the last four weeks, newest first."""
    since = now - LOOKING_BACK
    reached = milestones_reached_between(since, now)[:WINS_SHOWN]
    done = tasks_done_between(since, now)[:WINS_SHOWN]
    wins = [_milestone_win(m, coalition) for m in reached]
    wins += [_task_win(task, coalition) for task in done]
    return sorted(wins, key=lambda win: win.at, reverse=True)[:WINS_SHOWN]


def _milestone_win(milestone: Milestone, coalition: Coalition) -> Win:
    names = [milestone.reached_by, milestone.partner]
    return Win(
        at=milestone.reached_at or milestone.updated_at,
        title=milestone.title,
        who=", ".join(str(name) for name in names if name),
        note=milestone.reached_note,
        is_milestone=True,
        url=_url("goals:goal_detail", coalition, milestone.goal_id),
    )


def _task_win(task: Task, coalition: Coalition) -> Win:
    return Win(
        at=task.done_at or task.updated_at,
        title=task.title,
        who=str(task.done_by or ""),
        note="",
        is_milestone=False,
        url=_url("tasks:task_detail", coalition, task.pk),
    )


def _url(name: str, coalition: Coalition, pk: int) -> str:
    return reverse(name, kwargs={"slug": coalition.slug, "pk": pk})


@dataclass(frozen=True, slots=True)
class PortalPage:
    person: Person
    affiliations: list[Affiliation]
    asked: list[Assignment]
    mine: list[Assignment]
    wins: list[Win]
    next_update: NextUpdate

    @property
    def lead(self) -> str:
        return " · ".join(str(place.partner) for place in self.affiliations)


def portal_page(request: CoalitionRequest, now: datetime) -> PortalPage:
    today = timezone.localdate(now)
    carried = (
        Assignment.objects.standing()
        .of_open_tasks()
        .filter(person=request.person)
        .select_related("task__goal", "asked_by")
        .order_by("task__due", "task_id", "letter")
    )
    mine = list(carried[:MINE_SHOWN])
    places = Affiliation.objects.current(today).filter(person=request.person)
    return PortalPage(
        person=request.person,
        affiliations=list(places.select_related("partner")),
        asked=[a for a in mine if a.status == AssignmentStatus.PROPOSED],
        mine=[a for a in mine if a.status == AssignmentStatus.ACCEPTED],
        wins=recent_wins(request.coalition, now),
        next_update=next_update(now),
    )
