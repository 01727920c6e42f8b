"""Start and stop the real processes that the sending tests need."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class RunningSink:
    url: str
    journal: Path


@contextmanager
def running_sink(
    journal: Path, *, faults: str = "", seed: int = 1, keep: Path | None = None
) -> Iterator[RunningSink]:
    """Run an SMTP sink on a free port for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.sending.sink", "--journal", str(journal)]
    command += ["--faults", faults, "--seed", str(seed)]
    command += ["--keep", str(keep)] if keep else []
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        port = int(next(process.stdout or iter(())))
        try:
            yield RunningSink(f"smtp://127.0.0.1:{port}", journal)
        finally:
            process.terminate()
