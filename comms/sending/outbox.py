"""The arrows between the states of a message, each one conditional UPDATE.

An UPDATE names the state it leaves; who comes second changes nothing.
"""

import logging
import time
from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, Final, ParamSpec, TypeVar

from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)

from coalition.common.tenancy import scopes_disabled
from comms.models import DELIVERY_ARROWS, Delivery, DeliveryEvent, DeliveryStatus
from comms.sending.sql import execute_prepared

logger = logging.getLogger(__name__)
T = TypeVar("T")
P = ParamSpec("P")

UNCLAIMED: Final = {"claim_token": None, "owner": "", "lease_until": None}
_LONGEST_PAUSE: Final = 15.0
# The last is what a stand-by says that took over and may not be written to yet.
_AWAY: Final = (OperationalError, InterfaceError, InternalError)
# Proof beats the token: whoever holds the row now, the server has the message.
_PROVE: Final = (
    "UPDATE comms_delivery SET status = 'sent', accepted_at = {now}, reply = %(reply)s,"
    " error_class = '', reason = '', attempts = attempts + 1, claim_token = NULL,"
    " owner = '', lease_until = NULL, secret = NULL"
    " WHERE id = %(id)s AND status IN ('sending', 'queued', 'held')"
)
_RECORD: Final = (
    "INSERT INTO comms_deliveryevent (delivery_id, at, kind, detail)"
    " VALUES (%(id)s, {now}, %(kind)s, %(reply)s)"
)
_PROVE_AND_RECORD: Final = (
    f"WITH proven AS ({_PROVE} RETURNING id)"  # noqa: S608
    " INSERT INTO comms_deliveryevent (delivery_id, at, kind, detail)"
    " SELECT %(id)s, {now}, CASE WHEN EXISTS (SELECT 1 FROM proven)"
    " THEN 'sent' ELSE 'sent_again' END, %(reply)s"
)
# Not flushed by itself: the next claim does that, and until then the journal knows.
_UNFLUSHED: Final = " WHERE {unflushed}"


class UndrawnArrowError(Exception):
    """A message cannot go from the one state to the other."""


def across_coalitions(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function see every coalition's messages: one outbox serves them all."""

    @wraps(function)
    def unscoped(*args: P.args, **kwargs: P.kwargs) -> T:
        with scopes_disabled():
            return function(*args, **kwargs)

    return unscoped


@across_coalitions
def move(
    delivery_id: int,
    old: DeliveryStatus,
    new: DeliveryStatus,
    *,
    where: Mapping[str, Any] = MappingProxyType({}),
    event: tuple[str, str] | None = None,
    **changes: Any,
) -> bool:
    """Take one arrow; False when the message is not, or no longer, where it starts."""
    if new not in DELIVERY_ARROWS[old]:
        raise UndrawnArrowError(f"{old} → {new}")
    rows = Delivery.objects.filter(pk=delivery_id, status=old, **where)
    ended = {} if DELIVERY_ARROWS[new] else {"secret": None}
    with transaction.atomic():
        values = {"status": new, **UNCLAIMED, **ended, **changes}
        moved = bool(rows.update(**values))
        if moved and event:
            kind, detail = event
            DeliveryEvent.objects.create(
                delivery_id=delivery_id, kind=kind, detail=detail[:500]
            )
    return moved


def prove(delivery_id: int, reply: str, *, journaled: bool = False) -> None:
    """Write down that the server has the message, for as long as it takes.

    What is `journaled` survives a power cut without the database's help.
    """
    patiently(lambda: _prove(delivery_id, reply[:500], journaled=journaled))


def _prove(delivery_id: int, reply: str, *, journaled: bool) -> None:
    values: dict[str, int | str] = {"id": delivery_id, "reply": reply}
    if connection.vendor == "postgresql":  # one round trip instead of four
        execute_prepared(_PROVE_AND_RECORD + (_UNFLUSHED if journaled else ""), values)
        return
    with transaction.atomic():
        kind = "sent" if execute_prepared(_PROVE, values) else "sent_again"
        execute_prepared(_RECORD, values | {"kind": kind})


def patiently(write: Callable[[], T], *, seconds: float = float("inf")) -> T:
    """Repeat a write until the database answers, or the seconds are over."""
    began, pause = time.monotonic(), 0.1
    while True:
        try:
            return write()
        except _AWAY as error:
            if time.monotonic() - began > seconds:
                raise
            logger.warning("The database does not answer, trying on: %s", error)
        connection.close()
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
