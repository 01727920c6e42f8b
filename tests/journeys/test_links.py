"""The pages behind signed links: seen on a phone and on a desk, answered by touch."""

import pytest

from coalition.common.tenancy import scopes_disabled
from comms.updates.links import EVENT, READ
from members.models.person import CALENDAR
from tests.browser import assert_fine, wrong_with
from tests.web.test_links import LINKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NO_PAGES = {CALENDAR, EVENT, READ}  # a calendar, a file, a mail
PAGES = sorted(LINKS.keys() - NO_PAGES)
# What the button says that answers, and what stands there afterwards.
ANSWERS = {
    "ask": ("It is met", "Look for help again"),
    "consultation": ("Send the answer", "Answered"),
    "help": ("We can help", "Thank you for helping"),
    "hurdle": ("It is out of the way", "It is in the way again"),
    "part": ("Yes, I take it", "It is yours. Thank you."),
    "proposals": ("Yes, it is done", "You said yes"),
    "quote": ("Yes, in these words", "You agreed"),
}


def made(purpose):
    with scopes_disabled():
        return LINKS[purpose]().path


@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_the_page_of_each_link_is_well_made(window, size):
    paths = [made(purpose) for purpose in PAGES]
    assert_fine(wrong_with(window(size=size), paths, size))


@pytest.mark.parametrize("purpose", sorted(ANSWERS))
def test_one_tap_answers_without_scripts(window, purpose):
    button, afterwards = ANSWERS[purpose]
    page = window(size="phone", java_script_enabled=False)
    page.goto(made(purpose))
    if purpose == "consultation":
        page.get_by_label("Your answer").fill("Not on a Friday.")
    page.get_by_role("button", name=button).tap()
    page.get_by_text(afterwards).first.wait_for()
    assert page.said == []
