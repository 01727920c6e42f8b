"""What ends by itself: coalitions whose term of waiting is over."""

import logging
from typing import Final

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from coalition.web.services.ending import delete_coalition
from coalition.web.services.forgetting import forget_old
from members.models import Coalition

logger = logging.getLogger(__name__)


A_DAY: Final = 20 * 3600  # a little less, so that it does not drift into the morning


@shared_task
def forget() -> int:
    """Forget what was kept long enough: rung by the hour, done once a day."""
    if not cache.add("forgetting", 1, A_DAY):
        return 0
    with scopes_disabled():
        return sum(count for _rule, count in forget_old(timezone.now()))


@shared_task
def delete_coalitions() -> int:
    """Delete what is due, one by one: the trouble of one stops no other."""
    now, deleted = timezone.now(), 0
    for coalition in Coalition.objects.filter(deletion_at__lte=now):
        with scope(coalition=coalition):
            try:
                deleted += delete_coalition(coalition=coalition, now=now)
            except Exception:
                logger.exception("A coalition could not be deleted")
    return deleted
