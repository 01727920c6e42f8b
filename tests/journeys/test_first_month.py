"""From an empty installation to an update that everybody gets, in a real browser."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from coalition.management import demo
from coalition.web.mailbox import stored_mails
from comms.jobs import run_pump
from comms.models import Delivery, Lane
from members.models import Coalition, Partner
from tests.browser import FOCUSED, wider_than_its_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS = 40
FAR = 30  # times Tab, from one thing to the next
WIDE = 900  # below it the navigation waits behind a button
PARTNERS = [name for name, *_ in demo.PARTNERS[:24]]
PEOPLE = "full_name\temail\torganisation\tconsent_digest\n" + "\n".join(
    f"Person {n:02}\tperson{n}@example.org\t{name}\tyes"
    for n, name in enumerate(PARTNERS, 1)
)


@dataclass
class Mouse:
    """Counts each click; whoever types has clicked into the field before."""

    page: Any
    clicks: int = 0

    def press(self, name: str, role: str = "button") -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def unfold(self, name: str) -> None:
        self.press(name)

    def skip(self, name: str) -> None:
        """See all of the page at once, and pass nothing on the way."""

    def write(self, label: str, words: str) -> None:
        self.clicks += 1
        self.page.get_by_label(label).first.fill(words)

    def choose(self, label: str, words: str) -> None:
        self.clicks += 2  # open the list, take one
        self.page.get_by_label(label).first.select_option(label=words)


@dataclass
class Keyboard:
    """Counts each key that does something: Enter, and the letters that choose.

    Tab only leads there, so it is not counted; but nobody has to go far.
    """

    page: Any
    clicks: int = 0

    def press(self, name: str, role: str = "button") -> None:
        self._tab_to(name)
        self.clicks += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, name: str) -> None:
        self._tab_to(name)
        self.clicks += 1
        self.page.keyboard.press("Enter")

    def skip(self, name: str) -> None:
        self.unfold(name)

    def write(self, label: str, words: str) -> None:
        self._tab_to(label)
        self.page.keyboard.insert_text(words)

    def choose(self, label: str, words: str) -> None:
        self._tab_to(label)
        self.clicks += 1
        self.page.keyboard.type(words)

    def _tab_to(self, words: str) -> None:
        """Go forward; another way round is no way to get there."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            if words in self.page.evaluate(FOCUSED):
                return
        pytest.fail(f"Nobody gets to “{words}” with the keyboard.")


def says(hand, words: str) -> None:
    """Wait until the page says so; it must fit into its window."""
    hand.page.get_by_text(words).first.wait_for()
    assert not wider_than_its_window(hand.page)


def go_to(hand, place: str) -> None:
    if hand.page.viewport_size["width"] < WIDE:
        hand.unfold("Open menu")
    hand.press(place, "link")


def code_in_the_mail() -> str:
    with scopes_disabled():
        run_pump(Lane.FAST, until_idle=True)
    (mail,) = stored_mails()
    (code,) = re.findall(r"\b[A-Z]{3,4}-[A-Z]{3,4}\b", mail.text)
    return code


def start(hand) -> None:
    hand.page.goto("/")
    says(hand, "Start a coalition")
    hand.write("Your e-mail address", "rosa@example.org")
    hand.press("Mail me a code")
    says(hand, "Look into your mail")
    hand.write("Code", code_in_the_mail())
    hand.press("Continue")
    says(hand, "What brings you together?")
    hand.write("Your name", "Rosa Marín")
    hand.write("Name of the coalition", "Healthy Harbor")
    hand.write("What do you want to change?", "Every child can breathe.")
    hand.choose("Time zone", "Lisbon")
    hand.press("Continue")


def bring_partners(hand) -> None:
    says(hand, "Who is already with you?")
    hand.write("Paste it", "\n".join(["name", *PARTNERS]))
    hand.press("Take a look")
    says(hand, "This is what would happen")
    hand.press("Bring it in")
    says(hand, "Brought in")
    hand.press("Go on: your rhythm", "link")


def set_the_rhythm(hand) -> None:
    says(hand, "The first updates leave")
    hand.press("Set this rhythm")
    says(hand, "Healthy Harbor is ready.")
    says(hand, "3 of 7 done")


def bring_people(hand) -> None:
    hand.press("Add people", "link")
    says(hand, "Bring in people")
    hand.write("Paste it", PEOPLE)
    hand.press("Take a look")
    says(hand, "This is what would happen")
    hand.press("Bring it in")
    says(hand, "Brought in")


def set_a_goal(hand) -> None:
    go_to(hand, "Home")
    says(hand, "First steps")
    hand.press("Agree on a goal", "link")
    hand.write("What do we want?", "Clean air at every school gate")
    hand.press("Set this goal")
    says(hand, "What is the first step?")


def send_an_update(hand) -> None:
    go_to(hand, "Updates")
    hand.press("Draft an update now")
    says(hand, "Approve and send now")
    hand.skip("Skip to approving")
    hand.press("Approve and send now")
    says(hand, "0 of 25 delivered")
    with scopes_disabled():
        # The minutes to call it back are over.
        Delivery.objects.update(not_before=timezone.now())
        run_pump(Lane.BULK, until_idle=True)
    hand.page.reload()
    says(hand, "25 of 25 delivered")


@pytest.mark.parametrize(
    ("hand", "options"),
    (
        (Mouse, {"size": "desktop"}),
        (Keyboard, {"size": "desktop"}),
        (Keyboard, {"size": "phone"}),
        (Keyboard, {"size": "phone", "java_script_enabled": False}),
        (Mouse, {"size": "phone", "java_script_enabled": False}),
    ),
    ids=(
        "mouse",
        "keyboard",
        "keyboard-on-a-phone",
        "keyboard-without-javascript-on-a-phone",
        "mouse-without-javascript-on-a-phone",
    ),
)
def test_from_an_empty_installation_to_a_sent_update(
    window, settings, tmp_path, hand, options
):
    cache.clear()  # one address may start only so many coalitions
    settings.MAILBOX_DIR = tmp_path
    hand = hand(window(**options))
    for step in (
        start,
        bring_partners,
        set_the_rhythm,
        bring_people,
        set_a_goal,
        send_an_update,
    ):
        step(hand)
    with scopes_disabled():
        assert Partner.objects.count() == len(PARTNERS)
    assert Coalition.objects.get().timezone == "Europe/Lisbon"
    assert hand.clicks < MOST_CLICKS
    assert hand.page.said == []
