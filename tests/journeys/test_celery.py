"""With Redis: a real Celery worker and beat, and a broker that goes away and returns."""

import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.journeys.installation import Installation, read_until, visitor
from tests.sending.processes import running_sink, scratch_database
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
    redis = urlsplit(REDIS_URL)
    return Wire((redis.hostname or "127.0.0.1", redis.port or 6379))


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
        assert len(letters(here)) == 1

        # When it is back, the next ring of beat finds what waits.
        wire.mend()
        eventually(lambda: len(letters(here)) == 2, seconds=180)
