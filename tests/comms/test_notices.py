"""Mail that concerns one person is queued once and written from what holds by then."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.jobs import render, run_pump, tell
from comms.models import Delivery, Lane, LeftOut
from comms.notices import queue
from comms.sending.mail import Skip, assemble
from members.models import Invitation, Person
from tests.comms.queuing import QUEUING
from tests.comms.test_render import Seen
from tests.factories.members import CoalitionFactory, InvitationFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


def invite(harbor, **fields):
    host = PersonFactory(coalition=harbor, full_name="Rosa Núñez")
    return InvitationFactory(coalition=harbor, invited_by=host, **fields)


def queued():
    tell(timezone.now())
    return list(Delivery.objects.order_by("pk"))


def mail_of(row):
    sealed = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
    return message_from_bytes(sealed, policy=policy.default)


def test_a_notice_is_queued_once(harbor):
    invitation = invite(harbor)
    assert tell(timezone.now()) == 1
    assert tell(timezone.now()) == 0
    row = Delivery.objects.get()
    assert (row.kind, row.lane, row.person) == (
        "invitation",
        Lane.FAST,
        invitation.person,
    )
    assert row.to_addr == invitation.person.email
    assert row.expires_at == invitation.expires_at


def test_what_is_sent_again_is_another_notice(harbor):
    invite(harbor)
    tell(timezone.now())
    Invitation.objects.update(version=2)
    assert tell(timezone.now()) == 1


def test_a_source_that_meets_what_it_does_not_know_keeps_no_other_back(
    harbor, monkeypatch
):
    def puzzled(now):
        raise AttributeError("an unknown row")

    monkeypatch.setattr(queue, "SOURCES", (puzzled, *queue.SOURCES))
    invite(harbor)
    assert tell(timezone.now()) == 1


def test_mail_of_a_kind_that_only_a_newer_worker_makes_waits_for_it(harbor, mailbox):
    invite(harbor)
    tell(timezone.now())
    Delivery.objects.update(kind="from tomorrow")
    run_pump(Lane.FAST)
    row = Delivery.objects.get()
    assert (row.status, row.attempts) == ("queued", 0)
    assert row.not_before > timezone.now()
    Delivery.objects.update(kind="invitation", not_before=timezone.now())
    assert run_pump(Lane.FAST).sent == 1


def test_each_coalition_tells_its_own(harbor):
    ours = invite(harbor)
    theirs = InvitationFactory(coalition=CoalitionFactory())
    assert {(row.coalition_id, row.person_id) for row in queued()} == {
        (ours.coalition_id, ours.person_id),
        (theirs.coalition_id, theirs.person_id),
    }


@pytest.mark.parametrize(
    "gone", ({"email": None}, {"erased_at": timezone.now()}), ids=("address", "person")
)
def test_who_cannot_be_told_is_left_alone(gone, harbor):
    invite(harbor, person=PersonFactory(coalition=harbor, **gone))
    assert queued() == []


def test_the_mail_says_who_asks_and_leads_to_the_page(harbor):
    invitation = invite(harbor, words="Come, we need\nyour voice.")
    (row,) = queued()
    mail = mail_of(row)
    assert mail["Subject"] == f"Rosa Núñez invites you to {harbor.name}"
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for body in (text, html):
        assert invitation.link.path in body
        assert "your voice." in body
        assert "Rosa Núñez entered your address" in body
        assert "nsubscribe" not in body
    assert "Precedence" not in mail
    assert "List-Id" not in mail
    assert max(map(len, mail.as_bytes().splitlines())) < 998


def test_hostile_words_stay_words(harbor):
    host = PersonFactory(coalition=harbor, full_name="Eve\r\nBcc: all@example.org <b>")
    InvitationFactory(coalition=harbor, invited_by=host, words="<script>x</script>")
    (row,) = queued()
    mail = mail_of(row)
    assert "Bcc" not in mail
    html = mail.get_body(("html",)).get_content()
    tags = {tag for tag, _ in Seen(html).tags}
    assert not tags & {"script", "b"}


def test_what_was_taken_back_does_not_leave(harbor):
    invite(harbor)
    (row,) = queued()
    Invitation.objects.update(revoked_at=timezone.now())
    assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)


def test_what_was_asked_at_another_address_does_not_leave(harbor):
    """A mail that had to wait must not carry the link of the next."""
    invite(harbor)
    (row,) = queued()
    Person.objects.filter(pk=row.person_id).update(email="new@example.org")
    Invitation.objects.update(email="new@example.org", version=2)
    assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)


def test_what_ran_out_is_no_news(harbor):
    invite(harbor, expires_at=timezone.now() - timedelta(seconds=1))
    assert queued() == []


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_notices(count, harbor):
    for _ in range(count):
        invite(harbor)
    with CaptureQueriesContext(connection) as queuing:
        tell(timezone.now())
    rows = list(Delivery.objects.all())
    with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
        render(rows)
    assert (len(queuing), len(writing)) == (QUEUING, WRITING)


WRITING = 4


@pytest.mark.parametrize(
    ("language", "subject", "hello"),
    (
        ("es", "Rosa Núñez te invita a", "Hola, "),
        ("", "Rosa Núñez invites you to", "Hello "),
    ),
)
def test_who_is_written_to_reads_their_own_language(harbor, language, subject, hello):
    invitation = invite(harbor)
    Person.objects.filter(pk=invitation.person_id).update(language=language)
    mail = mail_of(queued()[0])
    assert mail["Subject"].startswith(subject)
    for kind in ("plain", "html"):
        assert hello in mail.get_body((kind,)).get_content()
