"""News that goes with the next update: waits, is told once, and comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comms.errors import OnlyToEverybody, WaitsForUpdate
from comms.models import Delivery, Issue, IssueKind, IssueState, Reach, Withdrawal
from comms.services.issues import approve_issue, cancel_issue, recall_issue
from comms.services.release import release_issue
from comms.services.schedule import draft_now
from comms.services.telling import cancel_announcement, tell_at_once, tell_with_update
from comms.updates.addressees import Addressees
from comms.updates.content import SectionKind, content_of
from goals.services.milestones import reach_milestone, unreach_milestone
from tests.comms.drafts import make_announcement, make_issue
from tests.factories.comms import UpdateScheduleFactory
from tests.factories.goals import MilestoneFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def news(harbor):
    kind = IssueKind.ANNOUNCEMENT
    return make_issue(harbor, kind=kind, subject="Soup on Friday", source_key="a:1")


@pytest.fixture
def update(harbor):
    return make_issue(harbor)


def told_by(update):
    update.refresh_from_db()
    return [
        item.words
        for section in content_of(update).sections
        if section.kind == SectionKind.TOLD
        for item in section.items
    ]


def wait(news, by):
    return tell_with_update(issue=news, by=acting(by))


def send(update, by):
    update.refresh_from_db()
    approve_issue(issue=update, sha256=update.content_sha256, by=acting(by))
    return release_issue(
        issue=Issue.objects.get(pk=update.pk),
        now=timezone.now(),
        at_once=True,
        by=acting(by),
    )


def test_a_draft_that_is_there_tells_it_and_drops_its_approval(news, alice, harbor):
    update = make_issue(harbor, IssueState.APPROVED)
    wait(news, alice)
    assert told_by(update) == ["Soup on Friday"]
    assert update.state == IssueState.AWAITING_APPROVAL


def test_the_next_draft_tells_it(news, alice, harbor):
    UpdateScheduleFactory(coalition=harbor)
    wait(news, alice)
    harbor.created_at = timezone.now() - timedelta(days=1)
    harbor.save()
    update = draft_now(coalition=harbor, now=timezone.now(), by=acting(alice))
    assert told_by(update) == ["Soup on Friday"]


def test_it_is_not_approved_by_itself_meanwhile(news, alice):
    wait(news, alice)
    news.refresh_from_db()
    with pytest.raises(WaitsForUpdate):
        approve_issue(issue=news, sha256=news.content_sha256, by=acting(alice))


def test_sent_by_itself_after_all_it_leaves_the_draft(news, update, alice):
    wait(news, alice)
    tell_at_once(issue=news, by=acting(alice))
    assert told_by(update) == []


def test_a_cancelled_one_leaves_the_draft(news, update, alice):
    wait(news, alice)
    cancel_announcement(issue=Issue.objects.get(pk=news.pk), by=acting(alice))
    assert told_by(update) == []


def test_what_is_for_some_goes_by_itself(harbor, alice):
    addressees = Addressees(Reach.GROUP, (1,), "Schools").as_json()
    issue = make_announcement(harbor, addressees=addressees)
    with pytest.raises(OnlyToEverybody):
        wait(issue, alice)


def test_told_once_the_update_left(news, update, alice):
    wait(news, alice)
    send(update, alice)
    news.refresh_from_db()
    assert (news.state, news.told_in) == (IssueState.MERGED, update)


def test_what_the_update_left_out_waits_on(news, update, alice):
    wait(news, alice)
    update.refresh_from_db()
    update.hidden = [f"issue:{news.pk}"]
    update.save()
    send(update, alice)
    news.refresh_from_db()
    assert (news.state, news.with_update) == (IssueState.AWAITING_APPROVAL, True)


@pytest.mark.parametrize("back", (cancel_issue, recall_issue))
def test_a_cancelled_or_recalled_update_hands_it_on(news, update, alice, back):
    wait(news, alice)
    if back is recall_issue:
        send(update, alice)
    back(issue=Issue.objects.get(pk=update.pk), by=acting(alice))
    news.refresh_from_db()
    assert (news.state, news.told_in) == (IssueState.AWAITING_APPROVAL, None)
    assert news.with_update


# A milestone


@pytest.fixture
def milestone(harbor):
    return MilestoneFactory(goal__coalition=harbor, title="Seventh school")


def reach(milestone, by):
    reach_milestone(milestone=milestone, on=timezone.localdate(), by=acting(by))
    return Issue.objects.announcements().latest("pk")


def test_a_milestone_is_told_once_in_an_update(milestone, alice, harbor):
    UpdateScheduleFactory(coalition=harbor)
    wait(reach(milestone, alice), alice)
    harbor.created_at = timezone.now() - timedelta(days=1)
    harbor.save()
    update = draft_now(coalition=harbor, now=timezone.now(), by=acting(alice))
    keys = [item.key for item in content_of(update).items]
    assert keys.count(f"milestone:{milestone.pk}") == 1
    assert told_by(update) == ["We did it: Seventh school"]


def test_taken_back_before_it_left_it_goes_from_the_draft(milestone, update, alice):
    news = wait(reach(milestone, alice), alice)
    unreach_milestone(milestone=milestone, by=acting(alice))
    news.refresh_from_db()
    assert news.state == IssueState.CANCELLED
    assert told_by(update) == []


@pytest.mark.parametrize("read", (False, True))
def test_taken_back_afterwards_it_is_withdrawn_and_corrected_if_read(
    milestone, update, alice, read
):
    wait(reach(milestone, alice), alice)
    send(update, alice)
    if read:
        Delivery.objects.update(data_started_at=timezone.now())
    unreach_milestone(milestone=milestone, by=acting(alice))
    assert Withdrawal.objects.get().key == f"milestone:{milestone.pk}"
    latest = Issue.objects.latest("pk")
    assert latest.subject.startswith("Not yet") is read


# Reading it


def test_its_page_is_read_once_the_update_arrived(client_of, bob, news, update, alice):
    wait(news, alice)
    url = f"/c/harbor/archive/{news.pk}/"
    assert client_of(bob).get(url).status_code == 404
    assert client_of(alice).get(url)["Location"].endswith(f"/updates/{news.pk}/")
    send(update, alice)
    Delivery.objects.update(status="sent", accepted_at=timezone.now())
    assert "Soup on Friday" in client_of(bob).get(url).content.decode()
    Withdrawal.objects.create(issue=update, key=f"issue:{news.pk}")
    assert client_of(bob).get(url).status_code == 404


def test_the_button_asks_the_next_update_and_takes_it_back(client_of, alice, news):
    client, url = client_of(alice), f"/c/harbor/updates/{news.pk}/"
    assert "With the next update" in client.get(url).content.decode()
    client.post(f"{url}wait/")
    assert "Send it by itself after all" in client.get(url).content.decode()
    client.post(f"{url}unwait/")
    news.refresh_from_db()
    assert not news.with_update


def test_who_reads_drafts_does_not_decide(client_of, stella, news):
    assert (
        client_of(stella).post(f"/c/harbor/updates/{news.pk}/wait/").status_code == 403
    )
