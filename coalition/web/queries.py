"""Read models of the two front doors, each with a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from coalition.common.markdown import in_words
from coalition.web.check_in_needs import proposal_needs
from coalition.web.first_steps import FirstSteps, first_steps
from coalition.web.mail_needs import quote_needs
from coalition.web.need import AT_ONCE, Need
from coalition.web.needs import NeedGroup, Needs
from comms.models import DRAFTS, Feedback, Issue, IssueKind, IssueState
from comms.queries import Upcoming, announced_lately, upcoming
from comms.queries.feedback import own_feedback
from comms.queries.paper import Errand, paper_errands
from comms.services.consent import gets_updates
from goals.models import Goal, Milestone
from goals.queries import (
    GoalCard,
    goal_card,
    milestones_reached_between,
    with_signs,
)
from members.models import Affiliation, GroupMember, Membership, Partner, Person
from members.queries import partners_spoken_for
from members.queries.agreements import PartnerStanding, partner_standings
from members.queries.groups import places_of
from tasks.models import Assignment, CheckIn, CheckInState, Consultation, Hurdle, Task
from tasks.queries.asks import CouldHelp, could_help
from tasks.queries.board import (
    TaskLine,
    task_line,
    tasks_for,
    tasks_in_trouble,
    unanswered,
)
from tasks.queries.check_ins import how_it_went, open_check_ins
from tasks.queries.comments import heard_lately, name_of, say
from tasks.queries.consultations import asked_of, to_ask_by
from tasks.queries.troubles import HurdleLine

GOALS_SHOWN = 8
TASKS_SHOWN = 8
MINE_SHOWN = 12
MILESTONES_READ, MILESTONES_SHOWN = 30, 4
COMING = timedelta(days=60)
LATELY = timedelta(days=28)
WINS = 6
HEARD, HEARD_CHARS = 4, 160
HURDLES, ASKS = 4, 3
ANNOUNCED = 3
HURDLES = 4
SAID = 5


@dataclass(frozen=True, slots=True)
class NextUpdate:
    """The next update: as a draft or on its way, or only as a date.

    `at` is when the next one leaves that has not been released.
    """

    issue: Issue | None
    at: datetime | None
    has_schedule: bool

    @property
    def step(self) -> int:
        """Return where it stands: 1 planned, 2 to approve, 3 on its way."""
        if self.issue is None or self.issue.state == IssueState.PLANNED:
            return 1
        return 2 if self.issue.state in DRAFTS else 3


@dataclass(frozen=True, slots=True)
class Win:
    """A milestone reached or a task done, and by whom."""

    icon: str
    title: str
    who: str
    note: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said of late where this person is part of it, or named."""

    who: str
    named: bool
    place: str
    words: str
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """`trouble` leaves out what `needs` tells; the plan is `whole` without any."""

    first: FirstSteps | None
    needs: list[NeedGroup]
    cards: list[GoalCard]
    milestones: list[Milestone]
    trouble: list[TaskLine]
    whole: bool
    mine: list[Assignment]
    wins: list[Win]
    update: NextUpdate
    heard: list[Heard]

    @property
    def waiting(self) -> int:
        return sum(len(group.needs) for group in self.needs)


@dataclass(frozen=True, slots=True)
class PortalPage:
    partners: list[str]
    speaks_for: list[Partner]
    groups: list[GroupMember]
    to_accept: list[PartnerStanding]
    check_ins: list[CheckIn]
    questions: list[Consultation]
    to_ask: list[tuple[Task, list[str]]]
    proposed: list[Need]
    mine: list[Assignment]
    wins: list[Win]
    cards: list[GoalCard]
    update: NextUpdate
    heard: list[Heard]
    hurdles: list[HurdleLine]
    could_help: list[CouldHelp]
    gets_updates: bool
    announced: list[Issue]
    said: list[Feedback]
    errands: list[Errand]

    @property
    def check_in(self) -> CheckIn | None:
        """Return the one to be answered next."""
        return next((c for c in self.check_ins if c.state == CheckInState.ASKED), None)

    @property
    def how_it_went(self) -> str:
        return how_it_went(self.check_in.cycle.schedule) if self.check_in else ""


def dashboard_page(membership: Membership, now: datetime) -> DashboardPage:
    today = timezone.localdate(now)
    me = membership.person
    coming = upcoming(now)
    mine = list(tasks_for(me)[:MINE_SHOWN])
    steps = _milestones(today)
    trouble = [
        task_line(task, me=me, today=today)
        for task in tasks_in_trouble(today)[: TASKS_SHOWN + 2 * AT_ONCE]
    ]
    cards = _cards(today)
    finder = Needs(membership, now, coming, mine, trouble, unanswered(), steps)
    groups = finder.groups()
    named = {need.task for group in groups for need in group.needs}
    return DashboardPage(
        first=first_steps(membership, coming),
        needs=groups,
        cards=cards,
        milestones=[m for m in steps if m.due and m.due >= today][:MILESTONES_SHOWN],
        trouble=[line for line in trouble if line.task not in named][:TASKS_SHOWN],
        whole=not trouble,
        mine=mine,
        wins=_reached_lately(membership.coalition.slug, now),
        update=_next_update(coming),
        heard=_heard(membership, now),
    )


