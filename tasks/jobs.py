"""What check-ins do by themselves: they open, remind and close."""

import logging

from celery import shared_task
from django.utils import timezone

from tasks.services.cycles import close_due_cycles, open_due_cycles, remind_due

logger = logging.getLogger(__name__)


@shared_task
def tend_check_ins() -> int:
    """Do what is due by now; it may run twice, late, or beside another."""
    now = timezone.now()
    facts = {
        "closed": close_due_cycles(now),
        "opened": open_due_cycles(now),
        "reminded": remind_due(now),
    }
    counts = {name: n for name, n in facts.items() if n}
    if counts:
        logger.info("Check-ins were tended", extra={"facts": counts})
    return sum(counts.values())
