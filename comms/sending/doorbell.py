"""Telling the pump that there is work."""

from typing import Final

from coalition.common.doorbell import ring_for
from comms.models import Lane

_TASKS: Final = {Lane.BULK: "comms.jobs.ring", Lane.FAST: "comms.jobs.ring_fast"}


def ring(lane: Lane = Lane.BULK) -> None:
    """Ring once the transaction is committed; without a broker nothing happens."""
    ring_for(_TASKS[lane])
