"""Taking messages out of the queue: at most one owner each, at the permitted pace."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from comms.models import (
    Delivery,
    DeliveryStatus,
    DomainState,
    IssueState,
    Lane,
    TransportState,
)
from comms.sending.outbox import UNCLAIMED, across_coalitions
from comms.sending.pacing import BREAKER_AFTER, CATCH_UP, OVERDUE
from comms.sending.switches import locked_transport
from comms.sending.throttle import DomainMeter, room_now, spend

SENDABLE_STATES = (IssueState.RELEASED, IssueState.DONE)


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages that are ours; `throttled` tells that more is due but must wait."""

    deliveries: list[Delivery] = field(default_factory=list)
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    throttled: bool = False
    host_was_ill: bool = False
    ill_domains: frozenset[str] = frozenset()


@across_coalitions
def claim(*, lane: Lane, owner: str, limit: int, paced: bool) -> Claim:
    """Take up to `limit` due messages, the longest due first, in one commit."""
    with transaction.atomic(durable=True):
        state, now = locked_transport()
        if state.is_shut or (state.blocked_until and state.blocked_until > now):
            return Claim()
        if state.fail_streak >= BREAKER_AFTER:
            limit = 1  # a probe
        rows = _pick(state, now, lane, limit, paced=paced)
        if not rows:
            return Claim(throttled=_may_leave(lane, now).exists())
        return _take(rows, now, owner, host_was_ill=state.fail_streak > 0)


@across_coalitions
def is_anything_due(lane: Lane) -> bool:
    """Say, without taking anything, whether a pump would find work."""
    now = timezone.now()
    shut = Q(paused_at__isnull=False, stops_sign_in=True) | Q(blocked_until__gt=now)
    stopped = TransportState.objects.filter(shut)
    return not stopped.exists() and _may_leave(lane, now).exists()


@across_coalitions
def release(claim: Claim, *, begun: Collection[int] = ()) -> int:
    """Put back what was claimed and not begun, also if the database forgot the latter."""
    unbegun = _in_hand(claim).filter(data_started_at=None).exclude(pk__in=begun)
    return unbegun.update(status=DeliveryStatus.QUEUED, **UNCLAIMED)


@across_coalitions
def unproven(claim: Claim, accepted: Collection[int]) -> list[int]:
    """Return what the database has forgotten of what was proven."""
    return list(_in_hand(claim).filter(pk__in=accepted).values_list("pk", flat=True))


def _in_hand(claim: Claim) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        claim_token=claim.token, status=DeliveryStatus.SENDING
    )


def due_now(lane: Lane, now: datetime) -> QuerySet[Delivery]:
    """Return what may leave, the longest due first."""
    blocked = DomainState.objects.filter(blocked_until__gt=now).values("domain")
    return (
        Delivery.objects.filter(
            Q(issue=None) | Q(issue__state__in=SENDABLE_STATES),
            Q(coalition=None) | Q(coalition__mail_paused_at=None),
            status=DeliveryStatus.QUEUED,
            lane=lane,
            not_before__lte=now,
            expires_at__gt=now,
        )
        .exclude(domain__in=blocked)
        .order_by("not_before", "id")
    )


def _may_leave(lane: Lane, now: datetime) -> QuerySet[Delivery]:
    """Return what is due, of which a stopped installation sends the codes alone."""
    stopped = TransportState.objects.filter(paused_at__isnull=False)
    return due_now(lane, now).filter(Q(coalition=None) | ~Exists(stopped))


def _lock_due(lane: Lane, now: datetime) -> QuerySet[Delivery]:
    # SQLite has no row locks: there the IMMEDIATE transaction keeps others out.
    return _may_leave(lane, now).select_for_update(skip_locked=True, of=("self",))


def _pick(
    state: TransportState, now: datetime, lane: Lane, limit: int, *, paced: bool
) -> list[Delivery]:
    room = room_now(state, now, limit) if paced else limit
    limited = paced and settings.MAIL_DOMAIN_RATE_PER_MINUTE
    meter = DomainMeter(now) if limited else None
    rows: list[Delivery] = []
    for due, most in _turns(lane, now, room):
        others = due.exclude(pk__in=[row.pk for row in rows])
        rows += _choose(others, most - len(rows), meter)
    if meter:
        meter.save()
    if rows and paced:
        spend(state, now, len(rows))
    return rows


def _turns(
    lane: Lane, now: datetime, room: int
) -> list[tuple[QuerySet[Delivery], int]]:
    """Return whose turn it is, and how many may be taken by the end of it.

    What has waited for hours gets a fifth of the room while fresher mail waits, too.
    """
    due, edge = _lock_due(lane, now), now - OVERDUE
    if not _may_leave(lane, now).filter(not_before__lt=edge).exists():
        return [(due, room)]
    late, fresh = due.filter(not_before__lt=edge), due.filter(not_before__gte=edge)
    return [(late, ceil(room / CATCH_UP)), (fresh, room), (late, room)]


def _choose(
    due: QuerySet[Delivery], room: int, meter: DomainMeter | None
) -> list[Delivery]:
    """Return the first `room` due messages whose domains may still get some."""
    if meter is None:
        return list(due[:room])
    picked: list[Delivery] = []
    while len(picked) < room:
        rest = due.exclude(domain__in=meter.dry)
        rest = rest.exclude(pk__in=[row.pk for row in picked])
        seen = list(rest[: room - len(picked)])
        admitted = meter.admit(seen)
        picked += admitted
        if len(admitted) == len(seen):
            break
    return picked


def _take(
    rows: list[Delivery], now: datetime, owner: str, *, host_was_ill: bool
) -> Claim:
    token = uuid.uuid4()
    ids = [delivery.pk for delivery in rows]
    Delivery.objects.filter(pk__in=ids, status=DeliveryStatus.QUEUED).update(
        status=DeliveryStatus.SENDING,
        claim_token=token,
        owner=owner,
        lease_until=now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
        data_started_at=None,
    )
    for delivery in rows:
        delivery.claim_token = token
    ill = DomainState.objects.filter(
        domain__in={delivery.domain for delivery in rows}, fail_streak__gt=0
    )
    return Claim(
        deliveries=rows,
        token=token,
        host_was_ill=host_was_ill,
        ill_domains=frozenset(ill.values_list("domain", flat=True)),
    )
