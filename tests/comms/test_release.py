"""Letting an issue go: a row for everybody, once, whoever presses how often."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from comms.errors import AlreadyReleased, IssueMoved, NobodyToSendTo
from comms.models import Delivery, DeliveryStatus, Issue, IssueState, LeftOut
from comms.services import release
from comms.services.release import release_issue
from members.models import AuditEntry
from tests.comms.drafts import make_announcement, make_issue
from tests.factories.comms import UpdateScheduleFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

NOW = datetime(2026, 5, 14, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def issue(harbor):
    return make_issue(harbor, IssueState.APPROVED, period=1)


def let_go(issue, by, *, at_once=False):
    return release_issue(issue=issue, now=NOW, at_once=at_once, by=acting(by))


def test_everybody_has_a_row_and_the_rows_are_the_audience(harbor, issue, alice, bob):
    PersonFactory(coalition=harbor, email=None)
    released = let_go(issue, alice)
    assert released.state == IssueState.RELEASED
    assert released.audience_count == Delivery.objects.count() == 3
    left = Delivery.objects.get(status=DeliveryStatus.SKIPPED)
    assert (left.reason, left.to_addr) == (LeftOut.NO_ADDRESS, "")
    entry = AuditEntry.objects.get(action="release")
    assert entry.after == {"audience": 3, "waiting": 2, "at_once": False}


def test_nothing_of_another_coalition_is_queued(issue, alice, charlie):
    let_go(issue, alice)
    assert list(Delivery.objects.values_list("person", flat=True)) == [alice.person_id]


def test_a_message_carries_all_that_sending_needs(harbor, issue, alice, settings):
    let_go(issue, alice, at_once=True)
    row = Delivery.objects.get()
    key = f"update:{harbor.pk}:{issue.source_key}:{alice.person_id}"
    assert row.dedupe_key == key
    unguessable = rf"<[0-9a-f]{{32}}@{re.escape(settings.MAIL_DOMAIN)}>"
    assert re.fullmatch(unguessable, row.message_id)
    assert row.domain == "example.org"
    assert row.envelope_from == settings.MAIL_FROM
    assert (row.kind, row.lane, row.language) == ("update", "bulk", "en")


def test_at_once_means_now(issue, alice):
    let_go(issue, alice, at_once=True)
    assert Delivery.objects.get().not_before == NOW


def test_otherwise_there_is_a_wait_and_a_spread(harbor, issue, alice):
    for _ in range(40):
        MembershipFactory(coalition=harbor)
    let_go(issue, alice)
    moments = set(Delivery.objects.values_list("not_before", flat=True))
    assert min(moments) >= NOW + release.RECALL_WAIT
    assert max(moments) < NOW + release.RECALL_WAIT + release.SPREAD
    assert len(moments) > 30


@pytest.mark.parametrize(
    ("zone", "hour"),
    (("Asia/Tokyo", 10), ("America/Los_Angeles", 15), ("Asia/Kolkata", 10)),
)
def test_nobody_gets_it_at_night_unless_it_leaves_at_once(
    harbor, issue, alice, zone, hour
):
    """At ten in London it is evening in Tokyo, 03:10 in Los Angeles."""
    away = MembershipFactory(coalition=harbor, person__timezone=zone).person
    let_go(issue, alice)
    at = Delivery.objects.get(person=away).not_before
    assert timedelta() <= at - NOW.replace(hour=hour) < timedelta(minutes=40)


def test_what_would_be_too_old_by_morning_leaves_at_night(harbor, issue, alice):
    UpdateScheduleFactory(
        coalition=harbor,
        anchor_date=date(2026, 4, 30),
        every_weeks=2,
        local_time=time(15),
    )
    away = MembershipFactory(coalition=harbor, person__timezone="America/Los_Angeles")
    let_go(issue, alice)
    assert Delivery.objects.get(person=away.person).not_before < NOW + HOUR


def test_at_once_is_at_night_too(harbor, issue, alice):
    MembershipFactory(coalition=harbor, person__timezone="America/Los_Angeles")
    let_go(issue, alice, at_once=True)
    assert set(Delivery.objects.values_list("not_before", flat=True)) == {NOW}


def test_an_update_is_old_when_the_next_one_is_due(harbor, issue, alice):
    UpdateScheduleFactory(
        coalition=harbor,
        anchor_date=date(2026, 5, 1),
        every_weeks=2,
        local_time=time(10),
    )
    let_go(issue, alice)
    assert Delivery.objects.get().expires_at == NOW + 24 * HOUR


def test_news_is_old_after_three_days(harbor, alice):
    let_go(make_announcement(harbor, state=IssueState.APPROVED), alice)
    assert Delivery.objects.get().expires_at == NOW + 72 * HOUR


def test_the_second_release_is_told_so(issue, alice):
    let_go(issue, alice)
    with pytest.raises(AlreadyReleased):
        let_go(issue, alice)
    assert Delivery.objects.count() == 1


def test_what_is_not_approved_does_not_go(harbor, alice):
    with pytest.raises(IssueMoved):
        let_go(make_issue(harbor), alice)
    assert not Delivery.objects.exists()


def test_for_nobody_nothing_is_released(issue, charlie):
    with pytest.raises(NobodyToSendTo):
        let_go(issue, charlie)
    assert Issue.objects.get().state == IssueState.APPROVED


def test_a_large_audience_is_queued_in_chunks(harbor, issue, alice, monkeypatch):
    monkeypatch.setattr(release, "CHUNK", 3)
    for _ in range(7):
        MembershipFactory(coalition=harbor)
    assert let_go(issue, alice).audience_count == Delivery.objects.count() == 8
