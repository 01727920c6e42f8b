"""One run of the pump, against a real SMTP server or the local mailbox."""

import os
import threading
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from comms.models import (
    Delivery,
    DeliveryStatus,
    IssueState,
    Lane,
    PumpOwner,
    TransportState,
)
from comms.sending import journal, owners
from comms.sending.mail import RenderedMail, Skip
from comms.sending.pump import pump
from comms.sending.recovery import finish_issues, take_back
from tests.factories.comms import IssueFactory
from tests.sending.sink import read_journal
from tests.utils import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def issue(harbor):
    return IssueFactory(
        coalition=harbor,
        state=IssueState.RELEASED,
        content_sha256="approved",
        approved_sha256="approved",
        audience_count=2,
    )


def statuses():
    return list(Delivery.objects.order_by("id").values_list("status", flat=True))


def test_pump_sends_what_is_due_once(sink, queued, render):
    rows = [queued(f"p{n}@example.org") for n in range(3)]
    assert pump(render=render).sent == 3
    assert pump(render=render).sent == 0
    assert [entry["message_id"] for entry in read_journal(sink.journal)] == [
        row.message_id for row in rows
    ]
    assert statuses() == ["sent"] * 3


def test_pump_goes_on_past_every_kind_of_refusal(sink, queued, render):
    addresses = {
        "rcpt+451@a.example": "queued",
        "rcpt+550+5.1.1@b.example": "failed",
        "rcpt+421+4.7.0@c.example": "queued",
        "data+554+5.7.1@d.example": "queued",
        "data+552+5.3.4@e.example": "held",
        "drop@f.example": "queued",
        "bob@g.example": "sent",
    }
    for address in addresses:
        queued(address)
    result = pump(render=render, until_idle=True)
    assert statuses() == list(addresses.values())
    assert result.sent == 1
    assert result.replies["uncertain"] == 1


def test_pump_until_idle_does_not_wait_for_what_is_due_later(sink, queued, render):
    queued("rcpt+451@example.org")
    queued(not_before=timezone.now() + timedelta(hours=1))
    assert pump(render=render, until_idle=True).sent == 0
    assert statuses() == ["queued", "queued"]


def test_pump_until_idle_waits_for_the_rate(sink, queued, render, settings):
    settings.MAIL_RATE_PER_MINUTE = 60
    for n in range(12):
        queued(f"p{n}@example.org")
    assert pump(render=render, until_idle=True).sent == 12


def test_pump_spares_the_rest_of_a_domain_that_is_annoyed(sink, queued, render):
    queued("rcpt+421+4.7.0@big.example")
    queued("bob@big.example")
    queued("bob@small.example")
    pump(render=render)
    assert statuses() == ["queued", "queued", "sent"]
    assert [entry["rcpt"] for entry in read_journal(sink.journal)] == [
        "bob@small.example"
    ]


def test_pump_stops_before_a_dead_server_and_burns_nothing(queued, render, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    for n in range(5):
        queued(f"p{n}@example.org")
    pump(render=render, until_idle=True)
    assert statuses() == ["queued"] * 5
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    assert TransportState.objects.get().blocked_until


def test_pump_closes_the_breaker_when_the_server_answers_again(sink, queued, render):
    TransportState.objects.create(fail_streak=4, blocked_until=timezone.now())
    queued(), queued()
    assert pump(render=render).sent == 2
    assert TransportState.objects.get().fail_streak == 0


def test_a_paused_transport_sends_nothing_until_resumed(sink, queued, render):
    TransportState.objects.create(paused_at=timezone.now(), reason="535 no")
    queued()
    assert pump(render=render).sent == 0
    call_command("pump", "--resume", "--lane", "fast")
    assert pump(render=render).sent == 1


def test_a_message_that_cannot_be_made_is_held_and_harms_no_other(
    mailbox, queued, render
):
    broken, fine = queued("broken@example.org"), queued("fine@example.org")

    def picky(batch):
        if broken.pk in {row.pk for row in batch}:
            raise KeyError("no such goal")
        return render(batch)

    result = pump(render=picky)
    assert (result.held, result.sent) == (1, 1)
    broken.refresh_from_db()
    assert (broken.status, broken.reason) == ("held", "render_error")
    assert "no such goal" in broken.reply
    fine.refresh_from_db()
    assert fine.status == "sent"


@pytest.mark.parametrize(
    "made",
    (
        {},
        {"Subject": "Hi\r\nBcc: everybody@example.org"},
    ),
)
def test_a_message_that_is_missing_or_unsafe_is_held(mailbox, queued, made):
    queued()

    def careless(batch):
        return {row.pk: RenderedMail(made, b"\r\n") for row in batch if made}

    assert pump(render=careless).held == 1


def test_a_message_with_nothing_in_it_is_skipped_with_its_reason(mailbox, queued):
    delivery = queued()
    pump(render=lambda batch: {row.pk: Skip("empty") for row in batch})
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("skipped", "empty")
    assert not list(mailbox.glob("*.eml"))


def test_who_is_erased_between_claim_and_fence_gets_nothing(mailbox, queued, render):
    delivery = queued()

    def slow(batch):
        type(delivery.person).objects.update(erased_at=timezone.now())
        return render(batch)

    assert pump(render=slow).skipped == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("skipped", "erased")
    assert not list(mailbox.glob("*.eml"))


def test_a_pause_during_a_batch_lets_nothing_more_go(mailbox, queued, render):
    for n in range(3):
        queued(f"p{n}@example.org")

    def pausing(batch):
        TransportState.objects.update(paused_at=timezone.now())
        return render(batch)

    assert pump(render=pausing, until_idle=True).sent == 0
    assert statuses() == ["queued"] * 3


def test_a_stop_puts_the_rest_of_the_batch_back(mailbox, queued, render):
    stop = threading.Event()
    queued(), queued()

    def stopping(batch):
        stop.set()
        return render(batch)

    result = pump(render=stopping, stop=stop)
    assert (result.sent, result.more) == (0, True)
    assert statuses() == ["queued", "queued"]


def test_steps_run_first_and_a_broken_one_does_not_keep_mail(mailbox, queued, render):
    def broken(now):
        raise RuntimeError("no plan")

    def plan(now):
        queued()
        return 1

    result = pump(render=render, steps=[broken, plan])
    assert (result.planned, result.sent) == (1, 1)
    assert TransportState.objects.get().planned_at


def test_an_issue_is_done_when_every_message_has_its_end(
    mailbox, queued, render, issue
):
    queued("a@example.org", issue=issue)
    last = queued("b@example.org", issue=issue, not_before=timezone.now())
    Delivery.objects.filter(pk=last.pk).update(
        not_before=timezone.now() + timedelta(hours=1)
    )
    pump(render=render)
    issue.refresh_from_db()
    assert issue.state == IssueState.RELEASED
    Delivery.objects.update(not_before=timezone.now())
    pump(render=render)
    issue.refresh_from_db()
    assert issue.state == IssueState.DONE
    assert issue.finished_at


def test_an_issue_that_is_still_being_expanded_is_not_done(issue):
    issue.audience_count = None
    issue.save()
    assert finish_issues() == 0


def test_what_expired_in_the_queue_fails_and_says_so(mailbox, queued, render):
    delivery = queued(secret=b"code", expires_at=timezone.now() - timedelta(hours=1))
    assert pump(render=render).expired == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("failed", "expired")
    assert delivery.secret is None


def test_a_clock_that_jumped_back_parks_no_message_for_good(mailbox, queued, render):
    delivery = queued(not_before=timezone.now() + timedelta(days=300))
    Delivery.objects.update(expires_at=timezone.now() + timedelta(days=303))
    pump(render=render)
    delivery.refresh_from_db()
    assert delivery.not_before < timezone.now() + timedelta(hours=25)


# Who died, and who did not


def test_a_dead_owners_message_that_was_not_begun_is_simply_queued(abandoned):
    delivery = abandoned("dead")
    assert take_back() == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.uncertain) == (DeliveryStatus.QUEUED, 0)


