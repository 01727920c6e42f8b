"""Keep child processes running for as long as the parent lives, and not a moment longer."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

GRACE_SECONDS: Final = 60
_STEADY_SECONDS: Final = 60
_LONGEST_PAUSE: Final = 30
_PR_SET_PDEATHSIG: Final = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def stop_on_signals() -> threading.Event:
    """Return an event that Ctrl-C, SIGTERM and a closed terminal set."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def end_with_parent(parent: int) -> None:
    """Ask the kernel for a SIGTERM when the parent dies (Linux; others use `is_orphan`)."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if is_orphan(parent):
        raise SystemExit


def is_orphan(parent: int) -> bool:
    return os.getppid() != parent


@dataclass
class Child:
    """One command in a process group of its own, started again whenever it ends."""

    name: str
    command: Sequence[str]
    inherit: tuple[int, ...] = ()  # file descriptors it keeps open
    crashes: int = 0
    due: float = 0.0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        parent = os.getpid()
        # A group of its own: Ctrl-C reaches the parent, which ends the child in order.
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            pass_fds=self.inherit,
            process_group=0,
            preexec_fn=lambda: end_with_parent(parent),  # noqa: PLW1509
        )
        self.started = time.monotonic()

    def tend(self) -> None:
        """Start it when it is due; after each crash in a row it waits longer."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
        elif (code := self.process.poll()) is not None:
            _end_group(self.process)
            self.process = None
            steady = time.monotonic() - self.started > _STEADY_SECONDS
            self.crashes = 1 if steady else self.crashes + 1
            pause = min(2**self.crashes / 4, _LONGEST_PAUSE)
            self.due = time.monotonic() + pause
            report = f"{self.name} ended ({code}); it starts again in {pause:g} s."
            print(report, file=sys.stderr, flush=True)  # noqa: T201


def supervise(children: Iterable[Child], *, stop: threading.Event) -> None:
    """Run the children side by side and restart what ends, until told to stop."""
    children = list(children)
    try:
        while not stop.is_set():
            for child in children:
                child.tend()
            stop.wait(0.2)
    finally:
        _end([child.process for child in children if child.process])


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of it and of what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
