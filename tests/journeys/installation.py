"""An installation of its own: a folder, a port, a database, and `manage.py run`."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from tests.sending.processes import ROOT

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
RUNNING = 60


def free_port() -> int:
    """Return a port that stays free: below those that any connection may be given."""
    for port in random.sample(range(20_000, 32_000), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("No free port")


def visitor() -> OpenerDirector:
    """Return what keeps its cookies, as a browser does."""
    return build_opener(HTTPCookieProcessor(CookieJar()))


@dataclass
class Installation:
    var: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG")
            if name in os.environ
        }
        ours = {
            "VAR_DIR": str(self.var),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        return kept | ours | self.settings

    def manage(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that may ask something, or refuse."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """Run it for as long as the block lasts; nothing stays behind."""
        process = subprocess.Popen(
            command or [sys.executable, "manage.py", "run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=RUNNING + 10)

    def get(self, path: str, *, by: OpenerDirector | None = None) -> str:
        with (by or visitor()).open(self.url(path), timeout=RUNNING) as response:
            return response.read().decode()

    def post(self, path: str, *, by: OpenerDirector, **data: str) -> str:
        """Fill in the form of a page as a visitor without JavaScript does."""
        token = CSRF.findall(self.get(path, by=by))[0]
        body = urlencode(data | {"csrfmiddlewaretoken": token}).encode()
        with by.open(self.url(path), data=body, timeout=RUNNING) as response:
            return response.read().decode()

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Return what it says, up to and with the line that holds the words."""
    assert process.stdout
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return said
