"""Writing words of one's own into a draft, page by page."""

from urllib.parse import quote

import pytest

from coalition.common.tenancy import scope
from comms.models import Circle, Issue, IssueState
from comms.services.issues import approve_issue
from comms.services.sections import create_section, remove_section
from tests.comms.drafts import make_issue
from tests.factories.members import PermissionGrantFactory
from tests.utils import acting, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(harbor) -> Issue:
    return make_issue(harbor, subject="Seven schools")


@pytest.fixture
def planted(issue, alice) -> Issue:
    told = {"heading": "In confidence", "words": "The landlord wavers"}
    with scope(coalition=alice.coalition):
        return create_section(
            issue=issue, **told, circle=Circle.STEERING, by=acting(alice)
        )


def stored(issue) -> Issue:
    with scope(coalition=issue.coalition):
        return Issue.objects.get(pk=issue.pk)


def test_words_are_written_above_a_section(issue, alice, client_of):
    client = client_of(alice)
    url = at(alice, "comms:update_section_open", issue.pk) + "?key=achieved"
    assert "Words above “What we achieved”" in client.get(url).text
    answer = client.post(url, {"words": "It was close."})
    assert answer["Location"].endswith(f"/updates/{issue.pk}/#section-achieved")
    assert stored(issue).openings == {
        "achieved": {"words": "It was close.", "by": "Alice Adams"}
    }
    assert "It was close." in client.get(url).text
    page = client.get(at(alice, "comms:update_detail", issue.pk))
    assert "It was close." in page.text


def test_what_is_too_long_is_said_beside_the_field_and_kept(issue, alice, client_of):
    url = at(alice, "comms:update_section_open", issue.pk) + "?key=achieved"
    answer = client_of(alice).post(url, {"words": "x" * 401})
    assert answer.status_code == 422
    assert "x" * 401 in answer.text
    assert stored(issue).openings == {}


def test_a_section_is_added_changed_and_removed(issue, alice, client_of):
    client = client_of(alice)
    told = {"heading": "Thanks", "words": "To all", "circle": "steering"}
    url = at(alice, "comms:update_section_create", issue.pk)
    assert client.get(url).status_code == 200
    client.post(url, told)
    (own,) = stored(issue).own_sections
    url = at(alice, "comms:update_section_edit", issue.pk) + f"?key={quote(own['key'])}"
    assert "To all" in client.get(url).text
    client.post(url, told | {"circle": "everybody"})
    assert stored(issue).own_sections == [own | {"circle": "everybody"}]
    client.post(at(alice, "comms:update_section_remove", issue.pk), {"key": own["key"]})
    assert stored(issue).own_sections == []


@pytest.mark.parametrize("key", ("", "?key=joined", "?key=own:nothing"))
@pytest.mark.parametrize("page", ("open", "edit"))
def test_a_section_that_is_not_there_has_no_page(issue, alice, client_of, page, key):
    url = at(alice, f"comms:update_section_{page}", issue.pk) + key
    assert client_of(alice).get(url).status_code == 400


@pytest.mark.parametrize("page", ("open", "create"))
def test_what_has_left_leads_to_its_report(harbor, alice, client_of, page):
    issue = make_issue(harbor, IssueState.DONE)
    url = at(alice, f"comms:update_section_{page}", issue.pk) + "?key=achieved"
    assert client_of(alice).get(url)["Location"] == at(
        alice, "comms:update_detail", issue.pk
    )


def test_a_draft_shows_each_no_more_than_they_may_read(
    planted, alice, stella, client_of
):
    for reader in (alice, stella):
        page = client_of(reader).get(at(reader, "comms:update_detail", planted.pk))
        assert "The landlord wavers" in page.text
        assert "Steering group only" in page.text


def test_a_member_who_may_read_drafts_sees_no_more_of_them(
    planted, alice, bob, client_of
):
    """Nor can they see it by looking as somebody of the steering group."""
    with scope(coalition=bob.coalition):
        PermissionGrantFactory(
            coalition=bob.coalition, person=bob.person, permission="updates.view"
        )
        approve_issue(issue=planted, sha256=planted.content_sha256, by=acting(alice))
        remove_section(
            issue=planted, key=planted.own_sections[0]["key"], by=acting(alice)
        )
        create_section(
            issue=planted,
            heading="New",
            words="The landlord wavers",
            circle=Circle.STEERING,
            by=acting(alice),
        )
    client = client_of(bob)
    page = client.get(at(bob, "comms:update_detail", planted.pk))
    body = client.get(
        at(bob, "comms:update_preview_body", planted.pk), {"person": alice.person_id}
    )
    assert page.status_code == body.status_code == 200
    assert "The landlord wavers" not in page.text + body.text
    assert "Somali translation checked" in body.text
