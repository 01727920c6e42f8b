from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from comms.models import IssueKind, IssueState, TransportState
from tasks.models import Assignment
from tests.comms.drafts import make_issue
from tests.factories.checkins import RoleAssignmentFactory, RoleFactory
from tests.factories.comms import DeliveryFactory, IssueFactory, UpdateScheduleFactory
from tests.factories.feedback import FeedbackFactory
from tests.factories.goals import GoalFactory, GoalReadingFactory, MilestoneFactory
from tests.factories.members import (
    AgreementFactory,
    InvitationFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home(client_of):
    def get(membership, **headers):
        return (
            client_of(membership).get(at(membership, "web:home"), headers=headers).text
        )

    return get


@pytest.mark.parametrize("who", ("alice", "stella"))
def test_who_leads_opens_the_dashboard(home, request, who):
    assert 'id="dashboard"' in home(request.getfixturevalue(who))


@pytest.mark.parametrize("who", ("bob", "vera"))
def test_members_and_observers_open_the_portal(home, request, who):
    page = home(request.getfixturevalue(who))
    assert 'id="my-tasks"' in page
    assert 'id="dashboard"' not in page


@pytest.mark.parametrize(
    ("hour", "greeting"),
    ((4, "Good evening"), (9, "Good morning"), (13, "Good afternoon")),
)
def test_the_greeting_follows_the_clock_of_the_reader(home, alice, hour, greeting):
    alice.person.timezone = "Europe/Madrid"
    alice.person.save(update_fields=["timezone"])
    with time_machine.travel(NOW.replace(hour=hour - 2)):
        assert f"{greeting}, Alice" in home(alice)


def test_an_empty_coalition_says_where_to_begin(home, alice):
    page = home(alice)
    assert "0 of 7 done" in page
    for step, url in (
        ("Name what you want to change", "web:setup_coalition"),
        ("Add your first partners", "web:setup_partners"),
        ("Add the people who speak for them", "members:person_import"),
        ("Invite them", "web:invitation_bulk"),
        ("Choose the rhythm of updates", "web:setup_rhythm"),
        ("Agree on a goal", "goals:goal_create"),
        ("Write down who does what first", "tasks:task_create"),
        ("See it as a member", "web:member_view_start"),
    ):
        assert step in page
        assert at(alice, url) in page


def test_the_first_steps_go_as_they_are_taken(home, harbor, alice):
    PartnerFactory(coalition=harbor)
    UpdateScheduleFactory(coalition=harbor)
    assert "2 of 7 done" in home(alice)
    harbor.purpose = "Clean air."
    harbor.save()
    InvitationFactory(coalition=harbor)
    TaskFactory(goal__coalition=harbor)
    page = home(alice)
    assert "First steps" not in page
    assert "Needs you today" in page


def test_the_first_steps_end_with_the_first_update_that_went_out(home, harbor, alice):
    make_issue(harbor, IssueState.DONE)
    page = home(alice)
    assert "First steps" not in page
    assert "Nothing needs you today." in page


def test_the_steering_group_is_not_asked_to_set_things_up(home, stella):
    assert "First steps" not in home(stella)


def test_what_needs_a_coordinator_comes_with_its_next_step(home, harbor, alice, bob):
    task = TaskFactory(goal__coalition=harbor, title="Translate the plan")
    asked = AssignmentFactory(task=task, person=bob.person)
    week = timezone.now() - timedelta(days=8)
    Assignment.objects.filter(pk=asked.pk).update(asked_at=week)
    MilestoneFactory(goal=task.goal, title="Market opens", due=date(2026, 5, 1))
    draft = IssueFactory(
        coalition=harbor, state=IssueState.AWAITING_APPROVAL, subject="Seven schools"
    )
    news = IssueFactory(
        coalition=harbor,
        kind=IssueKind.ANNOUNCEMENT,
        state=IssueState.COMPOSED,
        subject="The seventh school signed",
    )
    held = DeliveryFactory(coalition=harbor, issue=draft, status="held")
    UpdateScheduleFactory(coalition=harbor)
    page = home(alice)
    for said, url in (
        (
            "Nobody is accountable for “Translate the plan”",
            "/assignments/new/?letter=A",
        ),
        ("1 part waits for a yes", "/tasks/?state=waiting"),
        ("Was “Market opens” reached?", at(alice, "goals:goal_detail", task.goal_id)),
        ("Approve “Seven schools”", at(alice, "comms:update_detail", draft.pk)),
        ("Celebrate: The seventh school signed", f"/updates/{news.pk}/"),
        ("1 message waits for a decision", f"/updates/{held.issue_id}/"),
    ):
        assert said in page
        assert url in page
    assert "6 things need you today." in page


def test_what_needs_the_steering_group_is_what_it_can_do(home, harbor, stella):
    task = TaskFactory(goal__coalition=harbor)
    MilestoneFactory(goal=task.goal, title="Market opens", due=date(2026, 5, 1))
    IssueFactory(
        coalition=harbor, state=IssueState.AWAITING_APPROVAL, subject="Seven schools"
    )
    late = TaskFactory(goal=task.goal, title="Count them", due=date(2026, 5, 1))
    AssignmentFactory(
        task=late,
        person=stella.person,
        status="accepted",
        answered_at=timezone.now(),
    )
    asked = AssignmentFactory(task__goal=task.goal, person=stella.person)
    page = home(stella)
    assert "You are asked for “" in page
    assert at(stella, "tasks:assignment_accept", asked.pk) in page
    assert "Yours. It was due" in page
    assert "Was “Market opens” reached?" in page
    assert "Approve “" not in page
    assert "Find someone" not in page
    assert "Seven schools" in page


def test_stopped_mail_paused_issues_and_refusals_are_not_overlooked(
    home, harbor, alice, bob
):
    TransportState.objects.create(
        paused_at=NOW, reason="550 5.7.26 <eve@elsewhere.example>"
    )
    IssueFactory(
        coalition=harbor,
        state=IssueState.PAUSED,
        subject="Seven schools",
        hold_reason="Too many bounces",
        content_sha256="x",
        approved_sha256="x",
    )
    AssignmentFactory(
        task__goal__coalition=harbor,
        task__title="Find interpreters",
        person=bob.person,
        status="declined",
        reason="No time",
        answered_at=NOW,
    )
    page = home(alice)
    for said in (
        "All mail is stopped",
        "“Seven schools” is paused",
        "Too many bounces",
        "Bob Brown declined “Find interpreters”",
        "No time",
    ):
        assert said in page
    assert "elsewhere.example" not in page


def test_goals_milestones_and_trouble_are_in_sight(home, harbor, alice, bob):
    goal = GoalReadingFactory(goal__coalition=harbor, goal__title="Clean air").goal
    MilestoneFactory(goal=goal, title="Eighth school", due=date(2026, 6, 1))
    late = TaskFactory(goal=goal, title="Late though promised", due=date(2026, 5, 1))
    AssignmentFactory(
        task=late, person=bob.person, letter="A", status="accepted", answered_at=NOW
    )
    page = home(alice)
    for said in (
        "4 of 10 schools",
        "Eighth school",
        "in 2 weeks",
        "Late though promised",
        "12 days late",
    ):
        assert said in page


def test_what_needs_one_is_not_told_a_second_time(home, harbor, alice, stella):
    alone = TaskFactory(goal__coalition=harbor, title="Alone", due=date(2026, 5, 1))
    TaskFactory(goal=alone.goal, title="Alone as well")
    mine = TaskFactory(goal=alone.goal, title="Hers", due=date(2026, 5, 1))
    AssignmentFactory(
        task=mine, person=alice.person, letter="A", status="accepted", answered_at=NOW
    )
    needs, trouble = "Needs you today", "Late, or without anybody"
    page = home(alice)
    assert "Nobody is accountable for “Alone”" in page
    assert '<p class="meta">It was due ' in page
    assert trouble not in page
    page = home(stella)
    assert page.count(at(stella, "tasks:task_detail", alone.pk)) == 1
    assert page.index(needs) < page.index(trouble) < page.index("Alone as well")
    for n in range(3):
        TaskFactory(goal=alone.goal, title=f"Alone {n}")
    page = home(alice)
    assert trouble in page
    assert "Alone 2" in page[page.index(trouble) :]
    assert "Alone as well" not in page[page.index(trouble) :]


def test_the_next_update_says_when_it_is_drafted(home, harbor, alice):
    UpdateScheduleFactory(
        coalition=harbor, anchor_date=date(2026, 5, 21), local_time=time(10)
    )
    page = home(alice)
    assert "Thursday 21 May, 10:00" in page
    assert "We draft it two days before" in page


def test_nothing_of_another_coalition_is_in_sight(home, harbor, alice, charlie):
    other = charlie.coalition
    goal = GoalFactory(coalition=other, title="Canary")
    MilestoneFactory(goal=goal, title="Canary", due=date(2026, 5, 1))
    MilestoneFactory(goal=goal, title="Canary", due=date(2026, 6, 1))
    TaskFactory(goal=goal, title="Canary")
    IssueFactory(coalition=other, state=IssueState.COMPOSED, subject="Canary")
    DeliveryFactory(coalition=other, issue=IssueFactory(coalition=other), status="held")
    page = home(alice)
    assert "Canary" not in page
    assert "0 of 7 done" in page


def test_the_dashboard_renews_itself_after_an_act(home, alice):
    part = home(alice, **HTMX)
    assert part.lstrip().startswith('<div id="dashboard"')
    assert 'hx-trigger="task-changed from:body"' in part


def test_dashboard_says_who_has_not_accepted_the_agreement(client_of, harbor, alice):
    PartnerFactory.create_batch(2, coalition=harbor)
    AgreementFactory(coalition=harbor, title="Points of unity")
    page = client_of(alice).get(at(alice, "web:home")).text
    assert "2 partners have not accepted “Points of unity”" in page
    assert at(alice, "members:agreement_list") in page


def test_dashboard_tells_of_free_seats_and_ending_terms(client_of, harbor, alice, bob):
    RoleFactory(coalition=harbor, name="Money")
    soon, later = NOW.date() + timedelta(days=30), NOW.date() + timedelta(days=31)
    press = RoleFactory(coalition=harbor, name="Press")
    RoleAssignmentFactory(role=press, person=bob.person, to_on=soon)
    notes = RoleAssignmentFactory(role__coalition=harbor, to_on=later).role
    page = client_of(alice).get(at(alice, "web:home")).text
    assert "A seat is free: Money" in page
    assert "Nobody follows in “Press”" in page
    assert f"“{notes}”" not in page
    RoleAssignmentFactory(role=press, person=alice.person, from_on=later)
    assert "Nobody follows" not in client_of(alice).get(at(alice, "web:home")).text


@pytest.mark.parametrize("rows", (1, 3))
def test_dashboard_needs_the_same_queries_for_any_number_of_rows(
    client_of, harbor, alice, rows, django_assert_num_queries
):
    for _ in range(rows):
        goal = GoalReadingFactory(goal__coalition=harbor).goal
        MilestoneFactory(goal=goal, due=date(2026, 5, 1))
        MilestoneFactory(goal=goal, due=date(2026, 6, 1))
        task = TaskFactory(goal=goal, due=date(2026, 5, 1))
        AssignmentFactory(task=task, person=alice.person)
        AssignmentFactory(
            task__goal=goal,
            person=alice.person,
            status="declined",
            answered_at=NOW - timedelta(days=1),
        )
        MilestoneFactory(goal=goal, reached=True, reached_at=NOW - timedelta(days=1))
        issue = IssueFactory(coalition=harbor, state=IssueState.COMPOSED)
        DeliveryFactory(coalition=harbor, issue=issue, status="held")
        PartnerFactory(coalition=harbor)
        RoleAssignmentFactory(role__coalition=harbor)
        FeedbackFactory(coalition=harbor)
    AgreementFactory(coalition=harbor)
    client = client_of(alice)
    with django_assert_num_queries(34):
        client.get(at(alice, "web:home"))
