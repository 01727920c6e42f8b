"""The stop switch of the installation, and who is told that it is on."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comms.jobs import run_pump
from comms.models import Delivery, Lane, PausedBy, TransportState
from comms.sending.claims import claim
from comms.sending.fence import fence
from comms.sending.health import MailHealth, mail_health
from comms.sending.pump import pump
from comms.sending.rendering import prepare
from comms.sending.switches import pause_transport
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
WHY = "The server moves on Friday"


def stop(*options):
    call_command("mail_stop", WHY, "--by", "Ines, IT", *options)


@pytest.fixture
def waiting(mailbox, queued):
    """An invitation waits, and a code for signing in."""
    invitation = queued(lane=Lane.FAST)
    code = queued("alice@example.org", lane=Lane.FAST, coalition=None, person=None)
    return invitation, code


def outcome(rows):
    return [Delivery.objects.get(pk=row.pk).status for row in rows]


@pytest.mark.parametrize(
    ("options", "ends"),
    (((), ["queued", "sent"]), (("--all",), ["queued", "queued"])),
)
def test_a_stop_keeps_everybodys_mail_and_the_codes_only_when_asked_to(
    waiting, render, options, ends
):
    stop(*options)
    pump(render=render, lane=Lane.FAST)
    assert outcome(waiting) == ends
    call_command("mail_resume")
    pump(render=render, lane=Lane.FAST)
    assert outcome(waiting) == ["sent", "sent"]


@pytest.mark.parametrize(("options", "codes"), (((), 1), (("--all",), 0)))
def test_the_fence_reads_the_switch_too(waiting, render, options, codes):
    claimed = claim(lane=Lane.FAST, owner="us", limit=5, paced=False).deliveries
    letters = prepare(render, claimed)
    stop(*options)
    refusals = [fence(row, letters[row.pk]) for row in claimed]
    assert refusals.count(None) == codes
    assert {refusal.reason for refusal in refusals if refusal} == {"transport_paused"}


def test_a_stop_can_be_widened_and_is_not_narrowed(db):
    stop()
    with pytest.raises(CommandError, match="already"):
        stop()
    stop("--all")
    with pytest.raises(CommandError, match="already"):
        stop()
    assert TransportState.objects.get().stops_sign_in


def test_trouble_with_the_server_outweighs_a_stop_that_spares_the_codes(db):
    stop()
    pause_transport("535 no")
    state = TransportState.objects.get()
    assert (state.paused_by, state.is_shut) == (PausedBy.TROUBLE, True)


def test_a_stop_needs_a_reason(db):
    with pytest.raises(CommandError, match="Say why"):
        call_command("mail_stop", " ")


def test_resume_says_when_nothing_was_stopped(db, capsys):
    call_command("mail_resume")
    assert "Nothing was stopped" in capsys.readouterr().out


def test_a_stop_is_no_alarm_but_a_late_code_is(waiting):
    TransportState.objects.create(planned_at=timezone.now())
    stop()
    assert mail_health() == MailHealth.PAUSED
    long_ago = timezone.now() - timedelta(minutes=6)
    Delivery.objects.exclude(coalition=None).update(not_before=long_ago)
    assert mail_health() == MailHealth.PAUSED
    Delivery.objects.filter(coalition=None).update(not_before=long_ago)
    assert mail_health() == MailHealth.LATE


def test_mail_status_tells_who_and_why(db, capsys):
    TransportState.objects.create(planned_at=timezone.now())
    stop()
    call_command("mail_status")
    said = capsys.readouterr().out
    assert "by Ines, IT (signing in goes on)" in said
    assert f"Reason: {WHY}" in said


# Who is told

PAGES = ("web:home", "members:partner_list", "comms:update_list")


def banner(client, who, name="web:home"):
    return client.get(at(who, name)).content.decode()


@pytest.mark.usefixtures("asks_for_a_stop")
def test_every_coordinator_reads_who_stopped_it_when_and_why(
    client_of, alice, charlie, bob
):
    stop()
    for who in (alice, charlie):
        for name in PAGES:
            page = banner(client_of(who), who, name)
            assert "Whoever runs this server has stopped all mail" in page
            assert f"Ines, IT: <q>{WHY}</q>" in page
            assert "Signing in goes on." in page
    assert WHY not in banner(client_of(bob), bob)


@pytest.mark.usefixtures("asks_for_a_stop")
def test_what_the_mail_server_said_is_not_for_coordinators(client_of, alice):
    pause_transport("535 5.7.8 no such user relay-7")
    page = banner(client_of(alice), alice)
    assert "the mail server does not take it" in page
    assert "relay-7" not in page


@pytest.mark.usefixtures("asks_for_a_stop")
@pytest.mark.parametrize(("minutes", "told"), ((50, False), (70, True)))
def test_a_silence_of_an_hour_is_told(client_of, alice, minutes, told):
    since = timezone.now() - timedelta(minutes=minutes)
    TransportState.objects.create(planned_at=since)
    page = banner(client_of(alice), alice)
    assert ("Nothing has left or been planned since" in page) == told


@pytest.mark.usefixtures("asks_for_a_stop")
def test_no_page_says_anything_while_mail_runs(client_of, alice, mailbox):
    run_pump(Lane.BULK)
    assert 'data-tone="warn" role="status"' not in banner(client_of(alice), alice)
