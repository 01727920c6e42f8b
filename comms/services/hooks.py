"""Acting on what a mail provider posts, as django-anymail reads it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from itertools import islice
from typing import Any, Final, Protocol

from django.conf import settings

from comms.inbound.message import storable
from comms.inbound.reports import NAMES, Report, names_in
from comms.models import Outcome, ReportKind
from comms.sending.judging import kind_of
from comms.services.bounces import take_kind
from comms.services.receiving import receive_mail

BACK: Final = {"bounced", "rejected", "failed"}
SAID: Final = {
    "complained": ReportKind.COMPLAINT,
    "unsubscribed": ReportKind.UNSUBSCRIBED,
}
# What the provider calls the reason, where the server's words are not passed on.
REASONS: Final = {
    "invalid": ReportKind.HARD,
    "bounced": ReportKind.SOFT,
    "timed_out": ReportKind.SOFT,
    "unsubscribed": ReportKind.UNSUBSCRIBED,
}
UNWANTED: Final = {"blocked", "spam"}
DEPTH: Final = 8


class Tracked(Protocol):
    """An event of a message that left, in django-anymail's words."""

    event_type: str
    recipient: Any
    reject_reason: str | None
    description: Any
    mta_response: Any
    message_id: str | None
    metadata: Mapping[str, Any]
    esp_event: Any


class Came(Protocol):
    """A message that came in."""

    message: Any


def take_tracking(event: Tracked, *, now: datetime) -> ReportKind | None:
    """Take an event that a provider vouches for; nothing for opens, clicks and delays."""
    words = _text(event.mta_response) or _text(event.description)
    kind = SAID.get(event.event_type) or _came_back(event, words)
    if kind is None:
        return None
    known = [event.message_id, event.metadata, event.esp_event]
    found = " ".join(islice(_texts(known, DEPTH), 10 * NAMES))
    ids, senders = names_in(found, domain=settings.MAIL_DOMAIN)
    report = Report(
        words=words,
        recipients=frozenset({_text(event.recipient).strip().lower()}),
        senders=tuple(senders),
        message_ids=frozenset(ids),
    )
    return take_kind(report, kind=kind, now=now)


def _came_back(event: Tracked, words: str) -> ReportKind | None:
    if event.event_type not in BACK:
        return None
    if event.reject_reason in UNWANTED:
        return ReportKind.REFUSED
    said = kind_of("", words)
    return said or REASONS.get(event.reject_reason or "", ReportKind.REFUSED)


def _text(value: Any) -> str:
    """Return what can be a text here; a provider's JSON may have anything in its place."""
    return storable(value) if isinstance(value, str) else ""


def _texts(value: Any, depth: int) -> Iterator[str]:
    """Yield every text in what was posted, whatever its shape."""
    if isinstance(value, str):
        yield value[:1000]
    elif depth and isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part, depth - 1)
    elif depth and isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part, depth - 1)


def take_inbound(event: Came, *, now: datetime) -> Outcome | ReportKind | None:
    """Take a message as if the mail server had piped it to `manage.py receive_mail`."""
    message: EmailMessage | None = event.message
    if message is None:
        return None
    to = _text(getattr(message, "envelope_recipient", None))
    head = f"Delivered-To: {''.join(to.split())}\r\n" if to else ""
    try:
        raw = message.as_bytes(policy=SMTP.clone(max_line_length=None))
    except RecursionError:  # as in `receive_mail`
        return None
    return receive_mail(head.encode() + raw, now=now)
