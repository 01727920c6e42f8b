"""Taking messages out of the queue: at most one owner each, at the permitted pace."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
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
from comms.sending.pacing import BREAKER_AFTER
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
        if state.paused_at or (state.blocked_until and state.blocked_until > now):
            return Claim()
        if state.fail_streak >= BREAKER_AFTER:
            limit = 1  # a probe
        rows = _pick(state, now, lane, limit, paced=paced)
        if not rows:
            return Claim(throttled=due_now(lane, now).exists())
        return _take(rows, now, owner, host_was_ill=state.fail_streak > 0)


@across_coalitions
def is_anything_due(lane: Lane) -> bool:
    """Say, without taking anything, whether a pump would find work."""
    now = timezone.now()
    stopped = TransportState.objects.filter(
        Q(paused_at__isnull=False) | Q(blocked_until__gt=now)
    )
    return not stopped.exists() and due_now(lane, now).exists()


@across_coalitions
def release(claim: Claim) -> int:
    """Put back what was claimed and not begun."""
    unbegun = Delivery.objects.filter(
        claim_token=claim.token, status=DeliveryStatus.SENDING, data_started_at=None
    )
    return unbegun.update(status=DeliveryStatus.QUEUED, **UNCLAIMED)


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


def _lock_due(lane: Lane, now: datetime) -> QuerySet[Delivery]:
    # SQLite has no row locks: there the IMMEDIATE transaction keeps others out.
    return due_now(lane, now).select_for_update(skip_locked=True, of=("self",))


def _pick(
    state: TransportState, now: datetime, lane: Lane, limit: int, *, paced: bool
) -> list[Delivery]:
    if not paced:
        return list(_lock_due(lane, now)[:limit])
    rows = _pick_by_domain(lane, now, room_now(state, now, limit))
    if rows:
        spend(state, now, len(rows))
    return rows


def _pick_by_domain(lane: Lane, now: datetime, room: int) -> list[Delivery]:
    """Choose the first `room` due messages whose domains may still get some."""
    if not settings.MAIL_DOMAIN_RATE_PER_MINUTE:
        return list(_lock_due(lane, now)[:room])
    picked: list[Delivery] = []
    meter = DomainMeter(now)
    while len(picked) < room:
        due = _lock_due(lane, now).exclude(domain__in=meter.dry)
        due = due.exclude(pk__in=[row.pk for row in picked])
        seen = list(due[: room - len(picked)])
        admitted = meter.admit(seen)
        picked += admitted
        if len(admitted) == len(seen):
            break
    meter.save()
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
