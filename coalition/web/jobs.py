"""What ends by itself: coalitions whose term of waiting is over."""

import logging

from celery import shared_task
from django.utils import timezone

from coalition.common.tenancy import scope
from coalition.web.services.ending import delete_coalition
from members.models import Coalition

logger = logging.getLogger(__name__)


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
