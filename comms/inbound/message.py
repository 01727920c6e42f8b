"""A message as it came: who it is from, to whom, and what it says in plain text."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import Final

from comms.inbound.html import html_to_text

# Far more than anybody writes in a minute; the rest stays in the message kept as it came.
TEXT: Final = 100_000
HEADER: Final = 8_000  # of one name: its parser takes time by the square of the length
_TO: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_CHARSETS: Final = ("utf-8", "cp1252")
_UNREADABLE: Final = (
    MessageError,
    ValueError,
    IndexError,
    AttributeError,
    TypeError,
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What we use of a message; `text` is all its text, quotes included."""

    message: EmailMessage
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str


def read_message(raw: bytes) -> Incoming:
    """Read any bytes as a message; what is broken in them reads as nothing."""
    message = message_from_bytes(raw, policy=default)
    return Incoming(
        message=message,
        sender=storable(next(iter(addresses(message, "From")), "")),
        recipients=tuple(addresses(message, *_TO)),
        subject=storable(" ".join(header(message, "Subject").split())[:300]),
        text=storable(_text(message)[:TEXT]),
    )


def storable(text: str) -> str:
    """Leave out what no database takes: some charsets can spell halves of characters."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def header(message: EmailMessage, name: str) -> str:
    """Return a header as text, whatever stands in it."""
    return next(headers(message, name), "")


def headers(message: EmailMessage, name: str) -> Iterator[str]:
    # The policy's parser of structured headers raises on some hostile ones.
    left = HEADER
    for key, whole in message.raw_items():
        if key.lower() == name.lower() and left > 0:
            value = str(whole)[:left]
            left -= len(value) + 1
            try:
                yield str(default.header_fetch_parse(key, value))
            except (*_UNREADABLE, RecursionError):
                yield " ".join(str(value).split())


def addresses(message: EmailMessage, *names: str) -> Iterator[str]:
    for name in names:
        try:
            found = getaddresses(list(headers(message, name)))
        except RecursionError:  # brackets in brackets
            continue
        for _display, address in found:
            if "@" in address:
                yield address.strip().lower()


def _text(message: EmailMessage) -> str:
    found = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment"
        if kind in found and not attached and not found[kind].strip():
            found[kind] = _content(part)
    plain = found["text/plain"].replace("\r\n", "\n")
    return plain if plain.strip() else html_to_text(found["text/html"])


def _content(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    raw = raw[: 4 * TEXT]
    for charset in (_charset(part), *_CHARSETS):
        try:
            return raw.decode(charset).replace("\0", "")
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1").replace("\0", "")


def _charset(part: EmailMessage) -> str:
    try:
        return part.get_content_charset() or "utf-8"
    except (LookupError, ValueError, TypeError, AttributeError):
        return "utf-8"
