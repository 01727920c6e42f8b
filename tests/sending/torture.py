"""Pumps and planners, killed again and again, and a count of what came of it.

    python -m tests.sending.torture --journal sink.jsonl
        [--messages 600] [--kills 30] [--issues 6] [--celery] [--wrong-order]
        [--restart COMMAND]

Prepares coalitions in the (migrated, empty) database of DATABASE_URL, lets their updates
be planned, drafted, approved, released and sent to EMAIL_URL, and prints as JSON how
every message and every issue ended. Retries do not wait for hours here: whatever is
queued for later is hurried along. With `--celery` the pumps are Celery workers that hear
of their work from Redis, which is flushed on the way. At every tenth kill COMMAND crashes
the database and starts it again.
"""

import argparse
import json
import os
import random
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import django
import redis

django.setup()

# ruff: noqa: E402
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from coalition.celery import app
from coalition.common.tenancy import scope, scopes_disabled
from comms.errors import ContentChanged, IssueMoved
from comms.jobs import render
from comms.models import Delivery, DomainState, Issue, TransportState, UpdateSchedule
from comms.sending import doorbell
from comms.sending import pump as pump_module
from comms.sending.outbox import prove
from comms.sending.pump import pump
from comms.services.issues import approve_issue
from comms.services.planning import compose_due, plan, release_due
from goals.models import Goal
from members.models import Coalition, Membership, Person, Via
from members.permissions import MemberRole
from members.services.audit import Actor
from tasks.models import Task

PUMPS = 4
PLANNERS = 2
QUEUE = 400  # messages that may wait before the next update is approved
DEADLINE_SECONDS = 170
SOON = timedelta(hours=1)
WORKER = ["worker", "--pool=solo", "--queues=bulk", "--loglevel=CRITICAL"]


def prepare(messages: int, issues: int) -> None:
    """Make coalitions whose first update is due soon and has something to tell."""
    for number in range(issues):
        people = messages // issues + (number < messages % issues)
        make_coalition(number, people)
    Coalition.objects.update(created_at=timezone.now() - timedelta(days=1))


def make_coalition(number: int, people: int) -> None:
    now = timezone.now()
    coalition = Coalition.objects.create(slug=f"torture-{number}", name="Torture")
    due = now + SOON
    UpdateSchedule.objects.create(
        coalition=coalition,
        anchor_date=due.date(),
        local_time=due.time().replace(microsecond=0),
        timezone="UTC",
    )
    goal = Goal.objects.create(coalition=coalition, title="Cleaner air")
    Task.objects.create(
        coalition=coalition, goal=goal, title="Count the lorries", done_at=now - SOON
    )
    consent = {"consent_digest": True, "consent_at": now}
    made = Person.objects.bulk_create(
        Person(
            coalition=coalition,
            full_name=f"Ines Person {n}",
            email=f"person{n}@{n % 7}.c{number}.example.org",
            **consent,
        )
        for n in range(people)
    )
    Membership.objects.bulk_create(
        Membership(
            coalition=coalition,
            person=person,
            role=MemberRole.MEMBER if n else MemberRole.COORDINATOR,
        )
        for n, person in enumerate(made)
    )


def hurry() -> None:
    """Let the waiting go at once, save those whose outcome is not known."""
    waiting = Delivery.objects.filter(status="queued", not_before__gt=timezone.now())
    waiting.exclude(error_class="uncertain").update(not_before=timezone.now())
    DomainState.objects.update(blocked_until=None)
    TransportState.objects.update(blocked_until=None)


def plan_forever() -> None:
    """Plan, draft, approve as a coordinator would, release; and ring, as beat does."""
    while True:
        now = timezone.now()
        plan(now)
        compose_due(now + SOON)
        if Delivery.objects.unfinished().count() < QUEUE:
            approve_next()
        release_due(now + 2 * SOON)
        doorbell.ring()
        time.sleep(1)


