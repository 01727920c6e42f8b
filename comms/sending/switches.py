"""What stops or slows sending: rows that the claim and the fence read."""

import logging
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from comms.models import (
    Delivery,
    DeliveryEvent,
    DomainState,
    Issue,
    IssueState,
    PausedBy,
    TransportState,
)
from comms.sending.outbox import across_coalitions
from comms.sending.pacing import POLICY_LIMIT, breaker_delay, domain_block
from comms.sending.throttle import slow_down

logger = logging.getLogger(__name__)
DEFAULT = "default"
TROUBLE = ("fail_streak", "blocked_until")
PACE = ("slowed_to", "slowed_at")


def pause_transport(
    reason: str,
    *,
    by: PausedBy = PausedBy.TROUBLE,
    name: str = "",
    sign_in_too: bool = True,
) -> bool:
    """Stop all mail until a person looks; False when as much is stopped already.

    A stop that spares the codes for signing in can be made one that does not.
    """
    TransportState.objects.get_or_create(name=DEFAULT)
    narrower = Q(stops_sign_in=False) if sign_in_too else Q(pk=None)
    states = TransportState.objects.filter(Q(paused_at=None) | narrower, name=DEFAULT)
    paused = states.update(
        paused_at=Now(),
        paused_by=by,
        paused_name=name[:100],
        reason=reason[:300],
        stops_sign_in=sign_in_too,
    )
    logger.error("Mail is paused: %s", reason)
    return bool(paused)


def resume_transport() -> bool:
    """Lift a pause and close the breaker; False when nothing was stopped."""
    stopped = TransportState.objects.filter(name=DEFAULT).exclude(
        paused_at=None, blocked_until=None
    )
    return bool(
        stopped.update(
            paused_at=None,
            paused_name="",
            reason="",
            stops_sign_in=True,
            blocked_until=None,
            fail_streak=0,
        )
    )


def note_host_trouble(words: str, *, too_fast: bool = False) -> bool:
    """Count a failure of the mail server; True when the breaker is open now."""
    with transaction.atomic():
        state, now = locked_transport()
        state.fail_streak += 1
        delay = breaker_delay(state.fail_streak)
        state.blocked_until = now + delay if delay else None
        if too_fast:
            slow_down(state, now)
        state.save(update_fields=[*TROUBLE, *PACE])
    logger.warning("Mail server trouble (%s in a row): %s", state.fail_streak, words)
    return bool(delay)


def note_host_recovery() -> None:
    TransportState.objects.filter(name=DEFAULT, fail_streak__gt=0).update(
        fail_streak=0, blocked_until=None
    )


def note_planned() -> None:
    """Leave a sign of life for those who watch from outside."""
    TransportState.objects.update_or_create(
        name=DEFAULT, defaults={"planned_at": Now()}
    )


def locked_transport() -> tuple[TransportState, datetime]:
    """Lock the one row and return it with the database's time."""
    TransportState.objects.get_or_create(name=DEFAULT)
    state = (
        TransportState.objects.select_for_update().annotate(now=Now()).get(name=DEFAULT)
    )
    # SQLite runs in this process, but its own clock counts in milliseconds.
    return state, timezone.now() if connection.vendor == "sqlite" else state.now


def block_domain(domain: str) -> None:
    """Leave a domain alone for a while, longer each time; then go on at half the pace."""
    with transaction.atomic():
        _state, now = locked_transport()
        state, _made = DomainState.objects.get_or_create(domain=domain)
        state.fail_streak += 1
        state.blocked_until = now + domain_block(state.fail_streak)
        slow_down(state, now)
        state.save(update_fields=[*TROUBLE, *PACE])


def note_domain_recovery(domain: str) -> None:
    DomainState.objects.filter(domain=domain).update(fail_streak=0, blocked_until=None)


@across_coalitions
def note_policy_refusal(delivery: Delivery) -> None:
    """Pause the issue when its last five verdicts in a row were policy refusals."""
    if delivery.issue_id is None:
        return
    recent = DeliveryEvent.objects.filter(
        delivery__issue_id=delivery.issue_id,
        kind__in=["sent", "policy", "permanent_rcpt", "transient_rcpt"],
    ).order_by("-id")
    kinds = list(recent.values_list("kind", flat=True)[:POLICY_LIMIT])
    if kinds == ["policy"] * POLICY_LIMIT and _pause_issue(delivery.issue_id):
        logger.error("Issue %s is paused: refused as spam", delivery.issue_id)


def _pause_issue(issue_id: int) -> bool:
    released = Issue.objects.filter(pk=issue_id, state=IssueState.RELEASED)
    reason = _("Mail servers refuse this message: they take it for spam.")
    return bool(released.update(state=IssueState.PAUSED, hold_reason=reason))