def test_a_dead_owners_message_past_the_fence_is_uncertain_and_waits(abandoned):
    delivery = abandoned("dead")
    Delivery.objects.update(data_started_at=timezone.now())
    assert take_back() == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.uncertain) == (DeliveryStatus.QUEUED, 1)
    assert delivery.not_before > timezone.now() + timedelta(minutes=29)


@pytest.mark.skipif(ON_SQLITE, reason="forgets nothing that was committed")
def test_what_an_earlier_life_of_the_database_had_in_hand_may_have_begun(abandoned):
    with owners.working(Lane.BULK) as ours:
        assert not owners.is_forgotten(ours)
    known, unknown = abandoned("dead~deadbeef"), abandoned("dead~deadbeef")
    journal.note_sent(known)
    assert take_back() == 2
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.status, known.uncertain) == (DeliveryStatus.SENT, 0)
    assert (unknown.status, unknown.uncertain) == (DeliveryStatus.QUEUED, 1)


def test_a_living_owner_keeps_its_message_whatever_the_clock_says(abandoned):
    with owners.working(Lane.BULK) as owner:
        delivery = abandoned(owner)
        assert take_back() == 0
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENDING
    eventually(lambda: take_back() == 1)  # PostgreSQL lets go in its own time


def test_a_dead_owners_message_stays_until_its_lease_is_over(abandoned):
    abandoned("dead")
    Delivery.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert take_back() == 0


def test_owners_leave_no_trace_and_the_killed_ones_are_forgotten(
    mailbox, queued, render
):
    PumpOwner.objects.create(owner="killed", host="here", pid=1, lane="bulk")
    pump(render=render)
    assert not PumpOwner.objects.exists()


# The local mailbox


def test_the_mailbox_keeps_one_file_a_message_even_when_sent_twice(
    mailbox, queued, render
):
    delivery = queued()
    pump(render=render)
    Delivery.objects.update(status="queued")
    pump(render=render)
    (file,) = mailbox.iterdir()
    message = message_from_bytes(file.read_bytes())
    assert message["Message-ID"] == delivery.message_id
    assert message["Delivered-To"] == "bob@example.org"
    assert message.get_payload().strip() == "Hello!"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_mailbox_that_cannot_be_written_keeps_the_message(mailbox, queued, render):
    mailbox.mkdir(mode=0o500)
    queued()
    pump(render=render)
    assert statuses() == ["queued"]


# What goes out


def test_a_mail_carries_its_id_a_date_and_the_relays_key(
    mailbox, queued, settings, render
):
    settings.MAIL_IDEMPOTENCY_HEADER = "Resend-Idempotency-Key"
    delivery = queued()
    pump(render=render)
    message = message_from_bytes(next(mailbox.iterdir()).read_bytes())
    assert message["Message-ID"] == delivery.message_id
    assert message["Resend-Idempotency-Key"] == delivery.dedupe_key
    assert message["Date"]


def test_a_heading_in_any_script_arrives_as_written(mailbox, queued):
    subject = "Нові стежки — " + "довгий " * 60
    queued()
    pump(
        render=lambda batch: {
            row.pk: RenderedMail({"Subject": subject.strip()}, b"\r\nHi\r\n")
            for row in batch
        }
    )
    raw = next(mailbox.iterdir()).read_bytes()
    assert max(len(line) for line in raw.splitlines()) < 998
    parsed = message_from_bytes(raw, policy=default)
    assert parsed["Subject"] == subject.strip()
