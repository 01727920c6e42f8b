"""Updates on paper: who takes what to whom, what stands on a sheet, who has theirs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scopes_disabled
from comms.models import Circle, IssueState, PaperCopy
from comms.updates.render import preview
from members.models import AuditEntry, Membership, PaperReader
from members.permissions import MemberRole
from tests.comms.drafts import content, make_announcement, make_issue
from tests.factories.comms import PaperCopyFactory, PaperReaderFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def coordinator(client_of, alice):
    return client_of(alice)


@pytest.fixture
def ruiz(harbor):
    person = PersonFactory(coalition=harbor, full_name="Jorge Ruiz", email=None)
    MembershipFactory(coalition=harbor, person=person, user=None)
    return person


@pytest.fixture
def reader(harbor, ruiz, bob):
    return PaperReaderFactory(coalition=harbor, person=ruiz, courier=bob.person)


@pytest.fixture
def sent(harbor):
    told = content("One", "Two")
    return make_issue(harbor, IssueState.DONE, subject="Seven schools", told=told)


def page(client, path):
    response = client.get(f"/c/harbor/{path}")
    assert response.status_code == 200, path
    return response.content.decode()


def sheet_of(client, issue, person):
    shown = page(client, f"updates/{issue.pk}/people/{person.pk}/paper/")
    (sheet,) = re.findall(r"<article.*?</article>", shown, re.DOTALL)
    return sheet


def act(client, issue, person, verb="hand"):
    url = f"/c/harbor/updates/{issue.pk}/people/{person.pk}/paper/{verb}/"
    return client.post(url)


# Who reads on paper


def test_a_coordinator_says_who_brings_it_to_whom(coordinator, ruiz, bob):
    url = f"/c/harbor/people/{ruiz.pk}/paper/"
    assert "checked" in coordinator.get(url).content.decode()  # there is no address
    response = coordinator.post(url, {"on_paper": "on", "courier": "Bob Brown"})
    assert response["Location"] == f"/c/harbor/people/{ruiz.pk}/"
    assert PaperReader.objects.get().courier == bob.person
    shown = page(coordinator, f"people/{ruiz.pk}/")
    assert "Brought by" in shown
    assert "Reads updates on paper" in shown
    entry = AuditEntry.objects.get(action="paper")
    assert entry.after == {"on_paper": True, "courier": bob.person_id}


def test_reading_on_paper_ends(coordinator, reader):
    url = f"/c/harbor/people/{reader.person_id}/paper/"
    assert coordinator.post(url, {"courier": "Bob Brown"}).status_code == 303
    assert not PaperReader.objects.exists()
    assert AuditEntry.objects.get(action="paper").after["on_paper"] is False


def test_saving_the_same_again_is_no_change(coordinator, reader):
    url = f"/c/harbor/people/{reader.person_id}/paper/"
    coordinator.post(url, {"on_paper": "on", "courier": "Bob Brown"})
    assert not AuditEntry.objects.filter(action="paper").exists()


def test_nobody_brings_it_to_themselves(coordinator, bob):
    url = f"/c/harbor/people/{bob.person_id}/paper/"
    response = coordinator.post(url, {"on_paper": "on", "courier": "Bob Brown"})
    assert response.status_code == 422
    assert "Somebody else has to bring it" in response.content.decode()


def test_nobody_of_another_coalition_brings_it(coordinator, ruiz, charlie):
    url = f"/c/harbor/people/{ruiz.pk}/paper/"
    with scopes_disabled():
        name = charlie.person.full_name
    response = coordinator.post(url, {"on_paper": "on", "courier": name})
    assert response.status_code == 422
    assert not PaperReader.objects.exists()


# The list


def test_the_list_tells_who_takes_it_to_whom(coordinator, sent, reader, harbor):
    alone = PersonFactory(
        coalition=harbor, full_name="Ada Alone", email=None, consent_digest=True
    )
    AffiliationFactory(partner__coalition=harbor, person=alone)
    PersonFactory(coalition=harbor, full_name="No Consent", email=None)
    shown = page(coordinator, f"updates/{sent.pk}/paper/")
    assert "Bob Brown takes it to" in shown
    assert "Jorge Ruiz" in shown
    assert "Nobody takes it yet to" in shown
    assert "Ada Alone" in shown
    assert "No Consent" not in shown
    assert "0 of 2 on paper handed over." in shown
    assert "To 1 nobody takes it yet." in shown


def test_whoever_left_takes_nothing_to_anybody(coordinator, sent, reader, bob):
    bob.state = "removed"
    bob.save()
    shown = page(coordinator, f"updates/{sent.pk}/paper/")
    assert "Nobody takes it yet to" in shown
    assert "Bob Brown takes it to" not in shown


@pytest.mark.parametrize("state", ("suspended", "removed"))
def test_whoever_takes_no_part_gets_no_paper(coordinator, sent, reader, ruiz, state):
    ruiz.membership.state = state
    ruiz.membership.save()
    assert "Jorge Ruiz" not in page(coordinator, f"updates/{sent.pk}/paper/")


def test_an_empty_list_says_what_to_do(coordinator, sent):
    assert "Nobody reads on paper" in page(coordinator, f"updates/{sent.pk}/paper/")


def test_only_what_is_written_is_printed(coordinator, harbor, reader):
    issue = make_issue(harbor, IssueState.MERGED)
    url = f"/c/harbor/updates/{issue.pk}/paper/"
    assert coordinator.get(url).status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_it_takes_the_same_statements(coordinator, harbor, sent, bob, rows):
    for _ in range(rows):
        person = MembershipFactory(coalition=harbor).person
        PaperReaderFactory(coalition=harbor, person=person, courier=bob.person)
        AssignmentFactory(task__goal=None, task__coalition=harbor, person=person)
        PaperCopyFactory(coalition=harbor, issue=sent, person=person, by=bob.person)
    asked = {}
    for path in ("paper/", "paper/print/"):
        page(coordinator, f"updates/{sent.pk}/{path}")
        with CaptureQueriesContext(connection) as seen:
            page(coordinator, f"updates/{sent.pk}/{path}")
        asked[path] = len(seen)
    assert asked == {"paper/": 7, "paper/print/": 17}


# The sheet


def test_a_sheet_holds_what_is_theirs_and_nothing_of_others(
    coordinator, sent, harbor, reader
):
    ruiz, bob = reader.person, reader.courier
    other = MembershipFactory(coalition=harbor).person
    PaperReaderFactory(coalition=harbor, person=other, courier=bob)
    for person, title in ((ruiz, "Count trucks"), (other, "Secret errand")):
        AssignmentFactory(
            task__goal=None, task__coalition=harbor, person=person, task__title=title
        )
    AssignmentFactory(
        task__goal=None, task__coalition=harbor, person=bob, task__title="Bobs own"
    )
    sheet = sheet_of(coordinator, sent, ruiz)
    for words in ("For Jorge Ruiz", "brought by Bob Brown", "Hello Jorge,", "One"):
        assert words in sheet
    assert "Count trucks" in sheet
    assert "Secret errand" not in sheet
    assert "Bobs own" not in sheet
    assert "Draft" not in sheet


def test_a_sheet_speaks_their_language(coordinator, sent, reader, ruiz):
    ruiz.language = "es"
    ruiz.save()
    sheet = sheet_of(coordinator, sent, ruiz)
    assert 'lang="es"' in sheet
    assert "Hola, Jorge" in sheet


@pytest.mark.parametrize(
    ("state", "is_draft"),
    (
        (IssueState.COMPOSED, True),
        (IssueState.AWAITING_APPROVAL, True),
        (IssueState.APPROVED, False),
        (IssueState.RELEASED, False),
    ),
)
def test_a_draft_says_so(coordinator, harbor, reader, state, is_draft):
    issue = make_issue(harbor, state)
    sheet = sheet_of(coordinator, issue, reader.person)
    assert ("Draft: it may still change" in sheet) == is_draft


def test_each_has_a_sheet_of_their_own(coordinator, sent, harbor, reader):
    PaperReaderFactory(
        coalition=harbor, person=MembershipFactory(coalition=harbor).person
    )
    shown = page(coordinator, f"updates/{sent.pk}/paper/print/")
    assert shown.count("<article") == 2
    assert "2 sheets to print" in shown


def test_what_was_withdrawn_is_on_no_sheet(coordinator, sent, reader):
    url = f"/c/harbor/archive/{sent.pk}/withdraw/"
    sent.deliveries.create(
        coalition=sent.coalition,
        person=reader.courier,
        kind="update",
        to_addr="b@example.org",
        dedupe_key="k",
        message_id="<k@localhost>",
        status="sent",
        accepted_at=sent.due_at,
        expires_at=sent.due_at,
    )
    type(sent).objects.filter(pk=sent.pk).update(released_at=sent.due_at)
    assert coordinator.post(url, {"key": "task:1"}).status_code == 303
    sheet = sheet_of(coordinator, sent, reader.person)
    assert "Two" in sheet
    assert "One" not in sheet


# Handing over


def test_it_is_handed_over_and_that_is_undone(coordinator, sent, reader, ruiz, alice):
    assert act(coordinator, sent, ruiz).status_code == 303
    act(coordinator, sent, ruiz)  # a double click
    assert PaperCopy.objects.get().by == alice.person
    shown = page(coordinator, f"updates/{sent.pk}/paper/")
    assert "1 of 1 on paper handed over." in shown
    assert "Has it: Alice Adams" in shown
    assert "1 of 1 on paper handed over." in page(coordinator, f"updates/{sent.pk}/")
    act(coordinator, sent, ruiz, "unhand")
    assert not PaperCopy.objects.exists()
    actions = AuditEntry.objects.filter(model="comms.issue").order_by("pk")
    assert [entry.action for entry in actions] == ["hand paper", "unhand paper"]


def test_a_draft_is_not_handed_over(coordinator, harbor, reader, ruiz):
    issue = make_issue(harbor)
    response = act(coordinator, issue, ruiz)
    assert not PaperCopy.objects.exists()
    shown = coordinator.get(response["Location"]).content.decode()
    assert "It can be handed over once it is approved." in shown


def test_the_courier_is_told_prints_it_and_says_that_they_have_it(
    client_of, sent, reader, ruiz, bob
):
    courier = client_of(bob)
    home = page(courier, "")
    assert "Please take the update to them" in home
    assert "Jorge Ruiz" in home
    assert "For Jorge Ruiz" in sheet_of(courier, sent, ruiz)
    assert act(courier, sent, ruiz)["Location"] == "/c/harbor/"
    assert PaperCopy.objects.get().by == bob.person
    assert "Please take the update" not in page(courier, "")


def test_a_courier_who_leads_is_told_on_the_dashboard(
    coordinator, harbor, sent, alice, ruiz
):
    PaperReaderFactory(coalition=harbor, person=ruiz, courier=alice.person)
    shown = page(coordinator, "")
    assert "Please take the update to Jorge Ruiz" in shown
    assert f"/c/harbor/updates/{sent.pk}/paper/mine/" in shown
    act(coordinator, sent, ruiz)
    assert "Please take the update" not in page(coordinator, "")


def test_the_courier_reads_of_it_in_their_own_update(harbor, sent, reader, alice, bob):
    mail = preview(sent, bob.person, within=Circle.MEMBERS)
    words = "Please take this update, on paper, to Jorge Ruiz."
    assert words in mail.html
    assert "on paper, to Jorge Ruiz." in " ".join(mail.text.split())
    others = (
        preview(sent, alice.person, within=Circle.MEMBERS),
        preview(make_announcement(harbor), bob.person, within=Circle.MEMBERS),
    )
    assert all(words not in other.html for other in others)


@pytest.mark.parametrize("role", (MemberRole.MEMBER, MemberRole.OBSERVER))
def test_whoever_brings_nothing_sees_no_sheet(client_of, harbor, sent, reader, role):
    ruiz = reader.person
    other = client_of(MembershipFactory(coalition=harbor, role=role))
    url = f"/c/harbor/updates/{sent.pk}/people/{ruiz.pk}/paper/"
    assert other.get(url).status_code == 404
    assert act(other, sent, ruiz).status_code == 404
    assert other.get(f"/c/harbor/updates/{sent.pk}/paper/").status_code == 403
    assert other.get(f"/c/harbor/updates/{sent.pk}/paper/print/").status_code == 403


def test_a_courier_sees_no_draft_and_no_other_sheet(
    client_of, harbor, sent, reader, bob
):
    courier = client_of(bob)
    other = MembershipFactory(coalition=harbor).person
    PaperReaderFactory(coalition=harbor, person=other)
    draft = make_issue(harbor)
    for issue, person in ((draft, reader.person), (sent, other)):
        url = f"/c/harbor/updates/{issue.pk}/people/{person.pk}/paper/"
        assert courier.get(url).status_code == 404


def test_the_steering_group_looks_and_hands_nothing_over(
    client_of, harbor, sent, reader
):
    steering = client_of(MembershipFactory(coalition=harbor, role=MemberRole.STEERING))
    assert "For Jorge Ruiz" in sheet_of(steering, sent, reader.person)
    assert act(steering, sent, reader.person).status_code == 404


def test_nothing_of_another_coalition_is_reached(client_of, charlie, coordinator, sent):
    with scopes_disabled():
        theirs = make_issue(charlie.coalition, IssueState.DONE, subject="Canary")
        person = PersonFactory(coalition=charlie.coalition, full_name="Canary Bird")
        PaperReaderFactory(coalition=charlie.coalition, person=person)
    for path in (
        f"updates/{theirs.pk}/paper/",
        f"updates/{sent.pk}/people/{person.pk}/paper/",
        f"people/{person.pk}/paper/",
    ):
        assert coordinator.get(f"/c/harbor/{path}").status_code == 404
    assert "Canary" not in page(coordinator, f"updates/{sent.pk}/paper/print/")


def test_what_is_for_the_steering_group_stands_on_no_sheet(
    coordinator, harbor, sent, reader
):
    Membership.objects.filter(person=reader.person).update(role=MemberRole.STEERING)
    own = {"key": "own:1", "words": "Words.", "by": "Alice Adams"}
    type(sent).objects.filter(pk=sent.pk).update(
        own_sections=[
            {**own, "heading": "For all", "circle": Circle.EVERYBODY},
            {
                **own,
                "key": "own:2",
                "heading": "Behind doors",
                "circle": Circle.STEERING,
            },
        ]
    )
    sheet = sheet_of(coordinator, sent, reader.person)
    assert "For all" in sheet
    assert "Words." in sheet
    assert "Behind doors" not in sheet
