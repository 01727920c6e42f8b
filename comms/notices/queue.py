"""Putting what is due in the outbox, each notice once."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError

from coalition.common.notices import Notice
from comms.models import Delivery
from comms.notices.kinds import KINDS, SOURCES
from comms.sending.addresses import message_id_for
from members.models import Person

logger = logging.getLogger(__name__)


def queue_notices(now: datetime) -> int:
    """Queue what no run before this one has queued; return how much that was.

    Whoever has no address is not told: the page says so to those who asked.
    """
    due = {_key(notice): notice for notice in _found(now)}
    known = Delivery.objects.filter(dedupe_key__in=due.keys())
    fresh = due.keys() - set(known.values_list("dedupe_key", flat=True))
    rows = list(_rows([due[key] for key in sorted(fresh)]))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _found(now: datetime) -> Iterator[Notice]:
    """Ask every source; one that meets a row it does not know keeps no other back."""
    for source in SOURCES:
        try:
            yield from list(source(now))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("A source of notices failed: %s", source.__name__)


def _key(notice: Notice) -> str:
    return f"{notice.kind}:{notice.key}"


def _rows(notices: list[Notice]) -> Iterable[Delivery]:
    people = Person.objects.living().select_related("coalition").exclude(email=None)
    people = people.filter(coalition__closed_at=None)
    found = people.in_bulk({notice.person_id for notice in notices})
    for notice in notices:
        if person := found.get(notice.person_id):
            yield _row(notice, person, person.email or "")


def _row(notice: Notice, person: Person, address: str) -> Delivery:
    key = _key(notice)
    return Delivery(
        coalition_id=notice.coalition_id,
        person=person,
        kind=notice.kind,
        source=notice.source,
        lane=KINDS[notice.kind].lane,
        language=person.spoken,
        to_addr=address,
        to_norm=address,
        domain=address.rpartition("@")[2],
        envelope_from=settings.MAIL_FROM,
        dedupe_key=key,
        message_id=message_id_for(key),
        expires_at=notice.expires_at,
    )
