"""What an app wants one person to be told, once, outside of any update."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail that is due; comms finds it, queues it once and writes it.

    `kind` names who writes it, `source` what it is about in the writer's terms, and
    `key` what makes it the same notice however often it is found. It is no news any
    more after `expires_at`.
    """

    kind: str
    key: str
    coalition_id: int
    person_id: int
    source: str
    expires_at: datetime
