"""The list, the draft and the report, with and without htmx."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.models import Delivery, DeliveryStatus, Issue, IssueState
from comms.services.release import release_issue
from tests.comms.drafts import content, make_announcement, make_issue
from tests.factories.comms import MailReportFactory, UpdateScheduleFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def coordinator(client_of, alice):
    return client_of(alice)


@pytest.fixture
def issue(harbor):
    return make_issue(harbor, subject="Seven schools", told=content("One", "Two"))


def page(client, path, **kwargs):
    response = client.get(f"/c/harbor/{path}", **kwargs)
    assert response.status_code == 200
    return response.content.decode()


def post(client, issue, verb, *, headers=None, **data):
    url = f"/c/harbor/updates/{issue.pk}/{verb}/"
    return client.post(url, data, headers=headers)


def stored(issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


# The list


def test_the_list_is_empty_and_says_what_will_come(coordinator):
    shown = page(coordinator, "updates/")
    assert "No update yet. That will change." in shown
    assert "There is no rhythm yet." in shown


def test_the_list_shows_what_comes_and_what_was(coordinator, harbor, charlie):
    UpdateScheduleFactory(coalition=harbor)
    make_issue(harbor, subject="Coming")
    make_announcement(harbor, subject="News")
    make_issue(harbor, IssueState.DONE, subject="Sent one")
    make_issue(harbor, IssueState.SKIPPED, subject="", hold_reason="Nothing new.")
    make_issue(harbor, IssueState.MERGED, subject="Folded away")
    with scopes_disabled():
        make_issue(charlie.coalition, subject="Canary")
    shown = page(coordinator, "updates/")
    for words in ("Coming", "News", "Sent one", "Nothing new.", "Every 2 weeks"):
        assert words in shown
    assert "Folded away" not in shown
    assert "Canary" not in shown


@pytest.mark.parametrize("rows", (1, 3))
def test_the_list_takes_the_same_statements(coordinator, harbor, rows):
    for _ in range(rows):
        make_issue(harbor)
        make_issue(harbor, IssueState.DONE)
    with CaptureQueriesContext(connection) as seen:
        page(coordinator, "updates/")
    assert len(seen) == 7


def test_the_steering_group_reads_and_does_not_act(client_of, stella, issue):
    steering = client_of(stella)
    assert "Draft an update now" not in page(steering, "updates/")
    shown = page(steering, f"updates/{issue.pk}/")
    assert "Seven schools" in shown
    assert "Approve" not in re.sub(r"(?s)<ol class=\"steps\".*?</ol>", "", shown)
    assert post(steering, issue, "approve").status_code == 403


def test_members_see_nothing_of_it(client_of, bob, issue):
    assert client_of(bob).get("/c/harbor/updates/").status_code == 403
    assert client_of(bob).get(f"/c/harbor/updates/{issue.pk}/").status_code == 403


# The draft


def test_the_draft_links_each_item_to_its_record(coordinator, issue):
    shown = page(coordinator, f"updates/{issue.pk}/")
    assert 'href="/c/harbor/tasks/1/"' in shown
    assert 'href="/c/harbor/tasks/2/"' in shown
    assert issue.content_sha256 in shown


def test_the_draft_says_who_gets_it_and_who_does_not(coordinator, harbor, issue):
    PersonFactory(coalition=harbor, full_name="Marcus Webb", email=None)
    shown = page(coordinator, f"updates/{issue.pk}/")
    assert "1 of 2 people" in shown
    assert "Marcus Webb" in shown
    assert "We have no e-mail address" in shown


def test_the_draft_says_why_it_waits(coordinator, harbor):
    issue = make_issue(harbor, hold_reason="It is late.")
    assert "It is late." in page(coordinator, f"updates/{issue.pk}/")


@pytest.mark.parametrize("rows", (1, 3))
def test_the_draft_takes_the_same_statements(coordinator, harbor, rows):
    told = content(*(f"Item {n}" for n in range(rows)))
    issue = make_issue(harbor, told=told)
    for _ in range(rows):
        PersonFactory(coalition=harbor, email=None)
    with CaptureQueriesContext(connection) as seen:
        page(coordinator, f"updates/{issue.pk}/")
    assert len(seen) == 33


def test_words_are_saved_and_the_draft_shown_again(coordinator, issue):
    response = post(
        coordinator, issue, "edit", subject="New", introduction="Hi", version=1
    )
    assert response.status_code == 303
    assert (stored(issue).subject, stored(issue).introduction) == ("New", "Hi")


def test_the_second_editor_is_told_and_loses_nothing(coordinator, issue):
    post(coordinator, issue, "edit", subject="Hers", introduction="", version=1)
    response = post(
        coordinator, issue, "edit", subject="Mine", introduction="Long text", version=1
    )
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else saved" in shown
    assert 'value="Mine"' in shown
    assert "Long text" in shown
    assert stored(issue).subject == "Hers"
    response = post(
        coordinator, issue, "edit", subject="Mine", introduction="", version=2
    )
    assert response.status_code == 303
    assert stored(issue).subject == "Mine"


def test_an_empty_subject_is_refused_in_words(coordinator, issue):
    response = post(coordinator, issue, "edit", subject="", version=1)
    assert response.status_code == 422
    assert stored(issue).subject == "Seven schools"


def test_an_item_is_left_out_in_place(coordinator, issue):
    response = post(coordinator, issue, "items", key="task:1", headers=HTMX)
    part = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in part
    assert "Left out." in part
    new = stored(issue)
    assert new.hidden == ["task:1"]
    # The preview, the approval and what to look at are of the new form.
    assert part.count('hx-swap-oob="true"') == 3
    assert f'value="{new.content_sha256}"' in part
    assert new.content_sha256[:12] in part


def test_an_item_is_left_out_and_shown_without_javascript(coordinator, issue):
    assert post(coordinator, issue, "items", key="task:1").status_code == 303
    assert stored(issue).hidden == ["task:1"]
    post(coordinator, issue, "items", key="task:1", shown="1")
    assert stored(issue).hidden == []


def test_an_unknown_item_is_refused(coordinator, issue):
    assert post(coordinator, issue, "items", key="task:99").status_code == 400


def test_an_item_of_what_has_left_is_not_touched(coordinator, harbor):
    issue = make_issue(harbor, IssueState.RELEASED)
    response = post(coordinator, issue, "items", key="task:1", headers=HTMX)
    assert response["HX-Redirect"] == f"/c/harbor/updates/{issue.pk}/"
    assert stored(issue).hidden == []


def test_the_list_offers_a_draft_when_there_is_none(coordinator, issue):
    assert "Draft an update now" not in page(coordinator, "updates/")
    post(coordinator, issue, "cancel")
    assert "Draft an update now" in page(coordinator, "updates/")


# The report


@pytest.fixture
def sent(harbor, alice, bob):
    for _ in range(4):
        MembershipFactory(coalition=harbor)
    PersonFactory(coalition=harbor, full_name="Marcus Webb", email=None)
    issue = make_issue(harbor, IssueState.APPROVED, subject="Seven schools")
    issue = release_issue(
        issue=issue, now=timezone.now(), at_once=True, by=acting(alice)
    )
    rows = iter(Delivery.objects.filter(status="queued").order_by("pk"))

    def become(status, **fields):
        Delivery.objects.filter(pk=next(rows).pk).update(status=status, **fields)

    become(DeliveryStatus.SENT, accepted_at=timezone.now() - timedelta(minutes=1))
    become(
        DeliveryStatus.FAILED, reason="refused", reply="550 5.1.1 <x@y> User unknown"
    )
    become(DeliveryStatus.HELD, reason="uncertain", uncertain=3)
    become(DeliveryStatus.QUEUED, attempts=2, reply="450 Greylisted, come again")
    return issue


def test_the_report_tells_how_it_went_in_words(coordinator, sent):
    shown = page(coordinator, f"updates/{sent.pk}/")
    assert "1 of 6 delivered" in shown
    assert "No such address." in shown
    assert "It may have arrived, twice perhaps" in shown
    assert "The server said: 450 Greylisted, come again" in shown
    assert "Marcus Webb" in shown
    assert "We have no e-mail address" in shown
    assert "Stop the remaining 4" in shown
    assert "1 person may have got it twice" in shown


def test_the_report_shows_only_trouble_when_asked(coordinator, sent):
    shown = page(coordinator, f"updates/{sent.pk}/?show=trouble")
    people = shown[shown.index('aria-labelledby="people"') :]
    people = people[: people.index("</section>")]
    assert people.count('<div class="row-main">') == 3


def test_progress_is_asked_for_while_something_runs(coordinator, sent):
    path = f"updates/{sent.pk}/progress/"
    part = page(coordinator, path, headers=HTMX)
    assert "<html" not in part
    assert 'hx-trigger="every 5s"' in part
    Delivery.objects.filter(status="queued").update(status=DeliveryStatus.FAILED)
    assert "hx-trigger" not in page(coordinator, path, headers=HTMX)


def test_progress_of_what_was_called_back_leads_to_the_draft(coordinator, issue):
    response = coordinator.get(f"/c/harbor/updates/{issue.pk}/progress/", headers=HTMX)
    assert response["HX-Redirect"] == f"/c/harbor/updates/{issue.pk}/"


@pytest.mark.parametrize("people", (1, 3))
def test_the_report_takes_the_same_statements(coordinator, harbor, alice, people):
    for _ in range(people):
        MembershipFactory(coalition=harbor)
        PersonFactory(coalition=harbor, email=None)
    issue = make_issue(harbor, IssueState.APPROVED)
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(alice))
    with CaptureQueriesContext(connection) as seen:
        page(coordinator, f"updates/{issue.pk}/")
    assert len(seen) == 10


@pytest.mark.parametrize(
    ("state", "words"),
    (
        (IssueState.SKIPPED, "Nothing was recorded"),
        (IssueState.MERGED, "in a later update"),
        (IssueState.CANCELLED, "Nobody got it."),
        (IssueState.PLANNED, "It is planned."),
    ),
)
def test_what_was_not_sent_says_so(coordinator, harbor, state, words):
    issue = make_issue(harbor, state)
    assert words in page(coordinator, f"updates/{issue.pk}/")


# Before it leaves, and what waits for a person


def test_a_test_is_sent_to_who_asks(coordinator, issue, alice):
    response = post(coordinator, issue, "test")
    assert response.status_code == 303
    shown = coordinator.get(response["Location"]).content.decode()
    assert f"A test is on its way to {alice.person.email}." in shown
    assert Delivery.objects.get(kind="test").person_id == alice.person_id


def test_the_report_says_how_long_it_can_be_called_back(coordinator, harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, subject="Seven schools")
    release_issue(issue=issue, now=timezone.now(), at_once=False, by=acting(alice))
    shown = page(coordinator, f"updates/{issue.pk}/")
    assert "The first message leaves" in shown
    assert "you can call it back" in shown
    assert "On its way since" not in shown
    morning = timezone.now() + timedelta(hours=10)
    Delivery.objects.filter(status="queued").update(not_before=morning)
    shown = page(coordinator, f"updates/{issue.pk}/")
    assert "Until then you can call it back" in shown
    assert "minutes" not in shown
    assert post(coordinator, issue, "recall").status_code == 303
    shown = page(coordinator, f"updates/{issue.pk}/")
    assert "It is word for word what was approved before." not in shown
    assert stored(issue).state == IssueState.AWAITING_APPROVAL


def test_it_is_on_its_way_since_the_first_message_left(coordinator, harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, subject="Seven schools")
    at = timezone.now()
    release_issue(issue=issue, now=at, at_once=False, by=acting(alice))
    left = at + timedelta(minutes=27)
    Delivery.objects.update(data_started_at=left)
    shown = page(coordinator, f"updates/{issue.pk}/")
    start = timezone.localtime(left, harbor.zone).isoformat(timespec="minutes")
    said = shown[shown.index("On its way since") :]
    assert said.index(start) < 200
    assert "Call it back" not in shown


@pytest.mark.parametrize(
    ("verb", "status"), (("held/retry", "queued"), ("held/drop", "skipped"))
)
def test_what_is_held_is_decided_at_once(coordinator, harbor, alice, verb, status):
    issue = make_issue(harbor, IssueState.APPROVED, subject="Seven schools")
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(alice))
    Delivery.objects.update(status=DeliveryStatus.HELD, reason="uncertain")
    assert "Try all again" in page(coordinator, f"updates/{issue.pk}/")
    assert post(coordinator, issue, verb).status_code == 303
    assert Delivery.objects.get(issue=issue).status == status


def test_a_draft_after_a_recent_update_asks_whether_to_wait(coordinator, harbor):
    UpdateScheduleFactory(coalition=harbor)
    make_issue(harbor, IssueState.DONE, released_at=timezone.now() - timedelta(days=2))
    issue = make_issue(harbor, due_at=timezone.now())
    assert "left only a few days ago" in page(coordinator, f"updates/{issue.pk}/")


def test_a_draft_says_what_changed_since_it_was_approved(coordinator, issue):
    data = {"subject": "Seven schools", "version": 1, "sha256": issue.content_sha256}
    assert post(coordinator, issue, "approve", **data).status_code == 303
    post(coordinator, issue, "edit", subject="Eight schools", version=1)
    shown = page(coordinator, f"updates/{issue.pk}/")
    assert "Changed since it was approved" in shown
    assert "<del>Seven schools</del>" in shown
    assert "<ins>Eight schools</ins>" in shown


def test_the_report_counts_what_came_back_later(coordinator, sent):
    message = Delivery.objects.get(status=DeliveryStatus.SENT)
    MailReportFactory(delivery=message, kind="hard")
    MailReportFactory(delivery=message, kind="complaint")
    refused = Delivery.objects.get(status=DeliveryStatus.FAILED)
    MailReportFactory(delivery=refused, kind="hard")  # the same refusal, told twice
    shown = page(coordinator, f"updates/{sent.pk}/")
    assert "0 of 6 delivered" in shown
    assert "<span>Came back</span><b>1</b>" in shown
    assert "<span>Marked as spam</span><b>1</b>" in shown
    assert "The address does not exist." in shown
    shown = page(coordinator, f"updates/{sent.pk}/?show=trouble")
    assert "Needs a look 4" in " ".join(shown.replace("</", " </").split())
    assert shown.count("Came back") == 2
