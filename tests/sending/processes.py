"""Start and stop the real processes that the sending tests need."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class RunningSink:
    url: str
    journal: Path


@contextmanager
def running_sink(journal: Path, **options: object) -> Iterator[RunningSink]:
    """Run an SMTP sink on a free port for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.sending.sink", "--journal", str(journal)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        port = int(next(process.stdout or iter(())))
        try:
            yield RunningSink(f"smtp://127.0.0.1:{port}", journal)
        finally:
            process.terminate()


@contextmanager
def scratch_environment(folder: Path, **values: str) -> Iterator[dict[str, str]]:
    """Name an empty, migrated database for processes of their own, on either kind."""
    with scratch_database(folder) as url:
        environment = os.environ | {
            "DATABASE_URL": url,
            "VAR_DIR": str(folder),
            "SECRET_KEY": "only-for-processes-" * 5,
            "DJANGO_SETTINGS_MODULE": "coalition.settings",
            "EMAIL_URL": "",
            **values,
        }
        run(environment, "manage.py", "migrate", "--verbosity", "0")
        yield environment


@contextmanager
def scratch_database(folder: Path) -> Iterator[str]:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder}/scratch.sqlite3"
        return
    name = f"scratch_{token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(environment: dict[str, str], *command: str, timeout: float = 240) -> str:
    """Run a Python command to its end and return what it printed."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=timeout,
    ).stdout


@contextmanager
def running(environment: dict[str, str], *command: str) -> Iterator[subprocess.Popen]:
    """Keep a Python command running for as long as the block lasts."""
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment) as one:
        try:
            yield one
        finally:
            one.terminate()
