"""The two front doors: the dashboard for those who lead, the portal for members."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comms.models import DeliveryStatus, IssueKind, IssueState
from tasks.models import AssignmentStatus, Letter
from tests.factories.comms import (
    DeliveryFactory,
    IssueFactory,
    UpdateScheduleFactory,
)
from tests.factories.goals import GoalFactory, GoalReadingFactory, MilestoneFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory

HOME = reverse("web:home", kwargs={"slug": "harbor"})
PORTAL = reverse("web:portal", kwargs={"slug": "harbor"})


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def fill(coalition, person, rows):
    """Give every list of both pages so many rows."""
    now = timezone.now()
    declined = {"status": AssignmentStatus.DECLINED, "answered_at": now}
    for n in range(rows):
        goal = GoalFactory(coalition=coalition, due=in_days(90))
        GoalReadingFactory(goal=goal)
        MilestoneFactory(goal=goal, due=in_days(7))
        MilestoneFactory(goal=goal, reached=True, reached_by=person)
        late = TaskFactory(goal=goal, due=in_days(-3))
        AssignmentFactory(task=late, letter=Letter.ACCOUNTABLE, person=person)
        TaskFactory(goal=goal, done=True, done_by=person)
        AssignmentFactory(task__goal=goal, person=person)
        AssignmentFactory(task__goal=goal, **declined)
        AssignmentFactory(
            task__goal=goal, person=person, status="accepted", answered_at=now
        )
        IssueFactory(
            coalition=coalition,
            kind=IssueKind.ANNOUNCEMENT,
            source_key=f"m:{n}",
            state=IssueState.AWAITING_APPROVAL,
        )
        DeliveryFactory(coalition=coalition, status=DeliveryStatus.HELD)


@pytest.mark.parametrize("rows", (1, 3))
def test_dashboard_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    fill(alice.coalition, alice.person, rows)
    client = client_of(alice)
    with django_assert_num_queries(20):
        client.get(HOME)


@pytest.mark.parametrize("rows", (1, 3))
def test_portal_costs_the_same_for_any_rows(
    rows, bob, client_of, django_assert_num_queries
):
    fill(bob.coalition, bob.person, rows)
    client = client_of(bob)
    with django_assert_num_queries(10):
        client.get(HOME)


def test_front_door_depends_on_the_role(alice, stella, bob, vera, client_of):
    shown = [client_of(m).get(HOME).templates[0].name for m in (alice, stella)]
    assert shown == ["web/dashboard.html"] * 2
    shown = [client_of(m).get(HOME).templates[0].name for m in (bob, vera)]
    assert shown == ["web/portal.html"] * 2


def test_those_who_lead_can_see_it_as_a_member(alice, client_of):
    assert client_of(alice).get(PORTAL).templates[0].name == "web/portal.html"


def test_empty_dashboard_says_what_to_do_next(alice, client_of):
    page = client_of(alice).get(HOME).text
    assert "No goals yet" in page
    assert "Set a goal" in page
    assert "Set the rhythm" in page


def test_dashboard_puts_what_waits_on_top(alice, client_of):
    goal = GoalFactory(coalition=alice.coalition)
    TaskFactory(goal=goal, title="Orphaned task")
    IssueFactory(
        coalition=alice.coalition,
        state=IssueState.AWAITING_APPROVAL,
        hold_reason="It is late",
    )
    needs = client_of(alice).get(HOME).context["page"].needs
    assert [need.action for need in needs] == ["Review", "Find someone"]
    assert needs[0].meta == "It is late"
    assert "Orphaned task" in needs[1].title


def test_steering_is_not_asked_to_approve(stella, client_of):
    IssueFactory(coalition=stella.coalition, state=IssueState.AWAITING_APPROVAL)
    assert client_of(stella).get(HOME).context["page"].needs == []


def test_dashboard_and_portal_show_nothing_of_another_coalition(
    alice, bob, charlie, client_of
):
    fill(charlie.coalition, charlie.person, 1)
    GoalFactory(coalition=charlie.coalition, title="Canary goal")
    for member in (alice, bob):
        page = client_of(member).get(HOME)
        assert "Canary" not in page.text
        assert page.context["page"].wins == []


def test_portal_asks_and_lists_what_is_mine(bob, client_of):
    asked = AssignmentFactory(
        task__goal__coalition=bob.coalition,
        task__title="Asked of me",
        person=bob.person,
    )
    AssignmentFactory(
        task__goal__coalition=bob.coalition,
        task__title="Somebody else’s",
    )
    client = client_of(bob)
    page = client.get(HOME).text
    assert "One thing waits for your answer" in page
    assert "Asked of me" in page
    assert "Somebody else’s" not in page
    accept = reverse(
        "tasks:assignment_accept", kwargs={"slug": "harbor", "pk": asked.pk}
    )
    assert accept in page
    client.post(accept)
    again = client.get(HOME).context["page"]
    assert (len(again.asked), len(again.mine)) == (0, 1)


def test_portal_reloads_only_the_work_for_htmx(bob, client_of):
    part = client_of(bob).get(PORTAL, headers={"HX-Request": "true"}).text
    assert 'id="my-work"' in part
    assert "<html" not in part


def test_portal_says_when_the_next_update_comes(bob, client_of):
    UpdateScheduleFactory(
        coalition=bob.coalition, anchor_date=timezone.localdate() + timedelta(days=3)
    )
    page = client_of(bob).get(HOME)
    due = page.context["page"].next_update.due_at
    assert due.date() == timezone.localdate() + timedelta(days=3)
    assert "Leaves" in page.text
