"""Real pumps and planners, really killed: nothing is lost, and copies are marked.

TORTURE=long asks for the long form; its last table stands in docs/email.md. With
TORTURE_RESTART="pg_ctl … -m immediate restart" the server itself crashes now and then.
"""

import json
import os
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.sending.processes import run, running_sink, scratch_environment
from tests.sending.sink import read_journal
from tests.utils import LONG

pytestmark = pytest.mark.torture

FAULTS = "rcpt451=0.05,rcpt421=0.005,data451=0.02,drop=0.01,slow={slow}"
RESTART = os.environ.get("TORTURE_RESTART", "")
ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
HOURS = 3 * 3600


@dataclass(frozen=True)
class Size:
    messages: int
    kills: int
    issues: int
    slow: float

    @property
    def options(self) -> list[str]:
        names = ("messages", "kills", "issues")
        return [f"--{name}={getattr(self, name)}" for name in names]


SHORT = Size(messages=600, kills=30, issues=6, slow=0.15)
FULL = (
    Size(messages=20_400, kills=1_020, issues=60, slow=0.02)
    if ON_POSTGRESQL
    else Size(messages=6_000, kills=300, issues=30, slow=0.02)
)
SIZE = FULL if LONG else SHORT


@pytest.fixture
def environment(tmp_path):
    with scratch_environment(
        tmp_path,
        MAIL_LEASE_SECONDS="1",
        MAIL_UNCERTAIN_DELAY_SECONDS="1",
        MAIL_RATE_PER_MINUTE="0",
        MAIL_DOMAIN_RATE_PER_MINUTE="0",
        LOG_LEVEL="CRITICAL",
    ) as values:
        yield values


@dataclass(frozen=True)
class Found:
    """How rows and issues ended, and how often the sink took each message."""

    rows: list[dict]
    issues: list[dict]
    killed: dict[str, int]
    copies: Counter[str]

    @property
    def lost(self) -> list[dict]:
        """Messages the server never took, although nobody was asked to look."""
        return [
            row
            for row in self.rows
            if row["status"] != "held" and not self.copies[row["message_id"]]
        ]

    @property
    def unmarked(self) -> list[dict]:
        return [
            row
            for row in self.rows
            if self.copies[row["message_id"]] > 1 + row["uncertain"]
        ]

    def tell(self, size: Size, began: float) -> None:
        """Print the line of the table in docs/email.md."""
        ends = Counter(row["status"] for row in self.rows)
        uncertain = sum(row["uncertain"] for row in self.rows)
        extra = sum(self.copies.values()) - len(self.copies)
        kills = f"{self.killed.get('pumps', 0)} + {self.killed.get('planners', 0)}"
        cells = (
            "PostgreSQL" if ON_POSTGRESQL else "SQLite",
            f"{size.messages:,} in {len(self.issues)} issues",
            kills,
            f"{ends['sent']:,} sent, {ends['held']} held",
            len(self.lost),
            f"{extra} (at most {max(self.copies.values())} of one)",
            uncertain,
            len(self.unmarked),
            f"{time.monotonic() - began:.0f} s",
        )
        print("|", " | ".join(map(str, cells)), "|")  # noqa: T201


def torture(environment, tmp_path, *, faults, size=SIZE, options=()) -> Found:
    began = time.monotonic()
    with running_sink(tmp_path / "journal", faults=faults, seed=7) as sink:
        module = ("-m", "tests.sending.torture", "--journal", str(sink.journal))
        printed = run(
            environment | {"EMAIL_URL": sink.url},
            *(*module, *size.options, *options),
            timeout=HOURS if LONG else 240,
        )
        copies = Counter(entry["message_id"] for entry in read_journal(sink.journal))
    found = Found(**json.loads(printed), copies=copies)
    found.tell(size, began)
    assert len(found.rows) == size.messages
    return found


@pytest.mark.parametrize("by", ["pumps", "celery"] if LONG else ["pumps"])
def test_kills_lose_nothing_and_every_extra_copy_is_marked(environment, tmp_path, by):
    if by == "celery" and not environment.get("REDIS_URL"):
        pytest.skip("needs REDIS_URL")
    found = torture(
        environment,
        tmp_path,
        faults=FAULTS.format(slow=SIZE.slow),
        options=["--celery"] if by == "celery" else [],
    )
    ends = Counter(row["status"] for row in found.rows)
    assert ends["sent"] + ends["held"] == SIZE.messages
    assert found.lost == []
    assert found.unmarked == []
    assert sum(found.killed.values()) == SIZE.kills
    assert len({issue["coalition"] for issue in found.issues}) == SIZE.issues
    assert [issue["period"] for issue in found.issues] == [1] * SIZE.issues
    assert sum(issue["audience_count"] for issue in found.issues) == SIZE.messages


@pytest.mark.skipif(not RESTART, reason="needs a server that may be crashed")
def test_a_database_that_crashes_as_well_loses_nothing(environment, tmp_path):
    found = torture(
        environment,
        tmp_path,
        faults=FAULTS.format(slow=SIZE.slow),
        options=["--restart", RESTART],
    )
    assert found.killed["databases"] == SIZE.kills // 10
    assert found.lost == []
    assert found.unmarked == []


def test_marking_before_sending_loses_messages_and_the_harness_tells(
    environment, tmp_path
):
    found = torture(
        environment,
        tmp_path,
        faults="slow=0.15",
        size=SHORT,
        options=["--wrong-order"],
    )
    assert [row for row in found.lost if row["status"] == "sent"]
