"""Keep child processes running for as long as the parent lives, and not a moment longer."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

GRACE_SECONDS: Final = 60
_STEADY_SECONDS: Final = 60
_LONGEST_PAUSE: Final = 30
_PR_SET_PDEATHSIG: Final = 1


def stop_on_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def end_with_parent(parent: int) -> None:
    """Ask the kernel for a SIGTERM when the parent dies (Linux; others use `is_orphan`)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if is_orphan(parent):
        raise SystemExit


def is_orphan(parent: int) -> bool:
    return os.getppid() != parent


@dataclass
class _Child:
    command: Sequence[str]
    crashes: int = 0
    due: float = 0.0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        # A group of its own: Ctrl-C reaches the parent, which ends the child in order.
        self.process = subprocess.Popen(self.command, process_group=0)  # noqa: S603
        self.started = time.monotonic()

    def tend(self) -> None:
        """Start what is not running; wait longer after each crash in a row."""
        if self.process and self.process.poll() is not None:
            self.process = None
            steady = time.monotonic() - self.started > _STEADY_SECONDS
            self.crashes = 0 if steady else self.crashes + 1
            self.due = time.monotonic() + min(2**self.crashes / 2, _LONGEST_PAUSE)
        if not self.process and time.monotonic() >= self.due:
            self.start()


def supervise(commands: Sequence[Sequence[str]], *, stop: threading.Event) -> None:
    """Run the commands side by side, restart what ends, and end all when told to."""
    children = [_Child(command) for command in commands]
    while True:
        for child in children:
            child.tend()
        if stop.wait(0.2):
            break
    running = [child.process for child in children if child.process]
    for process in running:
        process.terminate()
    for process in running:
        _wait(process)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
