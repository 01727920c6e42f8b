"""What becomes of a message after the server, or the renderer, has spoken."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from comms.models import Delivery, DeliveryStatus, ReportKind
from comms.sending import journal
from comms.sending.outbox import move, prove
from comms.sending.pacing import (
    BROKEN_LINK_DELAY,
    POLICY_DELAY,
    UNCERTAIN_LIMIT,
    retry_delay,
)
from comms.sending.replies import Phase, Reply, Verdict, classify
from comms.sending.returns import note_report
from comms.sending.switches import (
    block_domain,
    note_host_trouble,
    note_policy_refusal,
    pause_transport,
)

TOO_FAST: Final = 432


def settle(delivery: Delivery, reply: Reply) -> Verdict:
    """Take the arrow that the reply asks for, and tell which class it was of."""
    verdict = classify(reply)
    _HANDLERS[verdict](delivery, reply)
    return verdict


def put_back(delivery: Delivery, *, delay: timedelta = timedelta()) -> None:
    """Return a message that was certainly not sent to the queue; it counts for nothing."""
    later = {"not_before": Now() + delay} if delay else {}
    _leave(delivery, DeliveryStatus.QUEUED, **later)


def skip(delivery: Delivery, reason: str) -> None:
    event = ("skipped", reason)
    _leave(delivery, DeliveryStatus.SKIPPED, event=event, reason=reason[:300])


def hold(delivery: Delivery, reason: str, words: str) -> None:
    """Keep a message until a person has looked at it."""
    event = ("held", f"{reason}: {words}")
    _leave(delivery, DeliveryStatus.HELD, event=event, reason=reason, reply=words[:500])


def note_unknown(delivery: Delivery, words: str) -> None:
    """Mark that the server may have the message; the third time a person decides."""
    changes: dict[str, Any] = {
        "uncertain": F("uncertain") + 1,
        "attempts": F("attempts") + 1,
        "error_class": Verdict.UNCERTAIN,
        "reply": words[:500],
        "event": ("uncertain", words),
    }
    if delivery.uncertain + 1 >= UNCERTAIN_LIMIT:
        _leave(delivery, DeliveryStatus.HELD, reason="uncertain", **changes)
        return
    delay = timedelta(seconds=settings.MAIL_UNCERTAIN_DELAY_SECONDS)
    _leave(delivery, DeliveryStatus.QUEUED, not_before=Now() + delay, **changes)


def _leave(delivery: Delivery, new: DeliveryStatus, **changes: Any) -> bool:
    ours = {"claim_token": delivery.claim_token}
    return move(delivery.pk, DeliveryStatus.SENDING, new, where=ours, **changes)


def _accepted(delivery: Delivery, reply: Reply) -> None:
    journaled = journal.note_sent(delivery)
    prove(delivery.pk, str(reply), journaled=journaled)


def _try_later(delivery: Delivery, reply: Reply, delay: timedelta) -> None:
    """Queue the message again, or give up when its time would be over by then."""
    verdict = classify(reply)
    if timezone.now() + delay >= delivery.expires_at:
        _fail(delivery, reply)
        if verdict is Verdict.TRANSIENT_RCPT:
            _note(delivery, ReportKind.SOFT, reply)
        return
    _leave(
        delivery,
        DeliveryStatus.QUEUED,
        event=(verdict, str(reply)),
        attempts=F("attempts") + 1,
        not_before=Now() + delay,
        reply=str(reply)[:500],
        error_class=verdict,
    )


def _fail(delivery: Delivery, reply: Reply) -> None:
    verdict = classify(reply)
    _leave(
        delivery,
        DeliveryStatus.FAILED,
        event=(verdict, str(reply)),
        attempts=F("attempts") + 1,
        reply=str(reply)[:500],
        error_class=verdict,
        reason="refused",
    )


def _refused_for_now(delivery: Delivery, reply: Reply) -> None:
    _try_later(delivery, reply, retry_delay(delivery.attempts + 1))


def _domain_refuses(delivery: Delivery, reply: Reply) -> None:
    _refused_for_now(delivery, reply)
    block_domain(delivery.domain)


def _host_trouble(delivery: Delivery, reply: Reply) -> None:
    # A link that breaks on one message must not keep that message at the head.
    at_connect = reply.phase is Phase.CONNECT
    put_back(delivery, delay=timedelta() if at_connect else BROKEN_LINK_DELAY)
    note_host_trouble(str(reply), too_fast=reply.code == TOO_FAST)


def _no_such_person(delivery: Delivery, reply: Reply) -> None:
    _fail(delivery, reply)
    _note(delivery, ReportKind.HARD, reply)


def _note(delivery: Delivery, kind: ReportKind, reply: Reply) -> None:
    note_report(delivery, kind=kind, words=str(reply), now=timezone.now())


def _refused_by_policy(delivery: Delivery, reply: Reply) -> None:
    if delivery.error_class == Verdict.POLICY:
        _fail(delivery, reply)
    else:
        _try_later(delivery, reply, POLICY_DELAY)
    note_policy_refusal(delivery)


def _misconfigured(delivery: Delivery, reply: Reply) -> None:
    put_back(delivery)
    pause_transport(str(reply))


def _unfit(delivery: Delivery, reply: Reply) -> None:
    hold(delivery, "content_error", str(reply))


def _unknown(delivery: Delivery, reply: Reply) -> None:
    note_unknown(delivery, str(reply))


_HANDLERS: Final[Mapping[Verdict, Callable[[Delivery, Reply], None]]] = {
    Verdict.ACCEPTED: _accepted,
    Verdict.TRANSIENT_RCPT: _refused_for_now,
    Verdict.TRANSIENT_DOMAIN: _domain_refuses,
    Verdict.TRANSIENT_HOST: _host_trouble,
    Verdict.PERMANENT_RCPT: _no_such_person,
    Verdict.POLICY: _refused_by_policy,
    Verdict.CONFIG_ERROR: _misconfigured,
    Verdict.CONTENT_ERROR: _unfit,
    Verdict.UNCERTAIN: _unknown,
}
