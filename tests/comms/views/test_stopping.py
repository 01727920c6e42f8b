"""The stop switch: one coalition falls silent, and no other."""

import pytest
from django.utils import timezone

from comms.jobs import run_pump
from comms.models import Delivery, DeliveryStatus, IssueState, Lane
from members.models import AuditEntry, Coalition
from tests.comms.drafts import make_issue
from tests.factories.comms import DeliveryFactory
from tests.utils import at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("everywhere", "mailbox"),
]
BANNER = b"All mail of this coalition is stopped"


@pytest.fixture
def waiting(alice, charlie):
    """A message waits in each of two coalitions."""
    return [
        DeliveryFactory(
            coalition=who.coalition,
            person=who.person,
            issue=make_issue(who.coalition, IssueState.RELEASED),
        )
        for who in (alice, charlie)
    ]


def test_a_stop_keeps_what_waits_of_this_coalition_only(client_of, alice, waiting):
    client = client_of(alice)
    response = client.post(at(alice, "comms:mail_stop"), follow=True)
    assert b"Stopped. Nothing leaves" in response.content
    assert BANNER in response.content
    run_pump(Lane.BULK)
    ours, theirs = (Delivery.objects.get(pk=row.pk).status for row in waiting)
    assert (ours, theirs) == (DeliveryStatus.QUEUED, DeliveryStatus.SENT)
    client.post(at(alice, "comms:mail_resume"))
    run_pump(Lane.BULK)
    assert Delivery.objects.get(pk=waiting[0].pk).status == DeliveryStatus.SENT
    assert BANNER not in client.get(at(alice, "comms:update_list")).content
    acts = AuditEntry.objects.filter(action__endswith="mail").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["stop mail", "resume mail"]


def test_pressing_twice_is_once(client_of, alice):
    client = client_of(alice)
    client.post(at(alice, "comms:mail_stop"))
    since = Coalition.objects.get(pk=alice.coalition_id).mail_paused_at
    client.post(at(alice, "comms:mail_stop"))
    assert Coalition.objects.get(pk=alice.coalition_id).mail_paused_at == since
    assert AuditEntry.objects.filter(action="stop mail").count() == 1


def test_an_example_mails_nobody_whatever_is_pressed(client_of, alice):
    Coalition.objects.filter(pk=alice.coalition_id).update(
        is_example=True, mail_paused_at=timezone.now()
    )
    client_of(alice).post(at(alice, "comms:mail_resume"))
    assert Coalition.objects.get(pk=alice.coalition_id).mail_paused_at


def test_members_are_not_troubled_with_it(client_of, alice, bob):
    Coalition.objects.filter(pk=alice.coalition_id).update(
        mail_paused_at=timezone.now()
    )
    assert BANNER not in client_of(bob).get(at(bob, "web:home"), follow=True).content
    assert BANNER in client_of(alice).get(at(alice, "web:home"), follow=True).content
