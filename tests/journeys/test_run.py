"""`manage.py run` as an operator meets it: real processes on a port of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.utils import eventually

pytestmark = pytest.mark.xdist_group("run")
Run = Callable[[], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    var = tmp_path_factory.mktemp("var")
    return ours | {"VAR_DIR": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def run(environment) -> Iterator[Run]:
    """Return a function that starts the command; whatever it started ends."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=70)


def get(environment: dict[str, str], path: str) -> str:
    url = f"http://127.0.0.1:{environment['PORT']}{path}"
    with urllib.request.urlopen(url, timeout=60) as response:
        return response.read().decode()


def read_until(process: subprocess.Popen[str], line: str) -> str:
    assert process.stdout
    said = ""
    while line not in said:
        more = process.stdout.readline()
        assert more, said
        said += more
    return said


def descendants(pid: int) -> set[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(c) for c in children}.union(*(descendants(int(c)) for c in children))


def test_run_answers_says_where_and_leaves_nothing_behind(run, environment):
    process = run()
    said = read_until(process, "Ctrl-C")
    assert f"http://127.0.0.1:{environment['PORT']}/" in said
    assert "/mailbox/" in said
    assert get(environment, "/healthz") == "ok"
    process.send_signal(signal.SIGINT)
    assert process.wait(70) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_run_starts_a_killed_child_again(run, environment):
    process = run()
    assert get_when_up(process, environment) == "ok"
    eventually(lambda: len(descendants(process.pid)) >= 5)
    for pid in descendants(process.pid):
        os.kill(pid, signal.SIGKILL)
    # The port is held meanwhile: the request waits, it is not refused.
    assert get(environment, "/healthz") == "ok"
    eventually(lambda: len(descendants(process.pid)) >= 5)


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
def test_killed_run_takes_its_children_along(run, environment):
    process = run()
    get_when_up(process, environment)
    eventually(lambda: len(descendants(process.pid)) >= 5)
    family = descendants(process.pid)
    process.kill()
    process.wait()
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))


def test_run_says_when_its_port_is_taken(run, environment):
    port = int(environment["PORT"])
    with socket.create_server(("127.0.0.1", port)):
        process = run()
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert re.search(rf"Port {port} is in use", said)
    assert "Traceback" not in said


def get_when_up(process: subprocess.Popen[str], environment: dict[str, str]) -> str:
    read_until(process, "Ctrl-C")
    return get(environment, "/healthz")
