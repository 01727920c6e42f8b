"""How many messages a second leave by 1, 2 and 4 pumps, and by one bare smtplib loop.

The loop sends one ready message again and again: nothing is rendered, claimed, fenced or
proven. Both give it to the same server, which writes each message to the disk. A pump is
a process of its own; its rate is counted from its first message to its last.
"""

import json
import smtplib
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import django

django.setup()

# ruff: noqa: E402
from django.conf import settings
from django.db import connection
from django.db.models import Max, Min

from bench.data import fill
from bench.sending import release
from coalition.common.tenancy import scopes_disabled
from comms.jobs import render, run_pump
from comms.models import Delivery, Issue, IssueState, Lane
from comms.sending import journal
from comms.sending import pump as pump_module
from comms.sending import settle as settle_module
from comms.sending.rendering import Letter, prepare
from comms.sending.smtp import SmtpTransport

AIM = 0.5
MESSAGES = 1_000
PUMPS = (1, 2, 4)
PUMP = ("manage.py", "pump", "--lane", "bulk", "--until-idle")


def queue_again() -> None:
    with scopes_disabled():
        Delivery.objects.filter(status="sent").update(
            status="queued", accepted_at=None, reply="", attempts=0
        )
        Issue.objects.update(state=IssueState.RELEASED)


def ready_message() -> bytes:
    with scopes_disabled():
        row = Delivery.objects.filter(status="queued").select_related("coalition")[0]
        letter = prepare(render, [row])[row.pk]
    assert isinstance(letter, Letter)
    return letter.content


def rate_of_loop(content: bytes) -> float:
    where = urlsplit(settings.EMAIL_URL)
    began = time.perf_counter()
    with smtplib.SMTP(where.hostname or "", where.port or 25) as server:
        for n in range(MESSAGES):
            server.sendmail(settings.MAIL_FROM, f"person{n}@host.example", content)
    return MESSAGES / (time.perf_counter() - began)


def rate_of_pumps(count: int) -> float:
    queue_again()
    connection.close()
    command = [sys.executable, *PUMP]
    silent = subprocess.DEVNULL
    pumps = [subprocess.Popen(command, stdout=silent) for _ in range(count)]
    assert [pump.wait() for pump in pumps] == [0] * count
    with scopes_disabled():
        sent = Delivery.objects.filter(status="sent")
        ends = sent.aggregate(first=Min("accepted_at"), last=Max("accepted_at"))
        assert sent.count() == MESSAGES
    return (MESSAGES - 1) / (ends["last"] - ends["first"]).total_seconds()


def rate_line(count: int, content: bytes) -> dict[str, object]:
    """Run the loop before and after: a busy moment falls on both."""
    before, ours, after = (
        rate_of_loop(content),
        rate_of_pumps(count),
        rate_of_loop(content),
    )
    bare = (before + after) / 2
    return {
        "name": f"{count} pump{'s' if count > 1 else ''} / one bare loop",
        "rate": f"{ours:.0f} / {bare:.0f} a second",
        "rate_ratio": ours / bare,
        "aim": AIM if count == 1 else None,
    }


# Where the time goes

spent: defaultdict[str, float] = defaultdict(float)


def timed(where: Any, name: str, step: str) -> None:
    """Let a function of the pump add up what it takes."""
    bare: Callable[..., Any] = getattr(where, name)

    @wraps(bare)
    def counted(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return bare(*args, **kwargs)
        finally:
            spent[step] += time.perf_counter() - began

    setattr(where, name, counted)


def steps_of_a_message() -> str:
    """Return what each step takes of one message, in milliseconds."""
    timed(pump_module, "claim", "claim")
    timed(pump_module, "prepare", "render")
    timed(SmtpTransport, "open_message", "MAIL and RCPT")
    timed(pump_module, "fence", "fence")
    timed(SmtpTransport, "data", "DATA")
    timed(journal, "note_sent", "journal")
    timed(settle_module, "prove", "proof")
    queue_again()
    began = time.perf_counter()
    assert run_pump(Lane.BULK, until_idle=True).sent == MESSAGES
    spent["other"] = time.perf_counter() - began - sum(spent.values())
    each = {step: seconds / MESSAGES * 1000 for step, seconds in spent.items()}
    return ", ".join(f"{step} {ms:.2f}" for step, ms in each.items())


def main() -> None:
    coalition = fill(partners=60, people=MESSAGES, tasks=1500)
    release(coalition, by="person0@host0.example")
    content = ready_message()
    rows = [rate_line(count, content) for count in PUMPS]
    rows.append({"name": "ms of one pump for a message", "steps": steps_of_a_message()})
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
