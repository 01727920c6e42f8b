"""Reading what a mail system reports of a message of ours (RFC 3464, RFC 5965).

The report is a stranger's: it only names messages, and what it names is looked up.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from typing import Final

from comms.inbound.automatic import says_it_failed
from comms.inbound.message import Incoming, addresses, header, headers

PARTS: Final = 50
BLOCKS: Final = 20
NAMES: Final = 100
TEXT: Final = 20_000
_STATUS_PARTS: Final = {"message/delivery-status", "message/global-delivery-status"}
_ORIGINALS: Final = {"message/rfc822", "message/global", "text/rfc822-headers"}
_ID: Final = re.compile(r"<([^<>\s@]{1,128}@[^<>\s@]{1,128})>")
_ADDRESS: Final = re.compile(r"[^\s<>;:,\"']{1,64}@[^\s<>;:,\"']{1,255}")
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# From there on a report in plain words copies the message itself.
_COPY: Final = re.compile(
    r"^-{3,}.*\b(copy|original message)\b", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Report:
    """What is said, and every name by which it may mean a message of ours."""

    words: str
    status: str = ""
    complaint: bool = False
    recipients: frozenset[str] = frozenset()
    senders: tuple[str, ...] = ()
    message_ids: frozenset[str] = frozenset()


def read_report(incoming: Incoming) -> Report | None:
    """Return what is reported; None for a delay, a success, and any other mail."""
    parts = list(_parts(incoming.message))
    named = _Named(incoming, parts)
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/feedback-report":
            return _complaint(part, named)
        if kind in _STATUS_PARTS:
            return _failure(part, named)
    return _in_words(incoming, named)


def names_in(text: str, *, domain: str) -> tuple[list[str], list[str]]:
    """Return the ids of messages of this domain, and all addresses, in any text."""
    found = [name.lower() for name in _ADDRESS.findall(text)[:NAMES]]
    return [name for name in found if name.endswith(f"@{domain.lower()}")], found


class _Named:
    """The senders and the ids in a report, and in what it returns of the message."""

    def __init__(self, incoming: Incoming, parts: Iterable[EmailMessage]) -> None:
        originals = [original for part in parts for original in _originals(part)]
        heads = (incoming.message, *originals)
        ids = " ".join(
            text
            for head in heads
            for name in ("Message-ID", "In-Reply-To", "References")
            for text in headers(head, name)
        )
        self.message_ids = {name.lower() for name in _ID.findall(ids)[:NAMES]}
        paths = [a for head in originals for a in addresses(head, "Return-Path")]
        self.senders = [*incoming.recipients, *paths][:NAMES]

    def add(self, text: str) -> None:
        found = _ID.findall(text)[:NAMES]
        self.message_ids |= {name.lower() for name in found}
        self.senders += found


def _complaint(part: EmailMessage, named: _Named) -> Report | None:
    head = _blocks(part)[0]
    if header(head, "Feedback-Type").strip().lower() not in {"abuse", "fraud", "other"}:
        return None
    senders = addresses(head, "Original-Mail-From")
    return Report(
        words=header(head, "User-Agent"),
        complaint=True,
        recipients=frozenset(addresses(head, "Original-Rcpt-To")),
        senders=(*named.senders, *senders),
        message_ids=frozenset(named.message_ids),
    )


def _failure(part: EmailMessage, named: _Named) -> Report | None:
    """Read the first recipient to whom it could not be delivered."""
    for block in _blocks(part):
        action = header(block, "Action").strip().lower()
        found = _STATUS.search(header(block, "Status"))
        status = found[1] if found else ""
        if action == "failed" or (not action and status.startswith("5")):
            said = header(block, "Diagnostic-Code").partition(";")
            return Report(
                words=_one_line(said[2] or said[0]),
                status=status,
                recipients=frozenset(_recipients(block)),
                senders=tuple(named.senders),
                message_ids=frozenset(named.message_ids),
            )
    return None


def _in_words(incoming: Incoming, named: _Named) -> Report | None:
    """Read a report that is a text alone, as Exim and qmail write them."""
    failed = header(incoming.message, "X-Failed-Recipients")
    if not failed and not says_it_failed(incoming):
        return None
    text = incoming.text[:TEXT]
    named.add(text)
    copied = _COPY.search(text)
    words = text[: copied.start()] if copied else text
    # Whom a text speaks of is known by the header only.
    return Report(
        words=_one_line(words),
        recipients=frozenset(a.lower() for a in _ADDRESS.findall(failed)),
        senders=tuple(named.senders),
        message_ids=frozenset(named.message_ids),
    )


def _recipients(block: EmailMessage) -> Iterator[str]:
    for name in ("Original-Recipient", "Final-Recipient"):
        for address in _ADDRESS.findall(header(block, name)):
            yield address.lower()


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts of a report, as deep as reports go and no deeper."""
    yield message
    payload = message.get_payload()
    if message.is_multipart() and isinstance(payload, list):
        yield from (p for p in payload[:PARTS] if isinstance(p, EmailMessage))


def _blocks(part: EmailMessage) -> list[EmailMessage]:
    """Return the groups of fields in a status: of the message, then of each recipient."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return [part]
    first, *others = [p for p in payload if isinstance(p, EmailMessage)] or [part]
    body = first.get_payload()
    more = re.split(r"\r?\n\r?\n", body) if isinstance(body, str) else []
    read = (_fields(text) for text in more[:BLOCKS] if text.strip())
    return [first, *others[:BLOCKS], *read]


def _originals(part: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the head of each message that the report returns."""
    if part.get_content_type() not in _ORIGINALS:
        return
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (p for p in payload[:1] if isinstance(p, EmailMessage))
    elif isinstance(payload, str):
        yield _fields(payload)


def _fields(text: str) -> EmailMessage:
    return message_from_string(text.lstrip()[:TEXT], EmailMessage, policy=default)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:2000]
