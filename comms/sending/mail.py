"""The contract with those who write mail: what a renderer returns, and its last touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

_LONGEST_PLAIN_LINE: Final = 900


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """One person's mail.

    `headers` are From, To, Subject and the like as text; addresses come from
    `formataddr`. `content` is the MIME entity with its own Content-* lines, a blank
    line and the body, all in CRLF. Message-ID and Date are added when it is sent.
    `issue_sha256` names the form of the issue it was made from: the fence lets it
    pass only if exactly that form is the approved one, and nothing was withdrawn of it
    since: `withdrawn` counts what had been when it was made.
    """

    headers: Mapping[str, str]
    content: bytes
    issue_sha256: str = ""
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to send to this person, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """A kind of mail that only a newer worker can make: left in the queue for it."""


class UnsafeHeaderError(ValueError):
    """A header that holds a line break would smuggle in another one."""


def mime_content(*, text: str, html: str = "") -> bytes:
    """Return a MIME entity with the text and, if there is one, its HTML twin."""
    message = EmailMessage(policy=SMTP)
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def assemble(mail: RenderedMail, *, message_id: str, dedupe_key: str) -> bytes:
    """Return the bytes to send, under the message's own unchanging id."""
    headers = {"Message-ID": message_id, "Date": format_datetime(timezone.now())}
    if settings.MAIL_IDEMPOTENCY_HEADER:
        headers[settings.MAIL_IDEMPOTENCY_HEADER] = dedupe_key
    if settings.MAIL_METADATA_HEADER:
        headers[settings.MAIL_METADATA_HEADER] = message_id.strip("<>")
    lines = [_line(*item) for item in (headers | dict(mail.headers)).items()]
    return "".join(lines).encode("ascii") + mail.content


def _line(name: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        raise UnsafeHeaderError(name)
    if not value.isascii() or len(value) > _LONGEST_PLAIN_LINE:
        value = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n"
