"""Real processes: restarted after a crash, and none left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.utils import eventually

# A parent with one child, which writes its number down at each start and waits.
PARENT = """
import sys
from coalition.common.supervisor import Child, stop_on_signals, supervise
supervise([Child("waiter", [sys.executable, "-c", sys.argv[1]])], stop=stop_on_signals())
"""
WAITER = """
import os, time
with open({path!r}, "a") as file:
    print(os.getpid(), file=file)
time.sleep(600)
"""


@pytest.fixture
def starts(tmp_path) -> Path:
    return tmp_path / "starts"


@pytest.fixture
def parent(starts):
    script = WAITER.format(path=str(starts))
    process = subprocess.Popen([sys.executable, "-c", PARENT, script])
    eventually(lambda: pids(starts))
    yield process
    process.kill()
    process.wait()


def pids(starts: Path) -> list[int]:
    return [int(line) for line in starts.read_text().split()] if starts.exists() else []


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_crashed_child_starts_again(parent, starts):
    (first,) = pids(starts)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: len(pids(starts)) == 2)
    assert is_running(pids(starts)[1])


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
def test_told_to_stop_ends_the_child_and_then_itself(parent, starts, number):
    parent.send_signal(number)
    assert parent.wait(20) == 0
    assert not is_running(pids(starts)[0])


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
def test_child_ends_when_its_parent_is_killed(parent, starts):
    parent.kill()
    parent.wait()
    eventually(lambda: not is_running(pids(starts)[0]))
