"""Whether mail goes out: judged by the work that was done, not by what is running."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.utils import timezone

from comms.models import Delivery, DeliveryStatus, Lane, PausedBy, TransportState
from comms.sending.claims import due_now
from comms.sending.outbox import across_coalitions
from comms.sending.switches import DEFAULT

PLANNED_WITHIN: Final = timedelta(minutes=5)
# A sign-in code lives ten minutes: it is late long before an update is.
DUE_WITHIN: Final = {Lane.FAST: timedelta(minutes=5), Lane.BULK: timedelta(minutes=15)}


class MailHealth(StrEnum):
    WELL = "ok"
    PAUSED = "paused"  # by a person, on purpose: nobody needs to be woken
    STOPPED = "stopped"  # by the pump, which needs a person
    HELD = "held"
    SILENT = "silent"  # nothing plans
    LATE = "late"

    @property
    def is_well(self) -> bool:
        return self in {MailHealth.WELL, MailHealth.PAUSED}


@dataclass(frozen=True, slots=True)
class MailStatus:
    """How mail is doing, and what an operator wants to know of it."""

    health: MailHealth
    reason: str
    stopped_at: datetime | None
    stopped_by: str
    stops_sign_in: bool
    planned_at: datetime | None
    due_since: datetime | None
    waiting: int


@across_coalitions
def mail_health() -> MailHealth:
    return _judged(_state(), timezone.now())


@across_coalitions
def mail_status() -> MailStatus:
    state, now = _state(), timezone.now()
    due = (due_now(lane, now).values_list("not_before", flat=True) for lane in Lane)
    firsts = [first for rows in due if (first := rows.first())]
    return MailStatus(
        health=_judged(state, now),
        reason=state.reason if state.paused_at else "",
        stopped_at=state.paused_at,
        stopped_by=state.paused_name,
        stops_sign_in=state.is_shut,
        planned_at=state.planned_at,
        due_since=min(firsts, default=None),
        waiting=Delivery.objects.filter(status=DeliveryStatus.QUEUED).count(),
    )


def _state() -> TransportState:
    return TransportState.objects.filter(name=DEFAULT).first() or TransportState()


def _judged(state: TransportState, now: datetime) -> MailHealth:
    if state.is_shut:
        return {
            PausedBy.OPERATOR: MailHealth.PAUSED,
            PausedBy.RESTORE: MailHealth.HELD,
        }.get(PausedBy(state.paused_by), MailHealth.STOPPED)
    if state.planned_at is None or now - state.planned_at > PLANNED_WITHIN:
        return MailHealth.SILENT
    if any(_is_late(lane, now, state) for lane in Lane):
        return MailHealth.LATE
    return MailHealth.PAUSED if state.paused_at else MailHealth.WELL


def _is_late(lane: Lane, now: datetime, state: TransportState) -> bool:
    """Say whether something that may leave waits too long and nothing moves.

    A large update takes longer than that at the permitted pace, and is not late.
    """
    late = due_now(lane, now).filter(not_before__lt=now - DUE_WITHIN[lane])
    if state.paused_at:
        late = late.filter(coalition=None)
    moved = Delivery.objects.filter(lane=lane, accepted_at__gt=now - PLANNED_WITHIN)
    return late.exists() and not moved.exists()
