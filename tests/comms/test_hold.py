"""A restored or copied database sends nothing until a person has looked."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from coalition.common.purging import purging
from comms.models import Delivery, PausedBy, Suppression, TransportState
from comms.sending import hold, journal
from comms.sending.addresses import address_hash
from comms.sending.pump import pump
from comms.sending.recovery import take_back
from comms.sending.replies import Phase, Reply
from comms.sending.settle import settle
from comms.services.consent import stop_mail, undo_stop
from tests.sending.sink import read_journal
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
HOUR = timedelta(hours=1)


@pytest.fixture
def running(mailbox, render):
    """An installation whose pump has run before."""
    pump(render=render)
    pump(render=render)
    return hold.epoch_path()


def state():
    return TransportState.objects.get()


def go_back(by=1):
    """Let the database be one of earlier."""
    TransportState.objects.update(epoch=state().epoch - by)


def reconcile(capsys, *arguments):
    capsys.readouterr()
    call_command("mail_reconcile", *map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out)


def test_the_database_and_its_file_count_together(running):
    number, name = running.read_text().split()
    assert (int(number), name) == (2, state().installation)
    assert state().epoch == 2
    assert running.stat().st_mode & 0o077 == 0


def test_an_older_database_is_held(running, sink, queued, render):
    go_back()
    queued()
    assert pump(render=render).sent == 0
    assert state().is_held
    assert state().reason == hold.BEHIND
    assert read_journal(sink.journal) == []


def test_a_database_that_is_ahead_of_its_file_goes_on(running, queued, render):
    TransportState.objects.update(epoch=17)
    queued()
    assert pump(render=render).sent == 1
    assert running.read_text().split()[0].endswith("18")


def test_a_copy_on_another_machine_is_held(running, queued, render):
    running.unlink()
    queued()
    assert pump(render=render).sent == 0
    assert state().reason == hold.FOREIGN


def test_a_copy_beside_another_installations_file_is_held(running, queued, render):
    TransportState.objects.update(installation="another", epoch=99)
    queued()
    assert pump(render=render).sent == 0
    assert state().reason == hold.FOREIGN


def test_a_new_database_beside_an_old_file_begins(running, queued, render):
    TransportState.objects.all().delete()
    pump(render=render)
    assert not state().is_held
    queued()
    assert pump(render=render).sent == 1


def test_a_database_from_before_the_count_is_held_when_it_has_mail(
    running, queued, render
):
    TransportState.objects.all().delete()
    queued()
    assert pump(render=render).sent == 0
    assert state().reason == hold.BEHIND


def test_a_held_system_plans_nothing_either(running, render):
    go_back()
    asked = []
    pump(render=render, steps=[asked.append])
    assert asked == []


def test_the_hold_outweighs_a_pause(running, render):
    call_command("mail_stop", "--all", "Because")
    go_back()
    pump(render=render)
    assert state().paused_by == PausedBy.RESTORE
    with pytest.raises(CommandError, match="already"):
        call_command("mail_stop", "--all", "Because")
    assert state().is_held


def test_a_hold_is_lifted_only_after_a_look(running, queued, render, capsys):
    go_back()
    row = queued()
    pump(render=render)
    with pytest.raises(CommandError, match="mail_reconcile"):
        call_command("pump", "--resume")
    found = reconcile(capsys)
    assert (found["settled"], found["unknown"]) == (0, 0)
    assert [w["messages"] for w in found["waiting"]] == [1]
    assert pump(render=render).sent == 0
    before = state().installation
    call_command("pump", "--resume", "--lane", "fast")
    assert pump(render=render).sent == 1
    assert state().installation != before
    row.refresh_from_db()
    assert row.status == "sent"


def test_a_second_restore_needs_a_second_look(running, render, capsys):
    go_back()
    pump(render=render)
    reconcile(capsys)
    call_command("pump", "--resume", "--lane", "fast")
    go_back()
    pump(render=render)
    with pytest.raises(CommandError, match="mail_reconcile"):
        call_command("pump", "--resume")


def test_what_left_after_the_backup_does_not_leave_again(
    running, sink, queued, render, capsys
):
    rows = [queued(f"p{n}@example.org") for n in range(3)]
    Delivery.objects.filter(pk=rows[2].pk).update(not_before=timezone.now() + HOUR)
    assert pump(render=render).sent == 2
    go_back()
    Delivery.objects.update(status="queued", accepted_at=None)
    pump(render=render)
    assert reconcile(capsys)["settled"] == 2
    call_command("pump", "--resume", "--lane", "fast")
    Delivery.objects.update(not_before=timezone.now())
    assert pump(render=render).sent == 1
    assert len(read_journal(sink.journal)) == 3


def test_what_is_released_again_after_a_restore_reaches_nobody_twice(
    running, sink, queued, render, capsys
):
    first = queued("bob@example.org", message_id="<p7-bob@example.org>")
    pump(render=render)
    with purging():
        first.delete()
    go_back()
    pump(render=render)
    assert reconcile(capsys)["unknown"] == 1
    call_command("pump", "--resume", "--lane", "fast")
    again = queued("bob@example.org", message_id="<p7-bob@example.org>")
    assert pump(render=render).sent == 0
    again.refresh_from_db()
    assert (again.status, again.reply) == ("sent", journal.WORDS)
    assert len(read_journal(sink.journal)) == 1


def test_the_number_of_a_lost_person_proves_nothing_about_another(
    running, sink, queued, render
):
    queued("bob@example.org", message_id="<p7-9@example.org>")
    pump(render=render)
    with purging():
        Delivery.objects.all().delete()
    TransportState.objects.update(restored_at=timezone.now())
    queued("eve@example.org", message_id="<p7-9@example.org>")
    assert pump(render=render).sent == 1


def test_the_list_of_the_mail_server_counts_as_well(
    running, queued, render, capsys, tmp_path
):
    row, _other = queued(), queued()
    log = tmp_path / "mail.log"
    log.write_text(f"postfix/cleanup: A1B2: message-id={row.message_id}\n")
    assert reconcile(capsys, "--sent", log)["settled"] == 1
    row.refresh_from_db()
    assert row.status == "sent"
    with pytest.raises(CommandError, match="cannot be read"):
        reconcile(capsys, "--sent", tmp_path / "nowhere")


def test_reconcile_tells_in_words(running, queued, capsys):
    queued()
    capsys.readouterr()
    call_command("mail_reconcile")
    said = capsys.readouterr().out
    assert "0 messages had left already" in said
    assert "1 wait: mail about accounts" in said
    assert "manage.py mail_resume" in said


def test_who_unsubscribed_after_the_backup_stays_off(
    harbor, capsys, django_capture_on_commit_callbacks
):
    bob, eve = address_hash("bob@example.org"), address_hash("eve@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        stop_mail(coalition=harbor, addr_hmac=bob)
        stop_mail(coalition=harbor, addr_hmac=eve)
        undo_stop(coalition=harbor, addr_hmac=eve)
    Suppression.objects.all().delete()
    assert reconcile(capsys)["switched"] == 1
    assert Suppression.objects.get(lifted_at=None).addr_hmac == bob
    assert reconcile(capsys)["switched"] == 0


def test_a_switch_of_a_lost_coalition_is_left_out(harbor, capsys):
    entry = {"switched": "x" * 64, "coalition": 4711, "reason": "unsubscribed"}
    journal._append(entry | {"off": True})
    assert reconcile(capsys)["switched"] == 0


def test_the_journal_settles_what_a_dead_worker_had_sent(abandoned):
    delivery = abandoned("dead")
    Delivery.objects.update(data_started_at=timezone.now())
    journal.note_sent(delivery)
    assert take_back() == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.uncertain) == ("sent", 0)


def test_the_journal_names_nobody_and_is_nobodys_to_read(queued):
    delivery = queued("bob@example.org")
    settle(delivery, Reply(250, "2.0.0 ok", Phase.END))
    path = journal.journal_path()
    assert "bob" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_off_harms_no_other(queued):
    delivery = queued()
    with journal.journal_path().open("w") as file:
        file.write('{"at": "2026-01\n')
    journal.note_sent(delivery)
    assert journal.knows(delivery)


def test_the_journal_keeps_sixty_days(queued):
    delivery = queued()
    journal.note_sent(delivery)
    journal.rotate()
    assert journal.journal_path().exists()
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        journal.rotate()
    assert not journal.journal_path().exists()
    assert journal.knows(delivery)


def test_a_journal_that_cannot_be_written_stops_no_proof(queued, settings, caplog):
    settings.VAR_DIR = settings.VAR_DIR / "nowhere"
    delivery = queued()
    settle(delivery, Reply(250, "2.0.0 ok", Phase.END))
    delivery.refresh_from_db()
    assert delivery.status == "sent"
    assert "cannot be written" in caplog.text


@pytest.mark.usefixtures("asks_for_a_stop")
def test_every_page_of_a_coordinator_says_that_mail_is_held(
    running, alice, bob, client_of, render
):
    go_back()
    pump(render=render)
    for name in ("web:home", "members:partner_list", "comms:update_list"):
        assert "Mail is held" in client_of(alice).get(at(alice, name)).content.decode()
    assert b"Mail is held" not in client_of(bob).get(at(bob, "web:home")).content


@pytest.mark.usefixtures("asks_for_a_stop")
def test_no_page_says_so_when_it_is_not(alice, client_of):
    TransportState.objects.create(paused_at=timezone.now(), reason="535 no")
    assert b"Mail is held" not in client_of(alice).get(at(alice, "web:home")).content