def approve_next() -> None:
    issue = Issue.objects.filter(state="awaiting_approval").order_by("pk").first()
    if issue is None:
        return
    with scope(coalition=issue.coalition):
        person = Person.objects.order_by("pk").first()
        by = Actor(issue.coalition, person, Via.JOB)
        try:
            approve_issue(issue=issue, sha256=issue.content_sha256, by=by)
        except (ContentChanged, IssueMoved):
            return  # the other planner was quicker


def pump_forever() -> None:
    while True:
        pump(render=render, max_seconds=2)
        time.sleep(0.05)


def work_for_celery() -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # a thousand banners help nobody
        os.dup2(silence, stream)
    app.worker_main(WORKER)


def mark_then_send(run, delivery, letter):
    """What must not be done: the mark first, the message after it."""
    prove(delivery.pk, "marked too early")
    run.transport.connect()
    run.transport.open_message(envelope_from="us@example.org", to=delivery.to_addr)
    run.transport.data(letter.content)


def forked(work: Callable[[], None]) -> int:
    """Run a function in a child process, again if its database was busy."""
    connection.close()
    if pid := os.fork():
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        while True:
            with suppress(OperationalError, InterfaceError):
                work()
            connection.close()
    finally:
        os._exit(1)


@dataclass
class Torment:
    """Processes at work on one load of messages, and who was killed."""

    journal: Path
    messages: int
    kills: int
    pump: Callable[[], None]
    chance: random.Random
    restart: list[str] = field(default_factory=list)
    working: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Kill one whenever so many messages more have arrived, and start another."""
        for work in [self.pump] * PUMPS + [plan_forever] * PLANNERS:
            self.working.append((forked(work), work))
        for kill in range(1, self.kills + 1):
            arrived = kill * self.messages // (self.kills + 4)
            wait_for(partial(has_grown, self.journal, arrived))
            time.sleep(self.chance.uniform(0, 0.05))
            self.kill_one()
            if self.pump is work_for_celery and kill % (self.kills // 3) == 0:
                redis.from_url(settings.REDIS_URL).flushdb()
            if self.restart and kill % 10 == 0:
                crash(self.restart)
                self.killed["databases"] += 1
        wait_for(self.is_finished)

    def kill_one(self) -> None:
        number = self.chance.randrange(len(self.working))
        pid, work = self.working[number]
        kill(pid)
        self.killed["planners" if work is plan_forever else "pumps"] += 1
        self.working[number] = (forked(work), work)

    def is_finished(self) -> bool:
        done = Issue.objects.filter(state="done").count()
        return done == Coalition.objects.count()

    def end(self) -> None:
        for pid, _work in self.working:
            kill(pid)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def crash(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    connection.close()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait, hurrying the waiting along; give up when nothing helps."""
    end = time.monotonic() + DEADLINE_SECONDS
    hurried = 0.0
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        if time.monotonic() > hurried + 0.3:
            with suppress(OperationalError):  # SQLite was busy for all its patience
                hurry()
            hurried = time.monotonic()
        time.sleep(0.02)


def has_grown(journal: Path, lines: int) -> bool:
    return journal.exists() and journal.read_bytes().count(b"\n") >= lines


def report(torment: Torment) -> None:
    messages = Delivery.objects.values("message_id", "status", "uncertain")
    issues = Issue.objects.values("coalition", "period", "state", "audience_count")
    found = {"rows": list(messages), "issues": list(issues), "killed": torment.killed}
    json.dump(found, sys.stdout)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--messages", type=int, default=600)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--issues", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--celery", action="store_true")
    parser.add_argument("--wrong-order", action="store_true")
    parser.add_argument("--restart", type=shlex.split, default=[])
    options = parser.parse_args(arguments)
    if options.wrong_order:
        pump_module._Run._deliver = mark_then_send  # type: ignore[method-assign]
    prepare(options.messages, options.issues)
    torment = Torment(
        journal=options.journal,
        messages=options.messages,
        kills=options.kills,
        pump=work_for_celery if options.celery else pump_forever,
        chance=random.Random(options.seed),  # noqa: S311
        restart=options.restart,
    )
    try:
        torment.run()
    finally:
        torment.end()
    report(torment)


if __name__ == "__main__":
    with scopes_disabled():
        main(sys.argv[1:])
