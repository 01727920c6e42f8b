"""Bao's ten minutes: by touch on a phone, without JavaScript, and by keyboard alone."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from comms.jobs import run_pump
from comms.models import Issue, Lane
from comms.services.consent import gets_updates
from members.models import Membership
from members.permissions import MemberRole
from tasks.models import Assignment, Letter
from tests.browser import tab_to
from tests.factories.goals import MilestoneFactory
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.factories.tasks import AssignmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bao(alice, settings, tmp_path, live_server) -> Membership:
    """Bao is asked for two tasks, and gets mail that leads to this server."""
    settings.MAILBOX_DIR = tmp_path
    settings.SITE_URL = live_server.url
    bao = MembershipFactory(
        coalition=alice.coalition,
        person__full_name="Bao Nguyen",
        person__email="bao@example.org",
    )
    AffiliationFactory(coalition=bao.coalition, person=bao.person)
    goal = MilestoneFactory(goal__coalition=bao.coalition, reached=True).goal
    for days, title in ((9, "Translate the plan"), (16, "Find interpreters")):
        AssignmentFactory(
            task__goal=goal,
            task__title=title,
            task__due=timezone.localdate() + timedelta(days=days),
            person=bao.person,
            letter=Letter.ACCOUNTABLE,
            asked_by=alice.person,
        )
    return bao


class Hands:
    """Somebody at a page: presses what is called so, and reads what it says."""

    def __init__(self, page) -> None:
        self.page = page

    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.click()

    def choose(self, name: str) -> None:
        self.page.get_by_label(name).check()

    def reads(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()


class Finger(Hands):
    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.tap()

    def choose(self, name: str) -> None:
        self.page.locator("label", has_text=name).tap()


class Keyboard(Hands):
    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.wait_for()
        tab_to(self.page, name)
        self.page.keyboard.press("Enter")

    def choose(self, name: str) -> None:
        box = self.page.get_by_label(name)
        box.wait_for()
        group = self.page.locator(f"[name={box.get_attribute('name')}]")
        chosen = [other for other in group.all() if other.is_checked()]
        if box.get_attribute("type") != "radio" or not chosen:
            tab_to(self.page, name)
            self.page.keyboard.press("Space")
            return
        tab_to(self.page, chosen[0].locator("..").inner_text().splitlines()[0])
        while not box.is_checked():
            self.page.keyboard.press("ArrowDown")


def walk(hands: Hands, bao: Membership) -> None:
    hands.reads("Alice asks you")
    hands.press("button", "Accept")
    hands.reads("“Translate the plan” is in good hands.")
    hands.reads("You are accountable.")
    hands.press("link", "Decline")
    hands.choose("No time before it is due")
    hands.press("button", "Decline task")
    hands.reads("Thank you for saying so.")
    hands.press("button", "Done")
    hands.press("button", "Undo")
    hands.page.get_by_role("button", name="Undo").wait_for(state="detached")
    hands.press("link", "Change")
    hands.choose("No updates")
    hands.press("button", "Save")
    hands.reads("Saved.")
    with scope(coalition=bao.coalition):
        answers = Assignment.objects.order_by("task__due").values_list(
            "status", "reason", "task__done_at"
        )
        assert list(answers) == [
            ("accepted", "", None),
            ("declined", "No time before it is due", None),
        ]
    assert not wants_mail(bao)


def test_with_a_keyboard_alone(bao, window):
    page = window(bao)
    page.goto("/c/harbor/")
    walk(Keyboard(page), bao)
    assert page.said == []


def test_on_a_phone_without_javascript(bao, window):
    page = window(bao, size="phone", java_script_enabled=False)
    page.goto("/c/harbor/")
    walk(Finger(page), bao)


def pump(lane: Lane) -> None:
    with scopes_disabled():
        run_pump(lane, until_idle=True)


def send_the_update(bao: Membership) -> None:
    call_command("compose_update", bao.coalition.slug, stdout=StringIO())
    with scope(coalition=bao.coalition):
        (issue,) = Issue.objects.updates()
        coordinator = Membership.objects.get(role=MemberRole.COORDINATOR).person
    act = ("approve_update", str(issue.pk), "--by", coordinator.email, "--release-now")
    call_command(*act, stdout=StringIO())
    pump(Lane.BULK)


def open_the_mail(page):
    """Open the newest mail to Bao; return what is in it."""
    page.goto("/mailbox/")
    page.locator("li", has_text="bao@example.org").get_by_role("link").first.tap()
    return page.frame_locator("iframe")


def sign_in_with_a_code(page):
    """Enter the code that is mailed, in another tab."""
    page.get_by_label("E-mail address").first.fill("bao@example.org")
    page.get_by_role("button", name="Mail me a code").tap()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    pump(Lane.FAST)
    mailbox = page.context.new_page()
    mailbox.goto("/mailbox/")
    mailbox.get_by_role("link", name="Your code to sign in").first.tap()
    text = mailbox.locator("pre").inner_text()
    mailbox.close()
    page.get_by_label("Code").fill(
        re.findall(r"^[A-Z0-9-]{6,}$", text, re.MULTILINE)[0]
    )
    page.get_by_role("button", name="Continue").tap()


def test_on_a_phone_a_tap_in_the_mail_takes_it_without_signing_in(bao, window):
    send_the_update(bao)
    page = window(size="phone")
    open_the_mail(page).get_by_role("link", name="Say yes or no").first.tap()
    page.wait_for_url("**/l/**")
    page.get_by_role("heading", name="Translate the plan", level=1).wait_for()
    page.get_by_role("button", name="Yes, I take it").tap()
    page.get_by_text("It is yours. Thank you.").wait_for()
    with scope(coalition=bao.coalition):
        taken = Assignment.objects.get(status="accepted")
        assert taken.task.title == "Translate the plan"
    assert page.said == []


def test_on_a_phone_from_the_mail_on(bao, window):
    send_the_update(bao)
    page = window(size="phone")
    open_the_mail(page).locator("a[href*='/c/harbor/']").first.tap()
    page.wait_for_url("**/accounts/login/?next=/c/harbor/**")
    sign_in_with_a_code(page)
    page.wait_for_url("**/c/harbor/**")
    page.get_by_role("link", name="Home").tap()
    walk(Finger(page), bao)
    assert page.said == []


def test_the_link_in_the_mail_stops_it_and_starts_it_again(bao, window):
    send_the_update(bao)
    page = window(size="phone")
    open_the_mail(page).get_by_role("link", name="Unsubscribe").tap()
    page.get_by_role("heading", name="Stop the updates?").wait_for()
    assert wants_mail(bao)  # opening it changed nothing
    page.get_by_role("button", name="Unsubscribe").tap()
    page.get_by_role("heading", name="Done: no more updates").wait_for()
    assert not wants_mail(bao)
    page.get_by_role("button", name="Undo").tap()
    page.get_by_role("heading", name="You are back on the list").wait_for()
    assert wants_mail(bao)
    assert page.said == []


def wants_mail(bao: Membership) -> bool:
    bao.person.refresh_from_db()
    with scope(coalition=bao.coalition):
        return gets_updates(bao.person)
