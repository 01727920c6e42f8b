"""What the pump asks of a way to send, and which way this installation uses."""

from pathlib import Path
from typing import Protocol

from django.conf import settings

from comms.sending.mailbox import MailboxTransport
from comms.sending.replies import Reply
from comms.sending.smtp import SmtpTransport


class Transport(Protocol):
    """One recipient a message; every method answers, none raises for the network."""

    paced: bool  # whether the rate limits apply to it

    def connect(self) -> Reply:
        """Make ready; at once when a fresh enough connection is open."""

    def open_message(self, *, envelope_from: str, to: str) -> Reply:
        """MAIL FROM and RCPT TO; a refusal is certain, nothing was sent."""

    def data(self, content: bytes) -> Reply:
        """Hand over the content and wait for the verdict on it."""

    def reset(self) -> None:
        """Forget the message that was opened."""

    def close(self) -> None:
        """End the connection."""


def configured_transport() -> Transport:
    """Return SMTP where EMAIL_URL names a server, else the local mailbox."""
    if settings.EMAIL_URL:
        return SmtpTransport.from_url(settings.EMAIL_URL)
    return MailboxTransport(Path(settings.MAILBOX_DIR))
