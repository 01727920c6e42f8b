"""All that is kept for a term, in one table, and its end."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from coalition.common.retention import Rule
from comms.sending import journal
from comms.services import forgetting as of_mail
from members.services import forgetting as of_people

logger = logging.getLogger(__name__)
RULES: Final[tuple[Rule, ...]] = of_mail.RULES + of_people.RULES


def count_old(now: datetime) -> Iterator[tuple[Rule, int]]:
    for rule in RULES:
        yield rule, rule.count(now)


def forget_old(now: datetime) -> Iterator[tuple[Rule, int]]:
    """Apply every rule; the trouble of one stops no other."""
    journal.forget_older()
    for rule in RULES:
        try:
            yield rule, rule.apply(now)
        except Exception:
            logger.exception("What is over could not be forgotten: %s", rule.what)
