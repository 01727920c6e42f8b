"""Four pumps, killed again and again, and a count of what came of it.

    python -m tests.sending.torture --journal sink.jsonl [--wrong-order]

Prepares its rows in the (migrated, empty) database of DATABASE_URL, sends them to
EMAIL_URL and prints each message's id, end and number of unknown outcomes as JSON.
Retries do not wait for hours here: whatever is queued for later is hurried along.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import django

django.setup()

# ruff: noqa: E402
from django.db import connection
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.models import Delivery, DomainState, Issue, TransportState
from comms.sending import pump as pump_module
from comms.sending.mail import RenderedMail
from comms.sending.outbox import prove
from comms.sending.pump import pump
from members.models import Coalition

PUMPS = 4
KILLS = 30
MESSAGES = 600
DEADLINE_SECONDS = 170


def prepare() -> None:
    """Make a released issue with its messages, spread over a few domains."""
    coalition = Coalition.objects.create(slug="torture", name="Torture")
    approved = {"content_sha256": "as approved", "approved_sha256": "as approved"}
    issue = Issue.objects.create(
        coalition=coalition,
        kind="update",
        source_key="p00001",
        state="released",
        due_at=timezone.now(),
        audience_count=MESSAGES,
        **approved,
    )
    Delivery.objects.bulk_create(message(issue, n) for n in range(MESSAGES))


def message(issue, n: int):
    address = f"person{n}@{n % 7}.example.org"
    return Delivery(
        coalition_id=issue.coalition_id,
        issue=issue,
        kind="update",
        to_addr=address,
        to_norm=address,
        domain=address.rpartition("@")[2],
        envelope_from="us@example.org",
        dedupe_key=f"torture:{n}",
        message_id=f"<torture-{n}@example.org>",
        expires_at=timezone.now() + timedelta(days=3),
    )


def render(batch):
    return {
        row.pk: RenderedMail(
            {"From": "us@example.org", "To": row.to_addr, "Subject": "Torture"},
            b"Content-Type: text/plain\r\n\r\nHello!\r\n",
            issue_sha256="as approved",
        )
        for row in batch
    }


def hurry() -> None:
    """Let the waiting go at once, save those whose outcome is not known."""
    waiting = Delivery.objects.filter(status="queued", not_before__gt=timezone.now())
    waiting.exclude(error_class="uncertain").update(not_before=timezone.now())
    DomainState.objects.update(blocked_until=None)
    TransportState.objects.update(blocked_until=None)


def pump_forever() -> None:
    while True:
        hurry()
        pump(render=render, max_seconds=2)
        time.sleep(0.05)


def mark_then_send(run, delivery, letter):
    """What must not be done: the mark first, the message after it."""
    prove(delivery.pk, "marked too early")
    run.transport.connect()
    run.transport.open_message(envelope_from="us@example.org", to=delivery.to_addr)
    run.transport.data(letter.content)


def forked(work: Callable[[], None]) -> int:
    """Run a function in a child process and return its id."""
    connection.close()
    if pid := os.fork():
        return pid
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        work()
    finally:
        os._exit(0)


def torment(journal: Path, seed: int) -> list[int]:
    """Kill a pump at every twentieth of the work or so, and start another."""
    chance = random.Random(seed)  # noqa: S311
    pumps = [forked(pump_forever) for _ in range(PUMPS)]
    for kill in range(1, KILLS + 1):
        wait_for(partial(has_grown, journal, kill * MESSAGES // (KILLS + 4)))
        time.sleep(chance.uniform(0, 0.05))
        victim = chance.randrange(PUMPS)
        os.kill(pumps[victim], signal.SIGKILL)
        os.waitpid(pumps[victim], 0)
        pumps[victim] = forked(pump_forever)
    return pumps


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def has_grown(journal: Path, lines: int) -> bool:
    return journal.exists() and journal.read_bytes().count(b"\n") >= lines


def is_finished() -> bool:
    time.sleep(0.2)
    return not Delivery.objects.unfinished().exists()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wrong-order", action="store_true")
    options = parser.parse_args(arguments)
    if options.wrong_order:
        pump_module._Run._deliver = mark_then_send  # type: ignore[method-assign]
    prepare()
    pumps = torment(options.journal, options.seed)
    try:
        wait_for(is_finished)
    finally:
        for pid in pumps:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    rows = Delivery.objects.values("message_id", "status", "uncertain")
    json.dump({"kills": KILLS, "rows": list(rows)}, sys.stdout)


if __name__ == "__main__":
    with scopes_disabled():
        main(sys.argv[1:])
