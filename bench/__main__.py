"""Run all of it, each part in a process and a database of its own, and print a table.

    python -m bench [--only pages,lists,imports,sending,pumps,memory] [--most 20000]

SQLite unless DATABASE_URL names a PostgreSQL server; lists on SQLite in any case, and
on PostgreSQL too when it is named. Ends with 1 when an aim is missed by CPU time,
memory or the rate of one pump: wall time tells of the machine's other work as well.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.clock import Cost, line
from tests.sending.processes import running_sink, scratch_environment

PARTS = ("pages", "lists", "imports", "sending", "pumps", "memory")
HASTE = {
    "MAIL_RATE_PER_MINUTE": "0",
    "MAIL_DOMAIN_RATE_PER_MINUTE": "0",
    "LOG_LEVEL": "ERROR",
}
LEAST = 2_000
FLAT = 1.2
FEW, MANY = 100, 10_000
GROWTH = 3.0


@contextmanager
def scratch() -> Iterator[Callable[..., Any]]:
    """Give a function that runs a part in an empty database beside a mail server."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "static").mkdir()  # else the application misses it at its start
        with (
            running_sink(folder / "journal") as sink,
            scratch_environment(folder, EMAIL_URL=sink.url, **HASTE) as environment,
        ):
            yield partial(run, environment)


def run(environment: dict[str, str], part: str, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{part}", *arguments],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def memory(most: int) -> list[dict[str, Any]]:
    """Return the peak of each step at the least and the most people, as ratios."""
    peaks = {people: steps(people) for people in (LEAST, most)}
    return [
        {
            "name": f"memory to {step}, {most} people / {LEAST}",
            "memory": f"{peaks[most][step]:.0f} / {peaks[LEAST][step]:.0f} MiB",
            "memory_ratio": peaks[most][step] / peaks[LEAST][step],
            "aim": FLAT,
        }
        for step in ("release", "pump")
    ]


def lists() -> Iterator[dict[str, Any]]:
    """Yield what each list costs with many people and with few, as ratios."""
    for database in databases():
        costs = {}
        for people in (FEW, MANY):
            with scratch() as run_part:
                costs[people] = run_part("lists", str(people))
        for name, few in costs[FEW].items():
            title = f"{name}, {MANY} people / {FEW}, {database}"
            yield grown(title, costs[MANY][name], few)


def databases() -> Iterator[str]:
    """Name them in turn, while the environment means the one that is named."""
    server = os.environ.pop("DATABASE_URL", "")
    yield "SQLite"
    if server.startswith("postgres"):
        os.environ["DATABASE_URL"] = server
        yield "PostgreSQL"


def grown(name: str, many: list[float], few: list[float]) -> dict[str, Any]:
    """Compare wall and CPU time; more statements for more rows are a mistake."""
    assert many[2] == few[2], f"{name}: {many[2]} statements, not {few[2]}"
    return line(name, Cost(*many[:2]), Cost(*few[:2]), GROWTH)


def steps(people: int) -> dict[str, float]:
    with scratch() as run_part:
        return {
            step: run_part("memory", step, str(people))
            for step in ("fill", "release", "pump")
        }


def show(row: dict[str, Any]) -> None:
    if "steps" in row:
        print(f"{row['name']}: {row['steps']}", flush=True)
        return
    ratios = [
        f"{unit} {row[unit]:>18} = {row[f'{unit}_ratio']:.2f}"
        for unit in ("wall", "cpu", "memory", "rate")
        if unit in row
    ]
    aim = f"   (aim {row['aim']:g})" if row["aim"] else ""
    print(f"{row['name']:<58} {'   '.join(ratios)}{aim}", flush=True)


def misses(row: dict[str, Any]) -> bool:
    """Say so of what costs too much, or leaves too slowly, where there is an aim."""
    aim = row.get("aim")
    if not aim:
        return False
    costs = (row.get(f"{unit}_ratio", 0) for unit in ("cpu", "memory"))
    return max(costs) > aim or row.get("rate_ratio", aim) < aim


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, by comma")
    parser.add_argument("--most", type=int, default=20_000, help="people in memory")
    options = parser.parse_args()
    missed = []
    for part in options.only.split(","):
        for row in rows_of(part, most=options.most):
            show(row)
            if misses(row):
                missed.append(row["name"])
    for name in missed:
        print(f"Missed its aim: {name}", file=sys.stderr)
    return bool(missed)


def rows_of(part: str, *, most: int) -> Iterable[dict[str, Any]]:
    if part == "memory":
        return memory(most)
    if part == "lists":
        return lists()
    with scratch() as run_part:
        rows: list[dict[str, Any]] = run_part(part)
    return rows


if __name__ == "__main__":
    sys.exit(main())
