"""Rosa's way from a first goal to an update that everybody gets, in a real browser."""

import pytest
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from comms.jobs import run_pump
from comms.models import Delivery, Lane
from members.models import Membership
from members.permissions import MemberRole
from members.services.accounts import make_sign_in_link
from tests.browser import tab_to
from tests.factories.members import (
    AffiliationFactory,
    CoalitionFactory,
    MembershipFactory,
    PartnerFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rosa(settings, tmp_path) -> Membership:
    """Rosa coordinates a coalition in which nothing has happened yet; Bao is in it."""
    settings.MAILBOX_DIR = tmp_path
    harbor = CoalitionFactory(slug="harbor", name="Healthy Harbor")
    center = PartnerFactory(coalition=harbor, name="Newcomers Center")
    PartnerFactory(coalition=harbor, name="Harbor Legal Aid")
    rosa = MembershipFactory(
        coalition=harbor,
        role=MemberRole.COORDINATOR,
        person__full_name="Rosa Marín",
        person__email="rosa@example.org",
    )
    bao = MembershipFactory(
        coalition=harbor,
        person__full_name="Bao Nguyen",
        person__email="bao@example.org",
    )
    AffiliationFactory(coalition=harbor, person=bao.person, partner=center)
    return rosa


def press(page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name).first.click()


def say(page, words: str) -> None:
    """Wait until the page says so."""
    page.get_by_text(words).first.wait_for()


def open_in_the_menu(page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()


def test_from_a_first_goal_to_the_update_in_the_mailbox(rosa, window):
    page = window()
    page.goto(make_sign_in_link(user=rosa.user))
    press(page, "Sign in")
    page.wait_for_url("**/c/harbor/")
    set_a_goal_and_reach_its_first_step(page)
    ask_bao(page)
    draft_the_update(page)
    look_at_it_as_bao(page)
    release(page, rosa)
    read_the_mail_of_bao(page)
    assert page.said == []


def set_a_goal_and_reach_its_first_step(page):
    press(page, "Set a goal", "link")
    page.get_by_label("What do we want?").fill("Clean air at every school gate")
    page.get_by_label("Unit").fill("schools")
    page.get_by_label("Where we began").fill("0")
    page.get_by_label("Where we want to be").fill("12")
    press(page, "Set this goal")
    say(page, "What is the first step?")
    press(page, "Add a milestone", "link")
    page.get_by_label("What will be there?").fill("First school signs")
    page.keyboard.press("Enter")
    press(page, "Reached", "link")
    page.get_by_label("What does it change?").fill("300 children breathe easier.")
    press(page, "Mark as reached")
    say(page, "Reached: First school signs.")
    open_in_the_menu(page, "Updates")
    say(page, "We did it: First school signs")
    say(page, "Waits for approval")


def ask_bao(page):
    open_in_the_menu(page, "Action plan")
    press(page, "Add a task", "link")
    page.get_by_label("What is to be done?").fill("Translate the pledge")
    page.get_by_label("For which goal").select_option(
        label="Clean air at every school gate"
    )
    page.get_by_label("Who is accountable?").fill("Bao Nguyen")
    press(page, "Add this task")
    say(page, "no answer yet")


def draft_the_update(page):
    open_in_the_menu(page, "Updates")
    press(page, "Draft an update now")
    page.get_by_label("Subject").fill("A first school, and a first task")
    page.get_by_role("textbox", name="Opening").fill(
        "Two weeks ago this was an **idea**."
    )
    press(page, "Save the words")
    say(page, "Saved. The preview shows it.")
    tab_to(page, "Leave out: Harbor Legal Aid")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show: Harbor Legal Aid").wait_for()
    mail = page.frame_locator("#preview iframe")
    mail.get_by_role("link", name="First school signs").wait_for()
    mail.locator("strong", has_text="idea").wait_for()
    assert mail.get_by_text("Harbor Legal Aid").count() == 0


def look_at_it_as_bao(page):
    page.get_by_label("Name of somebody else").fill("bao")
    page.keyboard.press("Enter")
    say(page, "Shown as Bao Nguyen sees it.")
    page.frame_locator("#preview iframe").get_by_text("Translate the pledge").wait_for()
    text = page.locator("#preview pre")
    text.get_by_text("Hello Bao").wait_for()
    assert "<" not in text.inner_text()


def release(page, rosa):
    press(page, "Approve and send now")
    say(page, "0 of 2 delivered")
    press(page, "Pause")
    say(page, "Paused: nothing leaves until you go on.")
    press(page, "Go on")
    with scope(coalition=rosa.coalition):  # the minutes to call it back are over
        Delivery.objects.update(not_before=timezone.now())
    address = page.url
    with scopes_disabled():
        run_pump(Lane.BULK, until_idle=True)
    say(page, "2 of 2 delivered")  # by itself
    assert page.url == address


def read_the_mail_of_bao(page):
    page.goto("/mailbox/")
    page.locator("li", has_text="bao@example.org").get_by_role("link").click()
    words = page.frame_locator("iframe").locator("body").inner_text()
    order = ("Hello Bao", "Translate the pledge", "What we achieved", "First school")
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    assert "Harbor Legal Aid" not in words
    assert "Unsubscribe" in words
