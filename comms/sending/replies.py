"""What an SMTP server said, and what that means for a message: pure functions."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """How far the dialogue was when the reply, or the silence, came."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"  # refused before the first byte of content: certainly not sent
    END = "end"  # after the content went out


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    TRANSIENT_RCPT = "transient_rcpt"
    TRANSIENT_DOMAIN = "transient_domain"
    TRANSIENT_HOST = "transient_host"
    PERMANENT_RCPT = "permanent_rcpt"
    POLICY = "policy"
    CONFIG_ERROR = "config_error"
    CONTENT_ERROR = "content_error"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a server; code 0 stands for none at all."""

    code: int
    text: str
    phase: Phase

    @property
    def ok(self) -> bool:
        return 200 <= self.code < 300  # noqa: PLR2004

    def __str__(self) -> str:
        return f"{self.code} {self.text}" if self.code else self.text


_ENHANCED: Final = re.compile(r"\s*([45]\.\d{1,3}\.\d{1,3})\b")

_CONFIG: Final = {"5.1.7", "5.7.26", "5.7.509"}
_NO_SUCH_PERSON: Final = {"5.1.1", "5.1.10", "5.2.1", "5.1.3", "5.1.6"}
_FULL_OR_UNROUTABLE: Final = {"5.2.2", "5.4.4"}


def classify(reply: Reply) -> Verdict:
    """Name the class of a reply, from the table in docs/email.md."""
    if reply.code == 0:
        return _silence(reply.phase)
    if reply.ok:
        return Verdict.ACCEPTED
    enhanced = match[1] if (match := _ENHANCED.match(reply.text)) else ""
    if reply.code < 500:  # noqa: PLR2004
        return _transient(reply, enhanced)
    return _permanent(reply, enhanced)


def _silence(phase: Phase) -> Verdict:
    return Verdict.UNCERTAIN if phase is Phase.END else Verdict.TRANSIENT_HOST


def _transient(reply: Reply, enhanced: str) -> Verdict:
    # Before RCPT the server has not heard of the recipient: it speaks of itself.
    if reply.code == 432 or reply.phase in {Phase.CONNECT, Phase.SENDER}:  # noqa: PLR2004
        return Verdict.TRANSIENT_HOST
    if reply.code == 421 or enhanced.startswith("4.7."):  # noqa: PLR2004
        return Verdict.TRANSIENT_DOMAIN
    return Verdict.TRANSIENT_RCPT


def _permanent(reply: Reply, enhanced: str) -> Verdict:
    if reply.code in {530, 534, 535, 538} or enhanced in _CONFIG:
        return Verdict.CONFIG_ERROR
    if enhanced in _FULL_OR_UNROUTABLE:
        return Verdict.TRANSIENT_RCPT
    if enhanced in _NO_SUCH_PERSON:
        return Verdict.PERMANENT_RCPT
    if enhanced in {"5.3.4", "5.2.3"} or enhanced.startswith("5.6."):
        return Verdict.CONTENT_ERROR
    if enhanced:
        return Verdict.POLICY
    return _bare(reply)


def _bare(reply: Reply) -> Verdict:
    """Judge a refusal without an enhanced code by where it came."""
    if reply.phase in {Phase.CONNECT, Phase.SENDER}:
        return Verdict.CONFIG_ERROR
    if reply.code == 552:  # noqa: PLR2004
        # RFC 5321 §4.5.3.1.10: at RCPT it means what 452 means.
        at_rcpt = reply.phase is Phase.RECIPIENT
        return Verdict.TRANSIENT_RCPT if at_rcpt else Verdict.CONTENT_ERROR
    if reply.phase is Phase.RECIPIENT and reply.code in {550, 551, 553}:
        return Verdict.PERMANENT_RCPT
    return Verdict.POLICY
