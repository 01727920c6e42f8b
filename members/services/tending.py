"""Doing what is due in many coalitions, one after the other."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import override

from coalition.common.tenancy import scope
from members.models import Coalition

logger = logging.getLogger(__name__)


def tend(
    coalitions: QuerySet[Coalition],
    now: datetime,
    act: Callable[[Coalition, datetime], int],
    *,
    what: str,
    also_closed: bool = False,
) -> int:
    """Act in each coalition's scope and language; one's trouble stops no other."""
    done = 0
    if not also_closed:
        coalitions = coalitions.filter(closed_at=None)
    for coalition in coalitions.distinct():
        with scope(coalition=coalition), override(coalition.language):
            try:
                done += act(coalition, now)
            except Exception:
                logger.exception("The %s of %s could not be tended", what, coalition)
    return done
