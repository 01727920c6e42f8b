"""A check-in in a minute: on a phone, by keyboard alone, without JavaScript, offline."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import Membership
from tasks.models import CheckIn, Hurdle, TaskReport
from tests.browser import assert_fine, tab_to, wrong_here
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInFactory,
    CheckInScheduleFactory,
)
from tests.tasks.checkins import carries, speaks_with_alternate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFLINE = "You are offline. Nothing is lost"


@pytest.fixture
def check_in(bob: Membership) -> CheckIn:
    """Bob is asked, and carries a task."""
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=4)}
    schedule = CheckInScheduleFactory(coalition=bob.coalition)
    carries(bob, title="Visit families")
    cycle = CheckInCycleFactory(schedule=schedule, question="What is new?", **times)
    return CheckInFactory(cycle=cycle, person=bob.person)


def was_said(bob: Membership) -> None:
    with scope(coalition=bob.coalition):
        stored = CheckIn.objects.get()
        assert (stored.state, stored.via) == ("answered", "link")
        assert (stored.progress, stored.confidence) == ("31 visits", 4)
        assert TaskReport.objects.get().word == "stuck"
        assert Hurdle.objects.get().text == "No van"


@pytest.mark.parametrize("scripts", (True, False))
def test_by_touch_on_a_phone(bob, check_in, window, scripts):
    page = window(size="phone", java_script_enabled=scripts)
    page.goto(check_in.link.path)
    page.locator("label", has_text="Stuck").tap()
    page.get_by_label("What moved?").fill("31 visits")
    page.get_by_label("What is in the way?").fill("No van")
    page.locator("label", has_text="fairly").tap()
    page.get_by_role("button", name="Send").tap()
    page.get_by_role("heading", name="Thank you, Bob").wait_for()
    was_said(bob)
    assert page.said == []


def test_with_a_keyboard_alone(bob, check_in, window):
    page = window(size="phone")
    page.goto(check_in.link.path)
    keys = page.keyboard
    tab_to(page, "Done")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    for words in ("31 visits", "No van"):
        keys.press("Tab")
        keys.type(words)
    tab_to(page, "not at all")
    for _ in range(3):
        keys.press("ArrowRight")
    tab_to(page, "Send")
    keys.press("Enter")
    page.get_by_role("heading", name="Thank you, Bob").wait_for()
    was_said(bob)
    assert page.said == []


def test_a_half_written_one_survives_a_reload_and_a_lost_connection(
    bob, check_in, window
):
    page = window(size="phone")
    page.goto(check_in.link.path)
    page.locator("label", has_text="Stuck").tap()
    page.get_by_label("What moved?").fill("31 visits")
    page.get_by_text("Kept on this device").wait_for()
    page.reload()
    assert page.get_by_label("What moved?").input_value() == "31 visits"
    assert page.get_by_role("radio", name="Stuck").is_checked()
    page.context.set_offline(True)
    page.get_by_label("What is in the way?").fill("No van")
    page.locator("label", has_text="fairly").tap()
    page.get_by_role("button", name="Send").tap()
    page.get_by_text(OFFLINE).wait_for()
    page.context.set_offline(False)
    page.get_by_text("You are back online").wait_for()
    page.reload()
    assert page.get_by_label("What is in the way?").input_value() == "No van"
    page.get_by_role("button", name="Send").tap()
    page.get_by_role("heading", name="Thank you, Bob").wait_for()
    was_said(bob)
    assert page.evaluate("Object.keys(localStorage)") == []


def chosen(page):
    """Return what is chosen, not counting that nothing is."""
    page.wait_for_timeout(100)  # what is taken back is so a moment later
    return page.evaluate(
        "[...document.querySelectorAll('main .seg :checked')].map((e) => e.value)"
        ".filter(Boolean)"
    )


def test_a_second_tap_takes_back_what_was_chosen_also_in_what_is_kept(check_in, window):
    page = window(size="phone")
    page.goto(check_in.link.path)
    page.get_by_label("What moved?").fill("31 visits")
    for words in ("Done", "fairly"):
        label = page.locator(".seg label", has_text=words)
        label.tap()
        label.tap()
    assert chosen(page) == []
    page.locator(".seg label", has_text="Stuck").tap()
    assert chosen(page) == ["stuck"]
    page.locator(".seg label", has_text="Stuck").tap()
    assert chosen(page) == []
    page.reload()
    assert page.get_by_label("What moved?").input_value() == "31 visits"
    assert chosen(page) == []
    assert page.said == []


def test_a_choice_is_taken_back_with_the_keyboard(check_in, window):
    page = window(size="phone")
    page.goto(check_in.link.path)
    tab_to(page, "Done")
    page.keyboard.press(" ")
    assert chosen(page) == ["done"]
    page.keyboard.press(" ")
    assert chosen(page) == []
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert chosen(page) == ["stuck"]
    page.keyboard.press("ArrowRight")
    assert chosen(page) == []


def test_a_choice_is_taken_back_without_scripts(bob, check_in, window):
    page = window(size="phone", java_script_enabled=False)
    page.goto(check_in.link.path)
    back = page.locator(".seg [data-unsay]").first
    assert not back.is_visible()
    page.get_by_label("What moved?").fill("31 visits")
    page.locator(".seg label", has_text="Done").tap()
    back.tap()
    page.get_by_role("button", name="Send").tap()
    page.get_by_role("heading", name="Thank you, Bob").wait_for()
    with scope(coalition=bob.coalition):
        assert not TaskReport.objects.exists()


@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_the_page_of_the_link_is_well_made(check_in, window, size):
    page = window(size=size)
    for path in (check_in.link.path, f"{check_in.link.path}?change"):
        page.goto(path)
        page.locator("main").wait_for()
        if page.locator("summary").count():
            page.locator("summary").click()
        assert_fine(wrong_here(page, size))
    page.get_by_role("button", name="Nothing this time").click()
    page.get_by_role("heading", name="Nothing this time").wait_for()
    assert_fine(wrong_here(page, size))


@pytest.mark.parametrize("scripts", (True, False))
def test_it_is_handed_over_or_put_off_by_touch(bob, check_in, window, scripts):
    with scope(coalition=bob.coalition):
        other = speaks_with_alternate(bob, check_in).person
    page = window(size="phone", java_script_enabled=scripts)
    page.goto(check_in.link.path)
    page.get_by_text("Not this time?").tap()
    page.get_by_role("button", name=f"Let {other.first_name} answer").tap()
    page.get_by_role("heading", name="answers this time").wait_for()
    page.goto(f"{check_in.link.path}?change")
    page.get_by_text("Not this time?").tap()
    page.get_by_label("On leave until").fill(str(timezone.localdate()))
    page.get_by_role("button", name="I am on leave").tap()
    page.get_by_role("heading", name="You are on leave").wait_for()
    assert page.said == []
