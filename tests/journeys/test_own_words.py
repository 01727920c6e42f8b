"""Writing above a section, quoting somebody, and what it looks like in the draft."""

import pytest

from coalition.common.tenancy import scope
from comms.models import Circle, Issue
from comms.services.quotes import agree_to_quote
from comms.services.sections import create_section, open_section
from tests.browser import assert_fine, wrong_with
from tests.comms.drafts import make_issue
from tests.factories.comms import QuoteFactory
from tests.factories.feedback import FeedbackFactory
from tests.utils import acting, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def issue(harbor, alice, bob, stella) -> Issue:
    issue = make_issue(harbor, subject="Seven schools")
    quotes = [
        QuoteFactory(issue=issue, speaker=member.person) for member in (bob, stella)
    ]
    FeedbackFactory(coalition=harbor, author=bob.person)
    by = acting(alice)
    with scope(coalition=harbor):
        open_section(issue=issue, name="achieved", words="It was *close*.", by=by)
        create_section(
            issue=issue,
            heading="In confidence",
            words="The landlord wavers.",
            circle=Circle.STEERING,
            by=by,
        )
        agree_to_quote(quote=quotes[0], words=quotes[0].words, by=acting(bob))
        return Issue.objects.get(pk=issue.pk)


@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_the_pages_are_well_made(issue, alice, window, size):
    own = issue.own_sections[0]["key"]
    pages = [
        at(alice, "comms:update_detail", issue.pk),
        at(alice, "comms:update_section_create", issue.pk),
        at(alice, "comms:update_section_open", issue.pk) + "?key=achieved",
        at(alice, "comms:update_section_edit", issue.pk) + f"?key={own}",
        at(alice, "comms:update_quote_create", issue.pk),
    ]
    assert_fine(wrong_with(window(alice, size=size), pages, size))


def test_unsent_words_are_not_left_without_a_question(issue, alice, window):
    page, asked = window(alice), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    draft = at(alice, "comms:update_detail", issue.pk)
    page.goto(draft)
    quote = page.locator(
        f"a[href='{at(alice, 'comms:update_quote_create', issue.pk)}']"
    )
    quote.first.click()
    page.wait_for_url("**/quotes/new/**")
    assert asked == []  # nothing was typed
    page.goto(draft)
    page.locator("#words textarea").first.press_sequentially("We had luck.")
    quote.first.click()
    page.wait_for_url("**/quotes/new/**")
    assert asked == ["beforeunload"]
    page.goto(draft)
    page.locator("#words textarea").first.press_sequentially("We had luck.")
    page.locator("#words button").first.click()
    page.get_by_text("We had luck.").first.wait_for()
    quote.first.click()
    page.wait_for_url("**/quotes/new/**")
    assert asked == ["beforeunload"]  # it was saved


def test_words_are_written_without_scripts(issue, alice, window):
    page = window(alice, size="phone", java_script_enabled=False)
    page.goto(at(alice, "comms:update_section_open", issue.pk) + "?key=achieved")
    page.get_by_label("Your words").fill("We had luck.")
    page.get_by_role("button", name="Save").tap()
    page.get_by_text("We had luck.").first.wait_for()
    assert page.said == []
