"""Work that would keep a page waiting: long lists."""

import logging

from celery import shared_task
from django.db import DatabaseError

from coalition.common.tenancy import scope, scopes_disabled
from members.models import Import
from members.models.imports import BUSY
from members.services.imports.work import forget_old_imports, give_up, work_off
from members.services.logos import forget_old_logos
from members.services.merges import forget_old_merges

logger = logging.getLogger(__name__)


@shared_task
def work_imports() -> int:
    """Work off the lists that wait, the oldest first; drop what is kept for a while."""
    with scopes_disabled():
        forget_old_imports()
        forget_old_merges()
        waiting = Import.objects.filter(state__in=BUSY).select_related("coalition")
        found = list(waiting.defer("data").order_by("pk"))
    for imported in found:
        with scope(coalition=imported.coalition):
            _work_off(imported)
    return len(found)


@shared_task
def forget_logos() -> int:
    """Delete the pictures that were let go of, once nobody can bring them back."""
    with scopes_disabled():
        return forget_old_logos()


def _work_off(imported: Import) -> None:
    try:
        work_off(imported)
    except DatabaseError:  # for now: its turn comes again
        logger.exception("An import has to wait")
    except Exception:
        logger.exception("An import cannot be worked off")
        give_up(imported)
