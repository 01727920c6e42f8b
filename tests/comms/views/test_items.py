"""Acts on the items of a draft, with and without htmx."""

import re

import pytest

from coalition.common.tenancy import scopes_disabled
from comms.models import Issue, IssueState
from comms.updates.content import shown_of
from comms.updates.left_out import left_out_items
from tests.comms.drafts import content, make_issue
from tests.utils import HTMX

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def coordinator(client_of, alice):
    return client_of(alice)


@pytest.fixture
def issue(harbor):
    return make_issue(harbor, subject="Seven schools", told=content("One", "Two"))


def post(client, issue, verb, *, headers=None, **data):
    url = f"/c/harbor/updates/{issue.pk}/items/{verb}/"
    return client.post(url, data, headers=headers)


def stored(issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def words(issue) -> list[str]:
    return [item.words for item in shown_of(stored(issue)).items]


def test_an_item_moves_without_javascript_and_the_page_stays_there(coordinator, issue):
    response = post(coordinator, issue, "move", key="task:2", up="1")
    assert response.status_code == 303
    assert response["Location"] == f"/c/harbor/updates/{issue.pk}/#item-task2"
    assert words(issue) == ["Two", "One"]


def test_an_item_moves_in_place_and_keeps_the_focus(coordinator, issue):
    response = post(coordinator, issue, "move", key="task:1", headers=HTMX)
    part = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in part
    assert part.count('hx-swap-oob="true"') == 3
    assert part.count("data-focus") == 1
    assert part.index("Order and words: Two, 1 of 2") < part.index(
        "Order and words: One"
    )
    assert stored(issue).content_sha256 in part


def marked(client, issue) -> list[str]:
    """Return from where on items are only counted, and what is said there."""
    shown = client.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    page = " ".join(
        re.sub(r"<[^>]+>", " ", shown[shown.index('id="sections"') :]).split()
    )
    return re.findall(r"(Th\S+ (?:\d+ are|one is) only .*?) (Item \d+)", page)


def leave_out(client, issue, key):
    response = client.post(f"/c/harbor/updates/{issue.pk}/items/", {"key": key})
    assert response.status_code == 303


def test_the_draft_marks_from_where_on_items_are_only_counted(coordinator, harbor):
    issue = make_issue(harbor, told=content(*(f"Item {n}" for n in range(11))))
    said = "These 3 are only counted in the mail, in one line."
    assert marked(coordinator, issue) == [
        (f"{said} Move up what should be read.", "Item 8")
    ]
    leave_out(coordinator, issue, "task:1")
    leave_out(coordinator, issue, "task:2")
    ((said, first),) = marked(coordinator, stored(issue))
    assert (said.split(".")[0], first) == (
        "This one is only counted in the mail",
        "Item 10",
    )
    leave_out(coordinator, issue, "task:3")
    assert marked(coordinator, stored(issue)) == []


def test_what_is_marked_is_what_the_last_look_names(coordinator, harbor):
    issue = make_issue(harbor, told=content(*(f"Item {n}" for n in range(11))))
    (folded,) = left_out_items(issue).folded
    ((_said, first),) = marked(coordinator, issue)
    assert folded.items[0].words == first
    assert len(folded.items) == 3


def test_who_only_reads_the_draft_is_not_told_to_move(client_of, harbor, stella):
    issue = make_issue(harbor, told=content(*(f"Item {n}" for n in range(11))))
    assert marked(client_of(stella), issue) == [
        ("These 3 are only counted in the mail, in one line.", "Item 8")
    ]


def test_a_pinned_item_stands_first(coordinator, issue):
    assert post(coordinator, issue, "pin", key="task:2", pinned="1").status_code == 303
    shown = coordinator.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    assert shown.index("First of all") < shown.index("What we achieved")
    assert "Back to its section" in shown


def test_too_much_on_top_is_refused_in_words(coordinator, harbor):
    told = content("One", "Two", "Three", "Four")
    issue = make_issue(harbor, told=told, pinned=["task:1", "task:2", "task:3"])
    response = post(coordinator, issue, "pin", key="task:4", pinned="1")
    shown = coordinator.get(response["Location"]).content.decode()
    assert "3 things on top are enough." in shown


def test_rewording_shows_the_record_and_keeps_it(coordinator, issue):
    url = f"/c/harbor/updates/{issue.pk}/items/reword/?key=task:1"
    assert "The record says" in coordinator.get(url).content.decode()
    response = coordinator.post(url, {"words": "Uno", "note": "De verdad."})
    assert response.status_code == 303
    shown = coordinator.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    assert "Uno" in shown
    assert "The record says: “One”" in shown
    assert post(coordinator, issue, "restore", key="task:1").status_code == 303
    assert words(issue) == ["One", "Two"]


def test_empty_words_are_refused(coordinator, issue):
    url = f"/c/harbor/updates/{issue.pk}/items/reword/?key=task:1"
    response = coordinator.post(url, {"words": ""})
    assert response.status_code == 422
    assert "Please fill this in." in response.content.decode()
    assert words(issue) == ["One", "Two"]


def test_a_record_that_says_something_else_by_now_is_marked(coordinator, harbor):
    of = {"words": "Before", "note": ""}
    wordings = {"task:1": {"words": "Uno", "note": "", "of": of}}
    issue = make_issue(harbor, told=content("One"), wordings=wordings)
    shown = coordinator.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    assert "The record says something else by now" in shown


@pytest.mark.parametrize("verb", ("move", "pin", "restore"))
def test_an_unknown_item_is_refused(coordinator, issue, verb):
    assert post(coordinator, issue, verb, key="task:99").status_code == 400


def test_rewording_what_has_left_leads_to_the_report(coordinator, harbor):
    issue = make_issue(harbor, IssueState.RELEASED)
    url = f"/c/harbor/updates/{issue.pk}/items/reword/?key=task:1"
    assert coordinator.get(url)["Location"] == f"/c/harbor/updates/{issue.pk}/"


def test_the_steering_group_cannot(client_of, stella, issue):
    assert post(client_of(stella), issue, "move", key="task:2").status_code == 403


def test_an_issue_of_elsewhere_is_not_found(coordinator, charlie):
    with scopes_disabled():
        theirs = make_issue(charlie.coalition)
    assert post(coordinator, theirs, "move", key="task:1").status_code == 404
