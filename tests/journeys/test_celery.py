"""With Redis: a real Celery worker and beat, and a broker that goes away and returns."""

import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest
import redis

from tests.journeys.installation import Installation, read_until, visitor
from tests.sending.processes import ROOT, running_sink, scratch_database
from tests.sending.sink import read_journal
from tests.utils import eventually

REDIS_URL = os.environ.get("REDIS_URL", "")
pytestmark = [
    pytest.mark.celery,
    pytest.mark.skipif(not REDIS_URL, reason="needs REDIS_URL"),
]
CODE_PAGE = "/accounts/login/code/"


class Wire:
    """The way to Redis, which can be cut."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._open: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = False

    def _accept(self) -> None:
        while True:
            near, _ = self._server.accept()
            if self.is_cut:
                near.close()
            else:
                threading.Thread(target=self._join, args=[near], daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._target) as far, suppress(OSError):
            other = {near: far, far: near}
            self._open |= other.keys()
            while not self.is_cut:
                for end in select.select([near, far], [], [])[0]:
                    if not (data := end.recv(65536)):
                        return
                    other[end].sendall(data)


@pytest.fixture
def wire() -> Wire:
    place = urlsplit(REDIS_URL)
    return Wire((place.hostname or "127.0.0.1", place.port or 6379))


@pytest.fixture
def here(tmp_path, wire) -> Iterator[Installation]:
    number = urlsplit(REDIS_URL).path.strip("/") or "0"
    settings = {"REDIS_URL": f"redis://127.0.0.1:{wire.port}/{number}"}
    with scratch_database(tmp_path) as url, running_sink(tmp_path / "mail") as sink:
        settings |= {"DATABASE_URL": url, "EMAIL_URL": sink.url}
        here = Installation(tmp_path, settings)
        here.manage("migrate", "--verbosity", "0")
        here.manage(
            *("create_coalition", "harbor", "--name", "Healthy Harbor"),
            *("--coordinator", "alice@example.org"),
        )
        yield here


def letters(here: Installation) -> list[str]:
    return [entry["rcpt"] for entry in read_journal(here.var / "mail")]


def ask_for_a_code(here: Installation, address: str) -> None:
    assert "code" in here.post(CODE_PAGE, by=visitor(), email=address)


def test_doorbell_beat_and_a_broker_that_returns(here, wire):
    with here.running() as process:
        read_until(process, "Ctrl-C")

        # The doorbell rings: far sooner than beat, which rings once a minute.
        ask_for_a_code(here, "alice@example.org")
        eventually(lambda: letters(here) == ["alice@example.org"], seconds=45)

        # Without the broker pages answer, and nothing is lost.
        wire.cut()
        assert here.get("/healthz") == '{"status": "ok"}'
        ask_for_a_code(here, "alice@example.org")

        # When it is back, empty, the next ring of beat finds what waits.
        redis.from_url(REDIS_URL).flushdb()
        wire.mend()
        eventually(lambda: len(letters(here)) == 2, seconds=90)


PEOPLE = 12
QUEUE = f"""
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from coalition.common.tenancy import scope
from comms.models import UpdateSchedule
from comms.services.account_mail import AccountMail, queue_account_mail
from goals.models import Goal
from members.models import Coalition
from tasks.models import Task
for n in range({PEOPLE}):
    mail = AccountMail("Your code", "123456")
    queue_account_mail(to=f"p{{n}}@example.org", language="en", mail=mail)
harbor, now = Coalition.objects.get(), timezone.now()
Coalition.objects.update(created_at=now - timedelta(days=1))
HOUR = timedelta(hours=1)
due = now + HOUR
with scope(coalition=harbor):
    UpdateSchedule.objects.create(
        coalition=harbor, anchor_date=due.date(), timezone="UTC",
        local_time=due.time().replace(microsecond=0),
    )
    goal = Goal.objects.create(coalition=harbor, title="Cleaner air")
    Task.objects.create(coalition=harbor, goal=goal, title="Count", done_at=now - HOUR)
"""
ISSUES = """
import django; django.setup()
from coalition.common.tenancy import scopes_disabled
from comms.models import Issue
with scopes_disabled():
    print(*Issue.objects.values_list("period", "state"))
"""


def test_two_beats_and_two_workers_do_everything_once(here):
    celery = (sys.executable, "-m", "celery", "--quiet", "--app", "coalition")
    worker = (*celery, "worker", "--queues", "bulk,fast", "--concurrency", "2")
    names = ("--hostname", "one@%h"), ("--hostname", "two@%h")
    with ExitStack() as running:
        for name in names:
            running.enter_context(here.running(*worker, *name))
            running.enter_context(here.running(*celery, "beat"))
        said(here, QUEUE)
        # Nobody rings but the beats, once a minute.
        eventually(lambda: len(letters(here)) >= PEOPLE, seconds=150)
        eventually(lambda: "awaiting" in said(here, ISSUES), seconds=60)
    assert sorted(letters(here)) == sorted(f"p{n}@example.org" for n in range(PEOPLE))
    assert said(here, ISSUES).strip() == "(1, 'awaiting_approval')"


def said(here: Installation, script: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=here.environment | {"DJANGO_SETTINGS_MODULE": "coalition.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
