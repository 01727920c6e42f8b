"""Looking at an issue as its readers will, on a computer and a phone, light and dark."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.models import IssueState
from tests.comms.drafts import content, make_issue
from tests.factories.members import AffiliationFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def coordinator(client_of, alice):
    return client_of(alice)


@pytest.fixture
def issue(harbor):
    return make_issue(harbor, subject="Seven schools", told=content("One", "Two"))


def look(client, issue, query="", **kwargs):
    url = f"/c/harbor/updates/{issue.pk}/preview/?{query}"
    response = client.get(url, **kwargs)
    assert response.status_code == 200
    return response.content.decode()


def mail(client, issue, query=""):
    return client.get(f"/c/harbor/updates/{issue.pk}/preview/body/?{query}")


def test_mail_and_text_stand_beside_each_other(coordinator, issue, bob):
    shown = look(coordinator, issue, f"person={bob.person_id}")
    assert re.search(r"<iframe[^>]* sandbox></iframe>", shown)
    assert "Preview as Bob Brown will see it" in shown
    text = re.search(r"<pre[^>]*>(.*?)</pre>", shown, re.DOTALL)
    assert text
    assert "Hello Bob," in text[1]
    assert "* One" in text[1]


def test_the_frame_may_do_nothing(coordinator, issue, bob):
    response = mail(coordinator, issue, f"person={bob.person_id}")
    assert "Hello Bob," in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_it_stands_in_an_inbox_with_sender_subject_and_first_words(coordinator, issue):
    inbox = re.search(r'class="inbox".*?</div>', look(coordinator, issue), re.DOTALL)
    assert inbox
    for words in ("Healthy Harbor", "Seven schools", "One; Two"):
        assert words in inbox[0]


def test_the_text_is_that_of_nobody_else(coordinator, issue, harbor, bob):
    AssignmentFactory(
        task__goal=None,
        task__coalition=harbor,
        person=bob.person,
        task__title="Only for Bob",
        letter="R",
    )
    assert "Only for Bob" in look(coordinator, issue, f"person={bob.person_id}")
    assert "Only for Bob" not in look(coordinator, issue)


@pytest.mark.parametrize(
    ("palette", "in_force", "scheme"),
    (("dark", "@media all", "dark"), ("light", "@media not all", "light")),
)
def test_the_palette_is_that_of_the_mail_itself(
    coordinator, issue, palette, in_force, scheme
):
    html = mail(coordinator, issue, f"palette={palette}").content.decode()
    assert f"{in_force} {{" in html
    assert "prefers-color-scheme" not in html
    assert f":root {{ color-scheme: {scheme};" in html


def test_what_is_sent_keeps_both_palettes(coordinator, issue, bob):
    mail(coordinator, issue, "palette=dark")
    html = mail(coordinator, issue, "palette=pink").content.decode()
    assert "@media not all" in html  # what it cannot read it ignores


def test_a_name_is_found_and_what_was_chosen_stays(coordinator, issue, harbor):
    for name in ("Marcus Webb", "Marcus Young"):
        PersonFactory(coalition=harbor, full_name=name, email=None)
    query = "q=marcus&width=phone&palette=dark"
    shown = look(coordinator, issue, query, headers={"HX-Request": "true"})
    assert "<html" not in shown
    assert "Shown as Marcus Webb sees it." in shown
    assert "Will not get it:" in shown
    assert ">Marcus Young</a>" in shown
    assert shown.count('data-width="phone" data-palette="dark"') == 3
    assert "Nobody here" not in shown


def test_one_letter_offers_all_who_have_it(coordinator, issue, harbor):
    for name in ("Zoë Acker", "Marcus Webb"):
        PersonFactory(coalition=harbor, full_name=name)
    shown = look(coordinator, issue, "q=a")
    assert "Shown as Alice Adams sees it." in shown
    assert "Nobody here" not in shown
    for name in ("Zoë Acker", "Marcus Webb"):
        assert f">{name}</a>" in shown


@pytest.mark.parametrize("place", ("", "preview/"))
def test_the_address_names_whom_it_shows(coordinator, issue, harbor, place):
    marcus = PersonFactory(coalition=harbor, full_name="Marcus Webb")
    base = f"/c/harbor/updates/{issue.pk}/"
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": f"http://testserver{base}{place}?person=1",
    }
    answer = coordinator.get(f"{base}preview/?q=marcus", headers=headers)
    address = answer["HX-Replace-Url"]
    assert address == f"{base}{place}?person={marcus.pk}&width=wide&palette=light"
    assert "Shown as Marcus Webb sees it." in coordinator.get(address).text


def test_the_address_is_never_that_of_another_page(coordinator, issue):
    for where in ("https://evil.example/x", "nonsense", ""):
        headers = {"HX-Request": "true", "HX-Current-URL": where}
        answer = coordinator.get(
            f"/c/harbor/updates/{issue.pk}/preview/?who=new", headers=headers
        )
        assert answer["HX-Replace-Url"] == (
            f"/c/harbor/updates/{issue.pk}/preview/?who=new&width=wide&palette=light"
        )


def test_more_than_are_offered_are_told_of(coordinator, issue, harbor):
    for n in range(9):
        PersonFactory(coalition=harbor, full_name=f"Marcus {n}")
    shown = look(coordinator, issue, "q=marcus")
    assert shown.count(">Marcus ") == 7
    assert "More people fit" in shown
    assert "More people fit" not in look(coordinator, issue, "q=marcus+1")


def test_nobody_of_another_coalition_is_found(coordinator, issue, charlie):
    shown = look(coordinator, issue, "q=Charlie")
    assert "Nobody here goes by that name." in shown
    assert "Shown as Alice Adams sees it." in shown
    with scopes_disabled():
        number = charlie.person_id
    assert "Shown as Alice Adams sees it." in look(
        coordinator, issue, f"person={number}"
    )


def test_somebody_new_has_nothing_of_their_own(coordinator, issue):
    shown = look(coordinator, issue, "who=new")
    assert "Shown as somebody new sees it." in shown
    assert "Hello,\n" in shown
    body = mail(coordinator, issue, "who=new").content.decode()
    assert "Hello," in body
    assert "Hello Alice" not in body


def test_a_delegate_without_account_is_one_of_the_reader_kinds(
    coordinator, issue, harbor
):
    assert "Every delegate has an account." in look(coordinator, issue, "who=delegate")
    dora = PersonFactory(coalition=harbor, full_name="Dora Diaz")
    AffiliationFactory(partner__coalition=harbor, person=dora)
    shown = look(coordinator, issue, "who=delegate")
    assert "Shown as Dora Diaz sees it." in shown
    assert f"person={dora.pk}&amp;width=phone" in shown


@pytest.mark.parametrize(
    "query", ("person=x", "person=-1", "width=watch", "palette=pink", "who=me", "q=%00")
)
def test_what_it_cannot_read_it_ignores(coordinator, issue, query):
    assert "Shown as Alice Adams sees it." in look(coordinator, issue, query)


@pytest.mark.parametrize("rows", (1, 3))
def test_it_takes_the_same_statements(coordinator, harbor, alice, rows):
    issue = make_issue(harbor, told=content(*(f"Item {n}" for n in range(rows))))
    for _ in range(rows):
        AssignmentFactory(task__goal=None, task__coalition=harbor, person=alice.person)
    look(coordinator, issue)  # SQLite is asked once whether it knows JSON
    with CaptureQueriesContext(connection) as seen:
        look(coordinator, issue, f"person={alice.person_id}")
    assert len(seen) == 31


def test_looking_changes_nothing(coordinator, issue):
    before = issue.updated_at
    look(coordinator, issue, "palette=dark")
    issue.refresh_from_db()
    assert issue.updated_at == before
    assert timezone.now() > before


def test_members_may_not_look(client_of, bob, issue):
    for path in ("preview/", "preview/body/", "check/"):
        response = client_of(bob).get(f"/c/harbor/updates/{issue.pk}/{path}")
        assert response.status_code == 403


# Before it leaves


def check(client, issue):
    response = client.get(f"/c/harbor/updates/{issue.pk}/check/")
    assert response.status_code == 200
    return response.content.decode()


def test_what_is_to_be_looked_at_stands_in_editor_preview_and_approval(
    coordinator, harbor
):
    issue = make_issue(harbor, introduction="Hi", subject="x" * 61)
    draft = coordinator.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    for shown in (draft, look(coordinator, issue), check(coordinator, issue)):
        assert "The subject has 61 characters" in shown
    assert "1 thing to look at" in draft


def test_whoever_has_nothing_of_their_own_can_be_asked_something(coordinator, issue):
    shown = check(coordinator, issue)
    assert "Nothing of their own in it" in shown
    asking = "/c/harbor/tasks/new/?accountable=Alice%20Adams"
    assert asking in shown
    assert 'value="Alice Adams"' in coordinator.get(asking).content.decode()


def test_what_was_left_out_is_shown_again_from_there(coordinator, issue):
    url = f"/c/harbor/updates/{issue.pk}/items/"
    coordinator.post(url, {"key": "task:1"})
    assert "Left out by Alice Adams" in check(coordinator, issue)
    coordinator.post(url, {"key": "task:1", "shown": "1"})
    assert "All that was found is in it." in check(coordinator, issue)


def test_what_has_left_is_looked_over_no_more(coordinator, harbor):
    issue = make_issue(harbor, IssueState.DONE)
    response = coordinator.get(f"/c/harbor/updates/{issue.pk}/check/")
    assert response["Location"] == f"/c/harbor/updates/{issue.pk}/"
