"""Telling a worker that there is work: only to save a minute, it looks anyway."""

import logging
from functools import partial
from typing import Final

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
# A page must not wait for a broker that is away.
ONE_TRY: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0}


def ring_for(task: str) -> None:
    """Ring once the transaction is committed; without a broker nothing happens."""
    if not settings.EMBEDDED:
        transaction.on_commit(partial(_ring_now, task), robust=True)


def _ring_now(task: str) -> None:
    try:
        with current_app.connection_for_write(transport_options=ONE_TRY) as broker:
            current_app.send_task(task, connection=broker, expires=55)
    except (OperationalError, OSError) as error:
        logger.warning("The doorbell does not ring: %s", error)
