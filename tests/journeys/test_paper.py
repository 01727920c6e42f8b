"""An update on paper: one sheet a person, printed, brought, and ticked off on a phone."""

import re

import pytest
from django.core.management import call_command

from coalition.common.tenancy import scope
from comms.models import Issue, IssueState
from members.models import Coalition, Membership, PaperReader
from tests.browser import wrong_here

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAILS = {"rosa": "rosa@healthyharbor.example", "bao": "bao@newcomers.example"}


@pytest.fixture
def demo(db) -> Coalition:
    call_command("seed_demo", verbosity=0)
    return Coalition.objects.get()


def member(coalition: Coalition, who: str) -> Membership:
    with scope(coalition=coalition):
        return Membership.objects.get(person__email=EMAILS[who])


def draft_of(coalition: Coalition) -> Issue:
    with scope(coalition=coalition):
        return Issue.objects.updates().drafts().get()


def latest_of(coalition: Coalition) -> Issue:
    with scope(coalition=coalition):
        sent = Issue.objects.updates().filter(state=IssueState.DONE)
        return sent.order_by("-released_at")[0]


def sheets(page, issue: Issue, paper: str) -> int:
    """Print all sheets as the browser does, and count the pages."""
    page.goto(f"/c/healthy-harbor/updates/{issue.pk}/paper/print/")
    printed = page.pdf(format=paper)
    return len(re.findall(rb"/Type\s*/Page[^s]", printed))


@pytest.mark.parametrize("paper", ("A4", "Letter"))
def test_each_person_has_one_page(demo, window, paper):
    page = window(member(demo, "rosa"))
    with scope(coalition=demo):
        assert PaperReader.objects.count() == 2
    for issue in (latest_of(demo), draft_of(demo)):
        assert sheets(page, issue, paper) == 2


HOSTILE = {
    "wide": "W",
    "thin": "l",
    "words": "We did it together, and more of it comes. ",
    "capitals": "TOGETHER WE CAN ",
    "unbroken": "n",
    "cyrillic": "щит и меч ",
    "chinese": "漢字",
}


def fill(issue: Issue, with_what: str, *, long: int) -> None:
    """Let all that stands in it be of these letters, also what somebody adds."""

    def words(size: int) -> str:
        return (with_what * size)[:size]

    sections = issue.content["sections"]
    items = [item for section in sections for item in section["items"]]
    for item in items:
        item["words"], item["note"] = words(long), words(long)
    opening = {"words": words(long), "by": "Rosa Marín"}
    Issue.objects.filter(pk=issue.pk).update(
        subject=words(min(150, long)),
        introduction=words(120),
        own_note=words(80),
        own_note_by=member(issue.coalition, "rosa").person,
        openings={sections[0]["kind"]: opening},
        content={"sections": sections},
    )


@pytest.mark.parametrize("letters", HOSTILE)
def test_it_stays_one_page_whatever_stands_in_it(demo, window, letters):
    issue = draft_of(demo)
    page = window(member(demo, "rosa"))
    for long in (20, 60, 150):
        with scope(coalition=demo):
            fill(issue, HOSTILE[letters], long=long)
        assert [sheets(page, issue, paper) for paper in ("A4", "Letter")] == [2, 2]
        page.emulate_media(media="print")
        fits = "all => all.every(e => e.scrollWidth <= e.clientWidth)"
        assert page.eval_on_selector_all(".paper", fits)


def test_a_high_screen_adds_no_empty_page(demo, window):
    page = window(member(demo, "rosa"))
    page.set_viewport_size({"width": 1440, "height": 2600})
    issue = latest_of(demo)
    page.goto(f"/c/healthy-harbor/updates/{issue.pk}/people/{reader(demo)}/paper/")
    printed = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1


def reader(coalition: Coalition) -> int:
    with scope(coalition=coalition):
        return PaperReader.objects.order_by("pk").values_list("person", flat=True)[0]


def test_a_long_one_goes_on_where_a_page_ends(demo, window):
    issue = latest_of(demo)
    long = "\n\n".join(
        f"Paragraph {n}. " + "We did it together. " * 12 for n in range(9)
    )
    with scope(coalition=demo):
        Issue.objects.filter(pk=issue.pk).update(introduction=long)
    page = window(member(demo, "rosa"))
    assert sheets(page, issue, "A4") == 4
    # A sheet never begins on the page where another ends, nor is an item cut in two.
    page.emulate_media(media="print")
    style = "e => getComputedStyle(e)"
    first = page.locator(".paper").first
    assert first.evaluate(f"({style})").get("breakAfter") == "page"
    item = page.locator(".paper li").first
    assert item.evaluate(f"({style})").get("breakInside") == "avoid"


def test_the_type_is_large_and_nothing_else_is_printed(demo, window):
    page = window(member(demo, "rosa"))
    page.goto(f"/c/healthy-harbor/updates/{latest_of(demo).pk}/paper/print/")
    page.emulate_media(media="print")
    sizes = page.eval_on_selector_all(
        ".paper, .paper *",
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))",
    )
    assert min(sizes) >= 16 * 96 / 72 - 0.01  # 16 pt
    assert not page.get_by_role("button", name="Print").is_visible()
    assert not page.get_by_role("link", name="Updates").first.is_visible()


@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_the_courier_prints_it_and_says_that_they_have_it(demo, window, size):
    page = window(member(demo, "bao"), size=size, color_scheme="dark")
    page.goto("/c/healthy-harbor/")
    page.get_by_role("link", name="Print it").click()
    page.get_by_text("For Birgit Lund").wait_for()
    assert wrong_here(page, size) == {}
    page.go_back()
    page.get_by_role("button", name="Handed over").click()
    page.get_by_text("Birgit Lund has it.").wait_for()
    assert page.get_by_text("Please take the update to them").count() == 0
    rosa = window(member(demo, "rosa"), size=size)
    rosa.goto(f"/c/healthy-harbor/updates/{latest_of(demo).pk}/")
    rosa.get_by_text("2 of 2 on paper handed over.").wait_for()


@pytest.mark.parametrize("size", ("phone", "desktop"))
def test_the_preview_and_the_last_look_are_fine_for_everybody(demo, window, size):
    draft = draft_of(demo)
    page = window(member(demo, "rosa"), size=size)
    at = f"/c/healthy-harbor/updates/{draft.pk}"
    page.goto(f"{at}/preview/?palette=dark&width=phone")
    frame = page.frame_locator("#preview iframe")
    frame.get_by_text("Hello Rosa,").wait_for()
    background = frame.locator("body").evaluate(
        "e => getComputedStyle(e).backgroundColor"
    )
    assert background == "rgb(18, 24, 23)"  # the mail's own, on a light screen
    width = page.locator("#preview iframe").evaluate("e => e.clientWidth")
    assert width <= 360
    page.get_by_role("link", name="Light").click()
    page.locator('[data-palette="light"]').first.wait_for()
    assert wrong_here(page, size) == {}
    page.goto(f"{at}/check/")
    assert wrong_here(page, size) == {}


@pytest.mark.parametrize(("width", "beside"), ((390, False), (1280, True)))
def test_the_editor_shows_the_mail_and_its_text_beside_each_other(
    demo, window, width, beside
):
    page = window(member(demo, "rosa"))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/c/healthy-harbor/updates/{draft_of(demo).pk}/")
    mail, text = (frame.bounding_box() for frame in page.locator(".preview").all())
    assert (text["y"] == mail["y"]) is beside
    assert (text["x"] >= mail["x"] + mail["width"]) is beside
