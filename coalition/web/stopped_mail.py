"""Whether all mail is stopped, by whom and why: every page of those who send tells it."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from django.utils import timezone

from comms.models import PausedBy, TransportState

_SECONDS: Final = 10
_SILENT_AFTER: Final = timedelta(hours=1)
SILENT: Final = "silent"  # nothing has planned or sent for an hour


@dataclass(frozen=True, slots=True)
class MailStop:
    """Why nothing leaves, in the terms of `PausedBy`, or that nothing is at work."""

    cause: str
    since: datetime
    who: str = ""
    why: str = ""
    stops_sign_in: bool = True


def stopped_mail() -> MailStop | None:
    """Ask the database once in ten seconds, not once a page."""
    return _stopped_within(int(time.monotonic() // _SECONDS))


@lru_cache(maxsize=1)
def _stopped_within(period: int) -> MailStop | None:
    state = TransportState.objects.first()
    if state is None:
        return None
    if state.paused_at:
        # What a server said is the operator's: it may tell how they sign in there.
        own = state.paused_by == PausedBy.OPERATOR
        return MailStop(
            cause=state.paused_by,
            since=state.paused_at,
            who=state.paused_name,
            why=state.reason if own else "",
            stops_sign_in=state.stops_sign_in,
        )
    planned = state.planned_at
    is_silent = planned and timezone.now() - planned > _SILENT_AFTER
    return MailStop(SILENT, planned) if planned and is_silent else None
