"""What happens in one tab while another was quicker; and the way back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.models import Delivery, Issue
from comms.services.schedule import draft_now
from members.models import Membership
from tasks.models import Assignment, Task
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.tasks import AssignmentFactory
from tests.utils import acting, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def second_tab(page):
    return page.context.new_page()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_who_saves_second_sees_what_is_saved_now(alice, window):
    goal = GoalFactory(coalition=alice.coalition, title="Clean air")
    page = window(alice)
    other = second_tab(page)
    for tab in (page, other):
        tab.goto(at(alice, "goals:goal_edit", goal.pk))
    page.get_by_label("What do we want?").fill("Clean air at the gates")
    press(page, "Save")
    page.get_by_text("Saved.").wait_for()
    other.get_by_label("What do we want?").fill("Clean air at the port")
    press(other, "Save")
    other.get_by_text("Clean air at the gates").first.wait_for()
    assert (
        other.get_by_label("What do we want?").input_value() == "Clean air at the port"
    )
    press(other, "Save")
    other.get_by_role("heading", name="Clean air at the port").wait_for()


def test_a_double_click_adds_one_task(alice, window):
    page = window(alice)
    page.goto(at(alice, "tasks:task_create"))
    page.get_by_label("What is to be done?").fill("Write the letter")
    page.get_by_role("button", name="Add this task").dblclick()
    page.get_by_role("heading", name="Write the letter", level=1).wait_for()
    with scope(coalition=alice.coalition):
        assert Task.objects.count() == 1


@pytest.fixture
def issue(alice, bob) -> Issue:
    MilestoneFactory(goal__coalition=alice.coalition, reached=True)
    with scope(coalition=alice.coalition):
        now = timezone.now()
        return draft_now(coalition=alice.coalition, now=now, by=acting(alice))


def test_a_double_click_releases_once(alice, bob, issue, window):
    page = window(alice)
    page.goto(at(alice, "comms:update_detail", issue.pk))
    page.get_by_role("button", name="Approve and send now").dblclick()
    page.get_by_role("heading", name="0 of 2 delivered").wait_for()
    assert page.locator("#notices .notice").count() == 0
    with scope(coalition=alice.coalition):
        assert Delivery.objects.count() == 2


def test_the_other_tab_has_released_it(alice, bob, issue, window):
    page = window(alice)
    other = second_tab(page)
    for tab in (page, other):
        tab.goto(at(alice, "comms:update_detail", issue.pk))
    press(page, "Approve and send now")
    page.get_by_role("heading", name="0 of 2 delivered").wait_for()
    other.get_by_role("button", name="Leave out").first.click()
    other.get_by_role("heading", name="0 of 2 delivered").wait_for()


def test_back_shows_the_page_as_it_is_now(alice, window):
    goal = GoalFactory(coalition=alice.coalition)
    page = window(alice)
    page.goto(at(alice, "goals:goal_detail", goal.pk))
    page.get_by_role("link", name="Add a milestone").click()
    page.get_by_label("What will be there?").fill("A first gate")
    press(page, "Add milestone")
    page.get_by_role("heading", name="A first gate").wait_for()
    page.get_by_role("link", name="Action plan").first.click()
    page.get_by_role("heading", name="Action plan", level=1).wait_for()
    page.go_back()
    page.get_by_role("heading", name="A first gate").wait_for()
    assert page.get_by_label("What will be there?").count() == 0


def test_back_from_a_search(alice, bob, window):
    page = window(alice)
    page.goto(at(alice, "members:person_list"))
    page.get_by_role("searchbox").press_sequentially("Bob")
    page.wait_for_url("**?*q=Bob*")
    page.get_by_text("1 person").wait_for()
    page.get_by_role("link", name="Bob Brown").click()
    page.get_by_role("heading", name="Bob Brown", level=1).wait_for()
    page.go_back()
    page.get_by_text("1 person").wait_for()
    assert page.get_by_role("searchbox").input_value() == "Bob"
    assert page.locator("h1").count() == 1


def asked(membership: Membership) -> Assignment:
    return AssignmentFactory(
        task__goal__coalition=membership.coalition,
        person=membership.person,
        asked_by=membership.person,
    )


def test_signed_out_in_the_other_tab(bob, window):
    assignment = asked(bob)
    page = window(bob)
    other = second_tab(page)
    page.goto("/c/harbor/")
    other.goto(reverse("account_logout"))
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/accounts/login/**")
    press(page, "Accept")
    page.wait_for_url("**/accounts/login/?next=%2Fc%2Fharbor%2F")
    page.get_by_role("heading", name="Welcome back").wait_for()
    assert page.locator("h1").count() == 1
    assert page.get_by_role("navigation").count() == 0
    with scope(coalition=bob.coalition):
        assignment.refresh_from_db()
    assert assignment.status == "proposed"
