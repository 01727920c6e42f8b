"""Whether mail is held after a restore: every page of those who send tells it."""

import time
from functools import lru_cache
from typing import Final

from comms.models import PausedBy, TransportState

_SECONDS: Final = 10


def is_mail_held() -> bool:
    """Ask the database once in ten seconds, not once a page."""
    return _held_within(int(time.monotonic() // _SECONDS))


@lru_cache(maxsize=1)
def _held_within(period: int) -> bool:
    held = TransportState.objects.filter(paused_by=PausedBy.RESTORE)
    return held.exclude(paused_at=None).exists()