def portal_page(membership: Membership, now: datetime) -> PortalPage:
    today = timezone.localdate(now)
    speaks_for = partners_spoken_for(membership.person, today)
    return PortalPage(
        partners=_partners(membership.person, today),
        speaks_for=speaks_for,
        groups=list(places_of(membership.person)),
        check_ins=list(open_check_ins(membership.person, now)),
        questions=list(asked_of(membership.person)),
        to_ask=to_ask_by(membership.person, today),
        proposed=[*proposal_needs(membership), *quote_needs(membership)],
        to_accept=[s for s in partner_standings(speaks_for, today) if s.is_asked],
        mine=list(tasks_for(membership.person)[:MINE_SHOWN]),
        wins=_wins(membership.coalition.slug, now),
        cards=_cards(today),
        update=_next_update(upcoming(now)),
        heard=_heard(membership, now),
        hurdles=_hurdles(membership, now),
        could_help=could_help(membership.person, speaks_for, today)[:ASKS],
        gets_updates=gets_updates(membership.person),
        announced=list(announced_lately(membership, now - LATELY)[:ANNOUNCED]),
        said=list(own_feedback(membership.person)[:SAID]),
        errands=paper_errands(membership.person),
    )


def _cards(today: date) -> list[GoalCard]:
    goals = with_signs(Goal.objects.open(), today)[:GOALS_SHOWN]
    return [goal_card(goal, today) for goal in goals]


def _milestones(today: date) -> list[Milestone]:
    """Return the open milestones that are late or come up soon, by due date."""
    due = Milestone.objects.open().filter(due__lte=today + COMING)
    loaded = due.select_related("goal", "partner")
    names = ("title", "due", "goal__title", "partner__name")
    return list(loaded.only(*names).order_by("due", "id")[:MILESTONES_READ])


def _heard(membership: Membership, now: datetime) -> list[Heard]:
    slug = membership.coalition.slug
    return [
        Heard(
            who=name_of(hearing.comment.author),
            named=bool(hearing.name),
            place=str(hearing.comment.subject),
            words=Truncator(in_words(say(hearing.comment))).chars(HEARD_CHARS),
            at=hearing.comment.created_at,
            url=reverse(
                "tasks:comment_detail", kwargs={"slug": slug, "pk": hearing.comment_id}
            ),
        )
        for hearing in heard_lately(membership.person, now)[:HEARD]
    ]


def _hurdles(membership: Membership, now: datetime) -> list[HurdleLine]:
    """Return what holds this person up, with the answers so far."""
    mine = Hurdle.objects.unsolved().filter(person=membership.person)
    shown = mine.select_related("answered_by").order_by("-created_at", "-id")
    return [HurdleLine(hurdle, now) for hurdle in shown[:HURDLES]]


def _partners(person: Person, today: date) -> list[str]:
    current = Affiliation.objects.current(today).filter(person=person)
    return list(current.values_list("partner__name", flat=True))


def _next_update(coming: Upcoming) -> NextUpdate:
    updates = [issue for issue in coming.issues if issue.kind == IssueKind.UPDATE]
    issue = updates[0] if updates else None
    waits = next((each for each in updates if not each.released_at), None)
    at = waits.due_at if waits else coming.next_due
    return NextUpdate(issue, at, coming.schedule is not None)


def _wins(slug: str, now: datetime) -> list[Win]:
    """Return what was reached and done lately, the newest first."""
    done = Task.objects.filter(done_at__gte=now - LATELY, done_at__lt=now)
    tasks = done.with_carriers().order_by("-done_at", "id")[:WINS]
    wins = _reached_lately(slug, now) + [_done(task, slug) for task in tasks]
    return sorted(wins, key=lambda win: win.at, reverse=True)[:WINS]


def _reached_lately(slug: str, now: datetime) -> list[Win]:
    reached = milestones_reached_between(now - LATELY, now).only(
        *("goal__title", "title", "reached_at", "reached_note", "updated_at"),
        *("partner__name", "reached_by__full_name"),
    )
    return [_reached(milestone, slug) for milestone in reached[:WINS]]


def _reached(milestone: Milestone, slug: str) -> Win:
    names = [milestone.partner, milestone.reached_by]
    return Win(
        icon="flag",
        title=milestone.title,
        who=", ".join(str(name) for name in names if name),
        note=milestone.reached_note,
        url=reverse(
            "goals:goal_detail", kwargs={"slug": slug, "pk": milestone.goal_id}
        ),
        at=milestone.reached_at or milestone.updated_at,
    )


def _done(task: Task, slug: str) -> Win:
    carried = [a for a in task.assignments.all() if a.stands and a.carries]
    names = dict.fromkeys(str(a.partner or a.person) for a in carried)
    return Win(
        icon="check",
        title=task.title,
        who=", ".join(names),
        note="",
        url=reverse("tasks:task_detail", kwargs={"slug": slug, "pk": task.pk}),
        at=task.done_at or timezone.now(),
    )
