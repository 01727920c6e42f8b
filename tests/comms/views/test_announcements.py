"""Announcing something in the browser: what, to whom, and with which number."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.models import Delivery, Issue, IssueState, Topic
from comms.services.sections import create_section
from comms.updates import usual
from comms.updates.addressees import addressees_of
from comms.updates.content import SectionKind, drafted_of
from goals.services.milestones import reach_milestone
from tests.comms.drafts import make_announcement, make_issue
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    MembershipFactory,
    PartnerFactory,
    WorkingGroupFactory,
)
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

TO_ALL = {"whom": "everybody"}


@pytest.fixture
def coordinator(client_of, alice):
    return client_of(alice)


def url(topic, to=""):
    return f"/c/harbor/updates/announce/?topic={topic}&to={to}"


def drafted(response) -> Issue:
    assert response.status_code == 303, response.content.decode()
    return Issue.objects.get()


def test_it_asks_what_it_is_about_and_keeps_to_whom(coordinator):
    shown = coordinator.get("/c/harbor/updates/announce/?to=group:7").content.decode()
    for topic in Topic.values:
        assert f"?topic={topic}&amp;to=group%3A7" in shown


def test_words_are_drafted_for_everybody(coordinator):
    data = {"subject": "We moved", "introduction": "To **Pier 4**.", **TO_ALL}
    issue = drafted(coordinator.post(url("words"), data))
    assert (issue.topic, issue.subject) == (Topic.WORDS, "We moved")
    assert issue.state == IssueState.AWAITING_APPROVAL
    assert addressees_of(issue).is_everybody
    assert not Delivery.objects.exists()


def test_what_was_typed_is_kept_on_a_mistake(coordinator):
    response = coordinator.post(url("words"), {"introduction": "Kept", **TO_ALL})
    assert response.status_code == 422
    assert "Kept" in response.content.decode()
    assert not Issue.objects.exists()


def test_sent_twice_it_is_drafted_once(coordinator):
    once = "0b0b9c7e-64a5-4b34-9d4f-9f1c3e6f1a11"
    data = {"subject": "Once", "introduction": "Only", "once": once, **TO_ALL}
    for _ in range(2):
        drafted(coordinator.post(url("words"), data))


def test_a_draft_says_that_it_waits_for_the_morning(coordinator):
    data = {"subject": "We moved", "introduction": "To Pier 4.", **TO_ALL}
    issue = drafted(coordinator.post(url("words"), data))
    page = coordinator.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    assert "it waits until morning" in page


def test_a_decision_says_what_when_by_whom_and_what_follows(coordinator):
    data = {
        "decided": "We ask for a quiet street",
        "decided_on": "2026-05-12",
        "decided_by": "the steering group",
        "changes": "The letter goes out on Monday.",
        **TO_ALL,
    }
    issue = drafted(coordinator.post(url("decision"), data))
    assert issue.subject == "We decided: We ask for a quiet street"
    shown = coordinator.get(at_body(issue)).content.decode()
    assert "What we decided" in shown
    assert "by the steering group." in shown
    assert "The letter goes out on Monday." in shown


def at_body(issue):
    return f"/c/harbor/updates/{issue.pk}/preview/body/"


def event(**data):
    starts = (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT18:00")
    return {"title": "Soup and cake", "starts_at": starts, **TO_ALL, **data}


def test_what_is_announced_has_a_menu_of_its_own_beside_its_section(coordinator):
    issue = drafted(coordinator.post(url("event"), event()))
    page = coordinator.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(set(ids)) == sorted(ids)


def test_its_section_goes_below_a_section_of_ones_own(coordinator, alice):
    issue = drafted(coordinator.post(url("event"), event()))
    told = {"heading": "Thanks", "words": "They sat until ten.", "circle": "everybody"}
    create_section(issue=issue, by=acting(alice), **told)
    answer = coordinator.post(
        f"/c/harbor/updates/{issue.pk}/items/move/", {"key": "event"}
    )
    assert answer["Location"].endswith(f"/updates/{issue.pk}/#section-event")
    moved = [section.kind for section in drafted_of(Issue.objects.get()).sections]
    assert moved == [SectionKind.OWN, SectionKind.EVENT]


def test_an_event_says_when_and_where_and_leads_to_a_calendar(coordinator):
    data = event(place="Lantern Street hall", link="https://example.org/soup")
    issue = drafted(coordinator.post(url("event"), data))
    shown = coordinator.get(at_body(issue)).content.decode()
    for words in ("Soup and cake", "Lantern Street hall", "https://example.org/soup"):
        assert words in shown
    assert "Put it into your calendar" in shown


def test_an_event_is_read_in_each_readers_time(coordinator, bob):
    issue = drafted(coordinator.post(url("event"), event()))
    bob.person.timezone = "Asia/Tokyo"
    bob.person.save()
    shown = coordinator.get(f"{at_body(issue)}?person={bob.person_id}").content.decode()
    assert "03:00 (Asia/Tokyo)" in shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    (
        ({"starts_at": "2020-01-01T10:00"}, "still to come"),
        ({"ends_at": "2020-01-01T10:00"}, "must not end before it begins"),
        ({"link": "javascript:alert(1)"}, "Enter a valid URL"),
    ),
)
def test_an_event_that_cannot_be_is_refused(coordinator, wrong, words):
    response = coordinator.post(url("event"), event(**wrong))
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_subject_nobody_changed_goes_with_the_event(coordinator):
    issue = drafted(coordinator.post(url("event"), event()))
    edit = at_edit(issue)
    coordinator.post(edit, event(title="Soup", version=1))
    issue.refresh_from_db()
    assert issue.subject.startswith("Soup, ")
    Issue.objects.update(subject="Come!", version=2)
    coordinator.post(edit, event(title="Cake", version=2))
    issue.refresh_from_db()
    assert issue.subject == "Come!"


def at_edit(issue):
    return f"/c/harbor/updates/{issue.pk}/announcement/"


def test_a_milestone_is_drafted_from_its_record(coordinator, harbor, alice, bob):
    partner = PartnerFactory(coalition=harbor, name="Mothers of Dockside")
    milestone = MilestoneFactory(
        goal__coalition=harbor, title="Seventh school", partner=partner
    )
    reach_milestone(
        milestone=milestone,
        on=timezone.localdate(),
        person=bob.person,
        by=acting(alice),
    )
    assert "not one of the available choices" in post_milestone(coordinator, milestone)
    Issue.objects.get().delete()
    assert post_milestone(coordinator, milestone) == ""
    issue = Issue.objects.get()
    assert issue.subject == "We did it: Seventh school"
    (item,) = issue.content["sections"][0]["items"]
    assert "Bob Brown, Mothers of Dockside" in item["note"]


def post_milestone(client, milestone):
    data = {"milestone": milestone.pk, **TO_ALL}
    return client.post(url("milestone"), data).content.decode()


@pytest.fixture
def group(harbor, bob):
    group = WorkingGroupFactory(coalition=harbor, name="Schools")
    GroupMemberFactory(group=group, person=bob.person, leads=True)
    return group


def test_a_link_chooses_the_group_and_its_lead_can_answer(coordinator, group, bob):
    to = f"group:{group.pk}"
    shown = coordinator.get(url("words", to)).content.decode()
    assert f'<option value="{to}" selected>Schools</option>' in shown
    data = {"subject": "S", "introduction": "I", "answered_by": bob.person_id}
    issue = drafted(coordinator.post(url("words"), {**data, "whom": to}))
    assert addressees_of(issue).ids == (group.pk,)
    body = coordinator.get(at_body(issue)).content.decode()
    assert "Just hit reply: Bob Brown reads every answer." in body
    page = coordinator.get(f"/c/harbor/updates/{issue.pk}/").content.decode()
    assert "The working group “Schools”" in page
    assert "Bob Brown" in page


def test_replies_go_to_nobody_who_neither_coordinates_nor_leads(coordinator, vera):
    data = {"subject": "S", "introduction": "I", "answered_by": vera.person_id}
    response = coordinator.post(url("words"), {**data, **TO_ALL})
    assert response.status_code == 422


def test_partners_are_ticked(coordinator, harbor, alice):
    partner = PartnerFactory(coalition=harbor, name="Clean Air")
    shown = coordinator.get(url("words", f"partner:{partner.pk}")).content.decode()
    assert '<option value="speakers" selected>' in shown
    data = {"subject": "S", "introduction": "I", "whom": "partners"}
    response = coordinator.post(url("words"), data)
    assert "Tick at least one partner." in response.content.decode()
    issue = drafted(coordinator.post(url("words"), {**data, "partners": [partner.pk]}))
    assert str(addressees_of(issue)) == "Everybody at Clean Air"


def test_nothing_of_another_coalition_can_be_chosen(coordinator, charlie):
    with scopes_disabled():
        theirs = charlie.coalition
        group = WorkingGroupFactory(coalition=theirs)
        goal = GoalFactory(coalition=theirs)
        partner = PartnerFactory(coalition=theirs)
    data = {"subject": "S", "introduction": "I"}
    for wrong in (
        {"whom": f"group:{group.pk}"},
        {"whom": f"goal:{goal.pk}"},
        {"whom": "partners", "partners": [partner.pk]},
        {"whom": "everybody", "answered_by": charlie.person_id},
    ):
        assert coordinator.post(url("words"), {**data, **wrong}).status_code == 422
    assert not Issue.objects.exists()


def test_only_who_sends_updates_announces(client_of, stella, bob, harbor):
    issue = make_announcement(harbor)
    for member in (stella, bob):
        client = client_of(member)
        assert client.get("/c/harbor/updates/announce/").status_code == 403
        assert client.post(at_edit(issue), TO_ALL).status_code == 403


def test_what_has_left_is_not_addressed_anew(coordinator, harbor):
    issue = make_announcement(harbor, state=IssueState.DONE)
    assert coordinator.get(at_edit(issue)).status_code == 302
    update = make_issue(harbor, source_key="p1")
    assert coordinator.get(at_edit(update)).status_code == 302


@pytest.mark.parametrize("rows", (1, 3))
def test_the_form_takes_the_same_statements(coordinator, harbor, rows):
    for _ in range(rows):
        WorkingGroupFactory(coalition=harbor)
        GoalFactory(coalition=harbor)
        AffiliationFactory(partner__coalition=harbor)
        MembershipFactory(coalition=harbor, role="coordinator")
    with CaptureQueriesContext(connection) as seen:
        coordinator.get(url("words"))
    assert len(seen) == 7


# The number


@pytest.fixture
def draft(harbor, monkeypatch):
    monkeypatch.setattr(usual, "FEW", 1)
    MembershipFactory(coalition=harbor)
    return make_announcement(harbor, due_at=timezone.now())


def approve(client, issue, **data):
    data = {
        "subject": issue.subject,
        "version": issue.version,
        "sha256": issue.content_sha256,
        "release": "1",
        **data,
    }
    return client.post(f"/c/harbor/updates/{issue.pk}/approve/", data)


def test_the_draft_asks_for_the_number_beside_the_button(coordinator, draft):
    shown = coordinator.get(f"/c/harbor/updates/{draft.pk}/").content.decode()
    assert "How many people get it?" in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    (("", "Type how many get it"), ("9", "You typed 9"), ("two", "Enter a whole")),
)
def test_a_wrong_number_says_so_beside_it_and_nothing_leaves(
    coordinator, draft, typed, words
):
    response = approve(coordinator, draft, count=typed, introduction="My words")
    shown = response.content.decode()
    assert response.status_code == 422
    assert words in shown
    assert 'id="id_count_error"' in shown or 'aria-invalid="true"' in shown
    assert "My words" in shown
    draft.refresh_from_db()
    assert draft.state == IssueState.AWAITING_APPROVAL
    assert not Delivery.objects.exists()


def test_the_right_number_lets_it_go(coordinator, draft):
    assert approve(coordinator, draft, count="2").status_code == 303
    draft.refresh_from_db()
    assert draft.state == IssueState.RELEASED


def test_an_approved_one_asks_as_well(coordinator, draft):
    approve(coordinator, draft, release="")
    url = f"/c/harbor/updates/{draft.pk}/release/"
    response = coordinator.post(url, {"count": "7"})
    assert response.status_code == 422
    assert "You typed 7" in response.content.decode()
    assert coordinator.post(url, {"count": "2"}).status_code == 303
    assert Delivery.objects.count() == 2
