"""What happens when something fails: the table in docs/email.md, row by row.

Worker deaths are in tests/sending/test_torture.py, a broker that goes away and returns
in tests/journeys/test_celery.py.
"""

import os
import resource
import sqlite3
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.models import (
    Delivery,
    DomainState,
    IssueState,
    Lane,
    MailReport,
    TransportState,
)
from comms.sending import owners, smtp
from comms.sending.health import MailHealth, mail_health
from comms.sending.pump import pump
from comms.services.planning import release_due
from tests.comms.drafts import make_issue
from tests.factories.comms import UpdateScheduleFactory
from tests.sending.processes import running_sink
from tests.sending.sink import read_journal
from tests.utils import at, eventually

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
ON_SQLITE = connection.vendor == "sqlite"
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


def statuses():
    return list(Delivery.objects.order_by("id").values_list("status", flat=True))


def taken(sink):
    return [entry["rcpt"] for entry in read_journal(sink.journal)]


def later():
    """Let the time pass that messages, domains and the server have to wait."""
    now = timezone.now()
    Delivery.objects.filter(not_before__gt=now).update(not_before=now)
    for states in (TransportState, DomainState):
        states.objects.filter(blocked_until__gt=now).update(blocked_until=now)


@pytest.fixture
def server(tmp_path, settings):
    """Return a function that runs one SMTP server after another on the same port."""
    settings.MAIL_RATE_PER_MINUTE = settings.MAIL_DOMAIN_RATE_PER_MINUTE = 0
    with running_sink(tmp_path / "journal") as first:
        port = int(first.url.rpartition(":")[2])
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"

    @contextmanager
    def start(**options):
        with running_sink(tmp_path / "journal", port=port, **options) as running:
            yield running

    return start


def in_thread(act):
    """Run a piece of work beside the test, on a database connection of its own."""

    def work():
        try:
            with scopes_disabled():
                act()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


# The mail server


def test_a_server_that_is_away_costs_nothing_and_all_leaves_when_it_is_back(
    server, queued, render
):
    for n in range(5):
        queued(f"p{n}@example.org")
    for _ in range(4):
        pump(render=render)
        later()
    state = TransportState.objects.get()
    assert (state.fail_streak, state.paused_at) == (6, None)
    assert (
        list(Delivery.objects.values_list("status", "attempts")) == [("queued", 0)] * 5
    )
    with server() as sink:
        pump(render=render, until_idle=True)
        assert taken(sink) == [f"p{n}@example.org" for n in range(5)]
    assert TransportState.objects.get().fail_streak == 0


def test_the_breaker_keeps_a_dead_server_from_being_asked(server, queued, render):
    queued()
    for _ in range(3):
        pump(render=render)
    assert TransportState.objects.get().blocked_until > timezone.now()
    with server() as sink:
        pump(render=render)
        assert taken(sink) == []


def test_what_no_server_took_for_three_days_has_failed_and_is_listed(
    server, queued, render, client_of, alice
):
    issue = make_issue(alice.coalition, IssueState.RELEASED, audience_count=1)
    row = queued(issue=issue, person=alice.person)
    pump(render=render)
    Delivery.objects.update(expires_at=timezone.now())
    later()
    pump(render=render)
    row.refresh_from_db()
    assert (row.status, row.reason, row.attempts) == ("failed", "expired", 0)
    page = client_of(alice).get(at(alice, "comms:update_detail", issue.pk))
    assert "Alice Adams" in page.content.decode()
    assert "No server took it while it was news." in page.content.decode()


def test_a_mailbox_that_took_nothing_until_the_end_counts_as_a_soft_bounce(
    server, queued, render
):
    over = timezone.now() - HOUR
    full = queued(expires_at=over, error_class="transient_rcpt", reply="452 4.2.2 Full")
    queued("ann@example.org", expires_at=over)
    pump(render=render)
    report = MailReport.objects.get()
    assert (report.delivery, report.kind, report.words) == (
        full,
        "soft",
        "452 4.2.2 Full",
    )


def test_a_server_that_comes_and_goes_gets_each_message_once(server, queued, render):
    everybody = [f"p{n}@host{n % 3}.example" for n in range(12)]
    for address in everybody:
        queued(address)
    for turn in range(3):
        pump(render=render)
        later()
        with server(faults="rcpt421=0.4", seed=turn) as sink:
            pump(render=render)
        later()
    with server() as sink:
        pump(render=render, until_idle=True)
        assert sorted(taken(sink)) == sorted(everybody)


