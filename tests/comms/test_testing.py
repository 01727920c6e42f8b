"""A test to oneself: seen as it will be, counted nowhere, harmless."""

import pytest
import time_machine
from django.utils import timezone

from comms.errors import NoAddress
from comms.jobs import run_pump
from comms.models import Delivery, Issue, IssueState, Lane, LeftOut
from comms.services.release import release_issue
from comms.services.testing import send_test
from members.models import Membership
from members.permissions import MemberRole
from tests.comms.drafts import make_issue
from tests.comms.test_render import Mail
from tests.factories.members import PermissionGrantFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture
def issue(harbor) -> Issue:
    return make_issue(harbor, subject="Seven schools")


def delivered(mailbox) -> list[Mail]:
    return [Mail(path.read_bytes()) for path in mailbox.rglob("*.eml")]


@pytest.mark.django_db(transaction=True)
def test_a_test_reaches_oneself_alone_and_says_so(issue, alice, bob, mailbox):
    send_test(issue=issue, by=acting(alice))
    run_pump(Lane.FAST, until_idle=True)
    (mail,) = delivered(mailbox)
    assert mail["Subject"] == "[Test] Seven schools"
    assert alice.person.email in mail["To"]
    assert "Hello Alice," in mail.text
    assert mail["List-Unsubscribe"] is None
    assert "/u/" not in mail.html
    assert "/c/harbor/mail/" in mail.text


@pytest.mark.django_db(transaction=True)
def test_a_test_reaches_who_sends_updates_because_of_a_role(
    issue, bob, mailbox, harbor
):
    PermissionGrantFactory(
        coalition=harbor, person=bob.person, permission="updates.send"
    )
    send_test(issue=issue, by=acting(bob))
    run_pump(Lane.FAST, until_idle=True)
    (mail,) = delivered(mailbox)
    assert bob.person.email in mail["To"]


def test_a_test_has_no_effect_on_the_issue(issue, alice, bob):
    before = Issue.objects.filter(pk=issue.pk).values().get()
    send_test(issue=issue, by=acting(alice))
    assert Issue.objects.filter(pk=issue.pk).values().get() == before
    assert not issue.deliveries.exists()


def test_a_test_is_not_counted_in_the_audience(harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, subject="Seven schools")
    send_test(issue=issue, by=acting(alice))
    issue = release_issue(
        issue=issue, now=timezone.now(), at_once=True, by=acting(alice)
    )
    assert issue.audience_count == issue.deliveries.count() == 1


def test_a_double_click_is_one_test(issue, alice):
    with time_machine.travel("2026-05-14 10:00:20+00:00", tick=False):
        send_test(issue=issue, by=acting(alice))
        send_test(issue=issue, by=acting(alice))
    assert Delivery.objects.filter(kind="test").count() == 1


def test_without_an_address_there_is_no_test(issue, alice):
    alice.person.email = None
    with pytest.raises(NoAddress):
        send_test(issue=issue, by=acting(alice))


@pytest.mark.django_db(transaction=True)
def test_who_may_send_no_more_gets_no_draft(issue, alice, mailbox):
    send_test(issue=issue, by=acting(alice))
    Membership.objects.filter(pk=alice.pk).update(role=MemberRole.MEMBER)
    run_pump(Lane.FAST, until_idle=True)
    assert delivered(mailbox) == []
    assert Delivery.objects.get().reason == LeftOut.WITHDRAWN
