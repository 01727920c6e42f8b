"""Whether this process answers, can serve pages, and mail goes out.

Each answer is one word, for a machine: strangers learn nothing else from it.
"""

import logging
from collections.abc import Callable
from functools import cache, wraps

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as the_cache
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from coalition.common.doorbell import ONE_TRY
from comms.sending.health import mail_health

logger = logging.getLogger(__name__)
UNAVAILABLE = "unavailable"


def health_page(judge: Callable[[], str]) -> Callable[[HttpRequest], JsonResponse]:
    """Answer with the word, and 503 when it is that something is unavailable."""

    @login_not_required
    @never_cache
    @require_safe
    @wraps(judge)
    def page(request: HttpRequest) -> JsonResponse:
        try:
            status = judge()
        except Error as error:
            logger.warning("The database does not answer: %s", error)
            status = UNAVAILABLE
        return JsonResponse(
            {"status": status}, status=503 if status == UNAVAILABLE else 200
        )

    return page


@health_page
def live() -> str:
    return "ok"


@health_page
def ready() -> str:
    """Pages need the database as this code knows it; all else they can do without."""
    applied = MigrationRecorder(connection).applied_migrations()
    if not _migrations() <= applied.keys():
        logger.warning("The database is not up to date: run manage.py migrate")
        return UNAVAILABLE
    return "ok" if _cache_answers() and _broker_answers() else "degraded"


@health_page
def mail() -> str:
    health = mail_health()
    if not health.is_well:
        logger.warning("Mail is %s", health)
    return health if health.is_well else UNAVAILABLE


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _cache_answers() -> bool:
    try:
        the_cache.get("healthz")
    except Exception as error:  # noqa: BLE001, each kind of cache has its own
        logger.warning("The cache does not answer: %s", error)
        return False
    return True


def _broker_answers() -> bool:
    if settings.EMBEDDED:
        return True
    try:
        with current_app.connection_for_write(transport_options=ONE_TRY) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer: %s", error)
        return False
    return True