def test_a_server_that_talks_byte_by_byte_is_left(server, queued, render, monkeypatch):
    monkeypatch.setattr(smtp, "CONNECTION_SECONDS", 1)
    queued()
    began = time.monotonic()
    with server(drip=0.1):
        pump(render=render)
    assert time.monotonic() - began < 10
    assert Delivery.objects.values_list("status", "attempts").get() == ("queued", 0)
    assert TransportState.objects.get().blocked_until


def test_the_fast_lane_does_not_wait_for_a_tarpit(
    transactional_db, server, queued, render, monkeypatch
):
    monkeypatch.setattr(smtp, "CONNECTION_SECONDS", 1.5)
    slow = queued("drip@example.org")
    queued("alice@example.org", lane=Lane.FAST)
    with server():
        bulk = in_thread(lambda: pump(render=render))
        eventually(lambda: Delivery.objects.get(pk=slow.pk).data_started_at)
        assert pump(render=render, lane=Lane.FAST).sent == 1
        assert bulk.is_alive()
        bulk.join(timeout=20)
    slow.refresh_from_db()
    assert (slow.status, slow.uncertain) == ("queued", 1)


def test_a_server_that_turns_everybody_away_is_asked_ever_less(server, queued, render):
    for n in range(5):
        queued(f"p{n}@example.org")
    with server(greeting="421 4.3.2 Too many of you"):
        for _ in range(4):
            pump(render=render)
            later()
    assert TransportState.objects.get().fail_streak == 6  # three at once, then probes
    assert set(Delivery.objects.values_list("status", "attempts")) == {("queued", 0)}
    with server() as sink:
        assert pump(render=render, until_idle=True).sent == len(taken(sink)) == 5


def test_domains_that_say_not_so_fast_rest_and_no_other_waits(sink, queued, render):
    for n in range(6):
        queued(f"rcpt+421+4.7.0+{n}@big.example")
    for n in range(4):
        queued(f"p{n}@small.example")
    pump(render=render)
    assert taken(sink) == [f"p{n}@small.example" for n in range(4)]
    assert DomainState.objects.get(blocked_until__isnull=False).domain == "big.example"
    assert Delivery.objects.filter(status="queued", attempts=1).count() == 1


def test_a_password_that_is_refused_stops_all_mail_at_once_and_burns_nobody(
    server, queued, render, settings, caplog
):
    settings.EMAIL_URL = settings.EMAIL_URL.replace("//", "//us:wrong@")
    for n in range(5):
        queued(f"p{n}@example.org")
    with server(login="refused") as sink:
        pump(render=render, until_idle=True)
        pump(render=render, until_idle=True)
        assert taken(sink) == []
    state = TransportState.objects.get()
    assert state.reason.startswith("535")
    assert caplog.text.count("Mail is paused") == 1
    assert mail_health() == MailHealth.STOPPED
    assert set(Delivery.objects.values_list("status", "attempts")) == {("queued", 0)}


def test_a_server_that_takes_and_hangs_up_gets_two_repeats_and_no_more(
    sink, queued, render
):
    row = queued("drop@example.org")
    seen = []
    for _ in range(4):
        pump(render=render)
        row.refresh_from_db()
        seen.append((row.status, row.uncertain))
        later()
    assert seen == [("queued", 1), ("queued", 2), ("held", 3), ("held", 3)]
    assert [entry["message_id"] for entry in read_journal(sink.journal)] == [
        row.message_id
    ] * 3


# The database


