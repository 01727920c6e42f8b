"""The buttons of a coordinator, each once with a word back."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from comms.models import Delivery, DeliveryStatus, Issue, IssueState
from tests.comms.drafts import make_issue
from tests.factories.comms import DeliveryFactory
from tests.factories.members import PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def coordinator(client_of, alice):
    return client_of(alice)


@pytest.fixture
def issue(harbor):
    return make_issue(harbor)


def press(client, issue, verb, **data):
    """Press a button; return the state after it and what was said."""
    response = client.post(f"/c/harbor/updates/{issue.pk}/{verb}/", data)
    assert response.status_code == 303
    assert response["Location"] == f"/c/harbor/updates/{issue.pk}/"
    *_earlier, said = map(str, get_messages(response.wsgi_request))
    return Issue.objects.get(pk=issue.pk).state, said


def seen(issue, **changes):
    """Return what the draft page sends with an approval."""
    words = {"subject": issue.subject, "introduction": issue.introduction}
    return {
        "sha256": issue.content_sha256,
        "version": issue.version,
        **words,
        **changes,
    }


def test_approve_exactly_what_is_seen(coordinator, issue):
    state, said = press(coordinator, issue, "approve", **seen(issue))
    assert (state, said) == (IssueState.APPROVED, "Approved, exactly as you see it.")
    assert not Delivery.objects.exists()


def test_words_that_were_not_saved_are_approved_as_they_stand(coordinator, issue):
    words = seen(issue, subject="Typed just now", introduction="And this.")
    state, _ = press(coordinator, issue, "approve", **words)
    approved = Issue.objects.get()
    assert state == IssueState.APPROVED
    assert (approved.subject, approved.introduction) == ("Typed just now", "And this.")
    assert approved.approved_sha256 == approved.content_sha256


@pytest.mark.parametrize(
    ("changes", "words"),
    (
        ({"sha256": "0" * 64}, "It changed after you looked at it."),
        ({"version": 7}, "Somebody else saved a change"),
        ({"subject": ""}, "needs another look"),
    ),
)
def test_approve_of_another_form_is_refused_and_keeps_the_words(
    coordinator, issue, changes, words
):
    data = seen(issue, introduction="My long opening") | changes
    url = f"/c/harbor/updates/{issue.pk}/approve/"
    response = coordinator.post(url, data)
    shown = response.content.decode()
    assert response.status_code == 422
    assert words in shown
    assert "My long opening" in shown
    stored = Issue.objects.get()
    assert (stored.state, stored.introduction) == (IssueState.AWAITING_APPROVAL, "")


def test_approve_of_what_left_already_leads_to_the_report(coordinator, harbor):
    issue = make_issue(harbor, IssueState.RELEASED)
    state, said = press(coordinator, issue, "approve", **seen(issue))
    assert state == IssueState.RELEASED
    assert "not possible now" in said


def test_approve_without_a_hash_is_a_bad_request(coordinator, issue):
    response = coordinator.post(f"/c/harbor/updates/{issue.pk}/approve/")
    assert response.status_code == 400


def test_approve_and_send_now_leaves_time_to_call_it_back(coordinator, issue):
    state, said = press(coordinator, issue, "approve", **seen(issue), release="1")
    assert (state, said) == (
        IssueState.RELEASED,
        "Released. Until the first message leaves you can call it back.",
    )
    state, said = press(coordinator, issue, "recall")
    assert (state, said) == (
        IssueState.AWAITING_APPROVAL,
        "Called back. Nobody got it.",
    )
    assert not Delivery.objects.exists()


def test_release_twice_sends_once(coordinator, harbor):
    issue = make_issue(harbor, IssueState.APPROVED)
    assert press(coordinator, issue, "release")[0] == IssueState.RELEASED
    state, said = press(coordinator, issue, "release")
    assert (state, said) == (
        IssueState.RELEASED,
        "It was released already; everybody gets it once.",
    )
    assert Delivery.objects.count() == 1


def test_pause_resume_and_stop(coordinator, harbor):
    issue = make_issue(harbor, IssueState.APPROVED)
    press(coordinator, issue, "release")
    assert press(coordinator, issue, "pause")[0] == IssueState.PAUSED
    assert press(coordinator, issue, "resume")[0] == IssueState.RELEASED
    asked = coordinator.get(f"/c/harbor/updates/{issue.pk}/stop/").text
    assert "1 person has not got it yet and never will." in asked
    assert Delivery.objects.get().status == DeliveryStatus.QUEUED
    assert press(coordinator, issue, "stop")[0] == IssueState.DONE
    assert Delivery.objects.get().status == DeliveryStatus.SKIPPED


def test_cancel_before_release_and_not_after(coordinator, harbor, issue):
    assert press(coordinator, issue, "cancel")[0] == IssueState.CANCELLED
    sent = make_issue(harbor, IssueState.RELEASED)
    state, said = press(coordinator, sent, "cancel")
    assert state == IssueState.RELEASED
    assert "not possible now" in said


def test_refresh_of_what_is_over_is_refused(coordinator, harbor):
    issue = make_issue(harbor, IssueState.CANCELLED)
    assert "not possible now" in press(coordinator, issue, "refresh")[1]


def test_compose_drafts_the_present_update(coordinator, harbor):
    empty = coordinator.post("/c/harbor/updates/compose/")
    assert empty["Location"] == "/c/harbor/updates/"
    PartnerFactory(coalition=harbor)
    response = coordinator.post("/c/harbor/updates/compose/")
    issue = Issue.objects.get(state=IssueState.AWAITING_APPROVAL)
    assert response["Location"] == f"/c/harbor/updates/{issue.pk}/"


@pytest.mark.parametrize(
    ("verb", "status"),
    (("retry", DeliveryStatus.QUEUED), ("drop", DeliveryStatus.SKIPPED)),
)
def test_a_held_message_is_settled(coordinator, harbor, issue, verb, status):
    row = DeliveryFactory(coalition=harbor, issue=issue, status=DeliveryStatus.HELD)
    url = f"/c/harbor/deliveries/{row.pk}/{verb}/"
    assert coordinator.post(url)["Location"] == f"/c/harbor/updates/{issue.pk}/"
    assert Delivery.objects.get().status == status
    said = coordinator.post(url).wsgi_request
    assert "not possible now" in " ".join(str(m) for m in get_messages(said))


def test_htmx_moves_the_whole_window(coordinator, issue):
    response = coordinator.post(
        f"/c/harbor/updates/{issue.pk}/cancel/", headers={"HX-Request": "true"}
    )
    assert response["HX-Redirect"] == f"/c/harbor/updates/{issue.pk}/"


def test_the_schedule_is_set_paused_and_resumed(coordinator, harbor):
    url = "/c/harbor/updates/schedule/"
    assert coordinator.get(url).status_code == 200
    data = {
        "every_weeks": "3",
        "anchor_date": f"{timezone.localdate():%Y-%m-%d}",
        "local_time": "09:30",
        "timezone": "Europe/Madrid",
    }
    assert coordinator.post(url, data).status_code == 303
    harbor.refresh_from_db()
    assert harbor.update_schedule.every_weeks == 3
    coordinator.post(f"{url}pause/")
    harbor.update_schedule.refresh_from_db()
    assert harbor.update_schedule.paused_at
    coordinator.post(f"{url}resume/")
    harbor.update_schedule.refresh_from_db()
    assert harbor.update_schedule.paused_at is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    (
        ("every_weeks", "0", "greater than or equal to 1"),
        ("every_weeks", "13", "less than or equal to 12"),
        ("timezone", "Mars/Olympus", "not a time zone"),
        ("anchor_date", "2001-01-01", "still to come"),
        ("anchor_date", "9999-12-31", "within a year"),
        ("local_time", "noon", "valid time"),
    ),
)
def test_the_schedule_refuses_in_words(coordinator, field, value, words):
    data = {
        "every_weeks": "2",
        "anchor_date": f"{timezone.localdate():%Y-%m-%d}",
        "local_time": "09:30",
        "timezone": "UTC",
    }
    response = coordinator.post("/c/harbor/updates/schedule/", data | {field: value})
    assert response.status_code == 422
    assert words in response.content.decode()


def test_pausing_without_a_schedule_does_nothing(coordinator):
    for verb in ("pause", "resume"):
        url = f"/c/harbor/updates/schedule/{verb}/"
        assert coordinator.post(url).status_code == 303


def test_what_is_released_while_mail_is_stopped_says_that_it_waits(coordinator, harbor):
    harbor.mail_paused_at = timezone.now()
    harbor.save()
    issue = make_issue(harbor, IssueState.APPROVED)
    state, said = press(coordinator, issue, "release")
    waits = "It waits until mail goes out again. Until then you can call it back."
    assert (state, said) == (IssueState.RELEASED, waits)
    page = coordinator.get(f"/c/harbor/updates/{issue.pk}/").text
    assert waits in page
    assert "sending goes on" not in page
