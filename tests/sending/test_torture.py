"""Real pumps, really killed: nothing is lost, and what came twice was marked."""

import json
from collections import Counter

import pytest

from tests.sending.processes import run, running_sink, scratch_environment
from tests.sending.sink import read_journal

pytestmark = pytest.mark.torture

FAULTS = "rcpt451=0.05,rcpt421=0.005,data451=0.02,drop=0.01,slow=0.15"


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


def torture(environment, tmp_path, *, faults="", options=()):
    """Return the rows as they ended, and how often the sink took each message."""
    with running_sink(tmp_path / "journal", faults=faults, seed=7) as sink:
        module = ("-m", "tests.sending.torture", "--journal", str(sink.journal))
        report = run(environment | {"EMAIL_URL": sink.url}, *module, *options)
        copies = Counter(entry["message_id"] for entry in read_journal(sink.journal))
    rows = json.loads(report)["rows"]
    assert len(rows) == 600
    return rows, copies


def test_thirty_kills_lose_nothing_and_every_extra_copy_is_marked(
    environment, tmp_path
):
    rows, copies = torture(environment, tmp_path, faults=FAULTS)
    ends = Counter(row["status"] for row in rows)
    assert ends["sent"] + ends["held"] == 600
    lost = [row for row in rows if not copies[row["message_id"]]]
    assert [row for row in lost if row["status"] != "held"] == []
    unmarked = [row for row in rows if copies[row["message_id"]] > 1 + row["uncertain"]]
    assert unmarked == []


def test_marking_before_sending_loses_messages_and_the_harness_tells(
    environment, tmp_path
):
    rows, copies = torture(
        environment, tmp_path, faults="slow=0.15", options=["--wrong-order"]
    )
    lost = [
        row for row in rows if row["status"] == "sent" and not copies[row["message_id"]]
    ]
    assert lost