def cut_all_connections():
    """End every connection to the test database, as a restart of the server does."""
    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or 5432,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
        autocommit=True,
    ) as other:
        waiting = "SELECT 1 FROM comms_delivery WHERE data_started_at IS NOT NULL"
        eventually(lambda: other.execute(waiting).fetchone())
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def hold_the_database(seconds=1.0):
    """Keep everybody from writing from the moment that the content goes out."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    waiting = "SELECT 1 FROM comms_delivery WHERE data_started_at IS NOT NULL"
    eventually(lambda: other.execute(waiting).fetchone())
    other.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    other.execute("ROLLBACK")
    other.close()


def test_a_database_that_goes_away_during_the_content_hears_of_it_later(
    transactional_db, server, queued, render
):
    row = queued()
    if ON_SQLITE:
        connection.cursor().execute("PRAGMA busy_timeout = 20")
    with server(faults="slow=1") as sink:
        trouble = in_thread(hold_the_database if ON_SQLITE else cut_all_connections)
        assert pump(render=render).sent == 1
        trouble.join()
        assert pump(render=render).sent == 0
        assert len(taken(sink)) == 1
    row.refresh_from_db()
    assert (row.status, row.uncertain, row.reply) == ("sent", 0, "250 2.0.0 Accepted")


def forget_the_last_moments():
    """Take the first message back to its claim, as a crash of the database may."""
    eventually(lambda: Delivery.objects.filter(status="sent").exists())
    claimed = ("status", "claim_token", "owner", "lease_until")
    other = Delivery.objects.filter(status="sending").values(*claimed)[0]
    sent = Delivery.objects.filter(status="sent")
    sent.update(data_started_at=None, accepted_at=None, **other)


def test_a_worker_stands_by_what_it_proved_when_the_database_forgets(
    transactional_db, server, queued, render
):
    queued(), queued()
    with server(faults="slow=1") as sink:
        crash = in_thread(forget_the_last_moments)
        assert pump(render=render).sent == 2
        crash.join()
        assert pump(render=render).sent == 0
        assert len(taken(sink)) == 2
    assert statuses() == ["sent", "sent"]


@contextmanager
def a_database_that_takes_no_writes():
    yes, no = (
        ("PRAGMA query_only = 1", "PRAGMA query_only = 0")
        if ON_SQLITE
        else (
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        )
    )
    connection.cursor().execute(yes)
    try:
        yield
    finally:
        connection.cursor().execute(no)


def test_nothing_leaves_while_the_database_takes_no_writes(
    transactional_db, sink, queued, render
):
    queued()
    with (
        a_database_that_takes_no_writes(),
        pytest.raises((OperationalError, InternalError)),
    ):
        pump(render=render)
    assert taken(sink) == []
    assert pump(render=render).sent == 1


@pytest.mark.skipif(not ON_SQLITE, reason="the disk is the server's")
def test_nothing_leaves_while_the_disk_is_full(transactional_db, sink, queued, render):
    queued()
    connection.close()
    if not (child := os.fork()):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        try:
            pump(render=render)
        except (DatabaseError, OSError):
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert taken(sink) == []
    assert pump(render=render).sent == 1


# The clock

JUMPS = (-DAY, -2 * HOUR, 2 * HOUR, DAY, YEAR)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_no_jump_of_the_clock_takes_a_message_from_who_has_it(
    abandoned, time_machine, jump
):
    with owners.working(Lane.BULK) as living:
        row = abandoned(living)
        time_machine.move_to(timezone.now() + jump)
        pump(render=lambda _batch: {})
    row.refresh_from_db()
    assert (row.status, row.uncertain) == ("sending", 0)


@pytest.mark.parametrize("jump", (-DAY, -YEAR), ids=str)
def test_what_a_clock_put_far_off_is_back_within_a_day(
    mailbox, queued, render, time_machine, jump
):
    row = queued(not_before=timezone.now() - jump, expires_at=timezone.now() + 2 * YEAR)
    pump(render=render)
    row.refresh_from_db()
    assert row.not_before <= timezone.now() + DAY + HOUR


@pytest.mark.skipif(ON_SQLITE, reason="its clock is the worker's")
@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_the_clock_of_a_worker_decides_nothing(
    mailbox, queued, render, time_machine, jump
):
    row = queued(not_before=timezone.now() + HOUR)
    due = queued("now@example.org")
    time_machine.move_to(timezone.now() + jump)
    pump(render=render)
    row.refresh_from_db()
    due.refresh_from_db()
    assert (row.status, due.status) == ("queued", "sent")


@pytest.mark.parametrize("jump", (2 * HOUR, DAY, YEAR), ids=str)
def test_an_approved_update_leaves_neither_early_nor_long_after(
    mailbox, alice, time_machine, jump
):
    UpdateScheduleFactory(coalition=alice.coalition)
    issue = make_issue(
        alice.coalition,
        IssueState.APPROVED,
        due_at=timezone.now() + DAY + HOUR,
        approved_by=alice.person,
    )
    time_machine.move_to(timezone.now() + jump)
    release_due(timezone.now())
    issue.refresh_from_db()
    late = jump == YEAR
    assert issue.state == (
        IssueState.AWAITING_APPROVAL if late else IssueState.APPROVED
    )
    assert bool(issue.hold_reason) == late
