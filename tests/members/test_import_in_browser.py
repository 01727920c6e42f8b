"""A pasted list in a real browser: by keys, without scripts, and while a worker is at it."""

import pytest

from coalition.common.tenancy import scope
from members.jobs import work_imports
from members.models import Import, Partner
from members.services.imports.work import AT_ONCE
from tests.browser import assert_fine, tab_to, wrong_here
from tests.factories.members import PartnerFactory
from tests.utils import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTED = (
    "Organisation\tE-mail\tColour\n"
    "Harbor Watch, Inc\thello@harborwatch.example\tred\n"
    "AFTINET (Australia)\t\tblue\n"
)


@pytest.fixture
def aftinet(harbor):
    return PartnerFactory(coalition=harbor, name="AFTINET")


@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_a_list_is_brought_in_by_keyboard(window, alice, harbor, aftinet, size):
    page = window(alice, size=size)
    page.goto(at(alice, "members:partner_import"))
    assert_fine(wrong_here(page, size))
    page.get_by_label("Paste it").focus()
    page.keyboard.insert_text(PASTED)
    press(page, "Take a look")

    page.wait_for_url("**/columns/")
    assert_fine(wrong_here(page, size))
    press(page, "Take a look")

    page.get_by_text("This is what would happen").wait_for()
    assert_fine(wrong_here(page, size))
    tab_to(page, "The same as “AFTINET”")
    page.keyboard.press("Space")
    press(page, "Keep these answers")
    press(page, "Bring it in")

    page.get_by_role("heading", name="Brought in").wait_for()
    assert_fine(wrong_here(page, size))
    with scope(coalition=harbor):
        names = set(Partner.objects.values_list("name", flat=True))
        assert names == {"AFTINET", "Harbor Watch, Inc"}
        assert aftinet.aliases.get().name == "AFTINET (Australia)"


def press(page, words):
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_list_is_brought_in_and_taken_back_without_scripts(window, alice, harbor):
    page = window(alice, size="phone", java_script_enabled=False)
    page.goto(at(alice, "members:partner_import"))
    page.get_by_label("Paste it").fill("name\nAcme\nBeta\n")
    page.get_by_role("button", name="Take a look").click()
    page.get_by_role("button", name="Bring it in", exact=True).click()
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("2 removed, 0 put back").wait_for()
    with scope(coalition=harbor):
        assert not Partner.objects.exists()


def test_a_page_shows_by_itself_that_a_long_list_is_done(window, alice, harbor):
    page = window(alice)
    page.goto(at(alice, "members:partner_import"))
    names = "".join(f"Partner {n}\n" for n in range(AT_ONCE + 1))
    page.get_by_label("Paste it").fill(f"name\n{names}")
    page.get_by_role("button", name="Take a look").click()
    page.get_by_text("The list is being read").wait_for()
    assert_fine(wrong_here(page, "desktop"))
    work_imports()
    page.get_by_text("This is what would happen").wait_for()
    page.get_by_role("button", name="Bring it in", exact=True).click()
    page.get_by_text("The list is being written").wait_for()
    work_imports()
    page.get_by_role("heading", name="Brought in").wait_for()
    with scope(coalition=harbor):
        assert Import.objects.get().created == AT_ONCE + 1
