"""Letting an approved issue go: one row for everybody, all in one transaction."""

import zlib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from coalition.common.clock import due, out_of
from comms.errors import NobodyToSendTo, NumberMissing, WrongNumber
from comms.models import (
    RECALL_WAIT,
    Delivery,
    DeliveryStatus,
    Issue,
    IssueKind,
    IssueState,
    UpdateSchedule,
)
from comms.sending.addresses import message_id_for
from comms.services.finding import keep_findable
from comms.services.issues import advance, lock
from comms.services.telling import mark_told
from comms.updates.audience import Recipient, audience
from comms.updates.usual import is_beyond_usual
from members.services.audit import Actor, record_change

SPREAD: Final = timedelta(minutes=30)
LIFE: Final = timedelta(hours=72)
CHUNK: Final = 1000
# In the zone of whoever gets it. What a coordinator lets go at once does not wait.
QUIET: Final = (time(21), time(8))


def release_issue(
    *,
    issue: Issue,
    now: datetime,
    at_once: bool,
    by: Actor,
    count: int | None = None,
) -> Issue:
    """Queue a message for everybody who should get it; a row tells why others do not.

    At once, or after a while in which it can be called back, and then spread out.
    The second of two releases gets AlreadyReleased, whoever makes them. One that
    reaches further than usual needs `count`, the number of those who get it, else
    NumberMissing is raised; WrongNumber when it is another.
    """
    with transaction.atomic():
        issue = lock(issue)
        advance(issue, IssueState.RELEASED, released_at=now, at_once=at_once)
        total = waiting = 0
        for rows in _chunks(issue, now):
            Delivery.objects.bulk_create(rows)
            total += len(rows)
            waiting += sum(row.status == DeliveryStatus.QUEUED for row in rows)
        if not waiting:
            raise NobodyToSendTo
        _check_number(issue, total, waiting, count)
        if issue.kind == IssueKind.UPDATE:
            mark_told(issue, now)
        keep_findable(issue)
        issue.audience_count = total
        issue.save(update_fields=["audience_count"])
        counts = {"audience": total, "waiting": waiting, "at_once": at_once}
        record_change(action="release", target=issue, by=by, after=counts)
    return issue


def _check_number(issue: Issue, total: int, waiting: int, count: int | None) -> None:
    """Compare what was typed with the rows that are there now, not with a look before."""
    if count is None and is_beyond_usual(issue, total):
        raise NumberMissing
    if count is not None and count != waiting:
        raise WrongNumber(count, waiting)


def _chunks(issue: Issue, now: datetime) -> Iterator[list[Delivery]]:
    today = timezone.localdate(now, issue.coalition.zone)
    expires = _expires(issue, now)
    last = 0
    while recipients := list(
        audience(issue.coalition, today, issue=issue, after=last, limit=CHUNK)
    ):
        yield [_delivery(issue, who, now, expires) for who in recipients]
        last = recipients[-1].person_id


def _delivery(
    issue: Issue, who: Recipient, now: datetime, expires: datetime
) -> Delivery:
    key = f"{issue.kind}:{issue.coalition_id}:{issue.source_key}:{who.person_id}"
    return Delivery(
        coalition_id=issue.coalition_id,
        issue=issue,
        person_id=who.person_id,
        kind=issue.kind,
        language=who.language,
        to_addr=who.email,
        to_norm=who.email,
        domain=who.email.rpartition("@")[2],
        envelope_from=settings.MAIL_FROM,
        dedupe_key=key,
        message_id=message_id_for(key),
        status=DeliveryStatus.SKIPPED if who.left_out else DeliveryStatus.QUEUED,
        reason=who.left_out or "",
        not_before=now if issue.at_once else _when(key, who.zone, now, expires),
        expires_at=expires,
    )


def _when(key: str, zone: str, now: datetime, expires: datetime) -> datetime:
    """Return when it may leave: after the recall wait, spread out, and by day.

    Rather at night than never, if by morning it would be too old.
    """
    at = now + RECALL_WAIT
    by_day = out_of(*QUIET, at, zone)
    return (by_day if by_day + SPREAD < expires else at) + _spread(key)


def _spread(key: str) -> timedelta:
    """Return a while that is the same for a person each time: no rush, no favourites."""
    return timedelta(seconds=zlib.crc32(key.encode()) % SPREAD.total_seconds())


def _expires(issue: Issue, now: datetime) -> datetime:
    """Nobody wants an update when the next one is due."""
    limit = now + LIFE
    schedule = UpdateSchedule.objects.first()
    if issue.kind != IssueKind.UPDATE or issue.period is None or schedule is None:
        return limit
    following = due(schedule, issue.period + 1 - schedule.first_period)
    return min(limit, following) if following > now else limit
