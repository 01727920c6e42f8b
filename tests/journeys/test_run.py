"""`manage.py run` as an operator meets it: real processes on a port of their own."""

import os
import re
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.installation import Installation, read_until, visitor
from tests.utils import eventually

pytestmark = pytest.mark.xdist_group("run")
# The web server and its worker, the background work and its two lanes.
FAMILY = 5


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Installation:
    return Installation(tmp_path_factory.mktemp("var"))


def descendants(pid: int) -> set[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(c) for c in children}.union(*(descendants(int(c)) for c in children))


def is_running(pid: int) -> bool:
    """Not what has ended, also where nobody collects orphans."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_run_answers_says_where_and_leaves_nothing_behind(here):
    with here.running() as process:
        said = read_until(process, "Ctrl-C")
        assert here.url("/") in said
        assert here.url("/mailbox/") in said
        assert here.get("/healthz") == '{"status": "ok"}'
        for role in ("coordinator", "delegate"):
            (link,) = re.findall(rf"demo's {role}: (\S+)", said)
            visit = visitor()
            here.post(link.removeprefix(here.url("")), by=visit)
            with visit.open(here.url("/")) as home:
                assert "/c/healthy-harbor/" in home.url
        process.send_signal(signal.SIGINT)
        assert process.wait(70) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_run_starts_a_killed_child_again(here):
    with here.running() as process:
        eventually(lambda: len(descendants(process.pid)) >= FAMILY)
        for pid in descendants(process.pid):
            os.kill(pid, signal.SIGKILL)
        # The port is held meanwhile: the request waits, it is not refused.
        assert here.get("/healthz") == '{"status": "ok"}'
        eventually(lambda: len(descendants(process.pid)) >= FAMILY)


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
def test_killed_run_takes_its_children_along(here):
    with here.running() as process:
        eventually(lambda: len(descendants(process.pid)) >= FAMILY)
        family = descendants(process.pid)
        process.kill()
        process.wait()
        eventually(lambda: not any(is_running(pid) for pid in family))


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
def test_killed_make_takes_all_of_run_along(here):
    tools = Path(sys.executable).parent
    with here.running("make", "run", "BASE=", f"BIN={tools}") as process:
        eventually(lambda: len(descendants(process.pid)) > FAMILY)
        family = descendants(process.pid)
        process.kill()
        eventually(lambda: not any(is_running(pid) for pid in family))


@pytest.mark.parametrize("port", ("eighty", "0x50", "-1", "65536"))
def test_run_says_when_its_port_is_no_port(here, port):
    here = replace(here, settings={"PORT": port})
    with here.running() as process:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 1
    assert "PORT=8001 make run" in said
    assert "Traceback" not in said


def test_run_says_when_its_port_is_taken(here):
    with socket.create_server(("127.0.0.1", here.port)), here.running() as process:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 1
    assert f"Port {here.port} is in use" in said
    assert "Traceback" not in said
