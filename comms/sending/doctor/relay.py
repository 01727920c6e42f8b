"""Whether the mail server answers, knows us, and is who it says it is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from comms.sending.doctor import Finding, advice, right, unknown, wrong
from comms.sending.replies import Reply, Verdict, classify
from comms.sending.smtp import SmtpTransport

SOON: Final = timedelta(days=14)
_ABOUT: Final = "Mail server"


def relay_name() -> str:
    return urlsplit(settings.EMAIL_URL).hostname or ""


def check_relay() -> Iterator[Finding]:
    """Go as far as signing in, and not a message further."""
    if not settings.EMAIL_URL:
        yield unknown(_ABOUT, "EMAIL_URL names none: mail stays on the page /mailbox/.")
        return
    transport = SmtpTransport.from_url(settings.EMAIL_URL)
    try:
        reply = transport.connect()
        if reply.ok:
            yield from _seen(transport)
        else:
            yield _refused(reply)
    finally:
        transport.close()


def hand_over(content: bytes, *, to: str) -> Finding:
    """Give one message to the mail server, past the queue."""
    about = f"A message to {to}"
    if not settings.EMAIL_URL:
        return unknown(about, "Not sent: EMAIL_URL names no mail server.")
    transport = SmtpTransport.from_url(settings.EMAIL_URL)
    try:
        reply = transport.connect()
        if reply.ok:
            sender = settings.MAIL_BOUNCE_ADDRESS or settings.MAIL_FROM
            reply = transport.open_message(envelope_from=sender, to=to)
        if reply.ok:
            reply = transport.data(content)
    finally:
        transport.close()
    if not reply.ok:
        return wrong(about, f"Refused: {reply}")
    return right(about, "Handed over. Save it with all headers, and --read it.")


def _seen(transport: SmtpTransport) -> Iterator[Finding]:
    parts = urlsplit(settings.EMAIL_URL)
    signed_in = " and let us in" if parts.username else ""
    yield right(_ABOUT, f"{parts.hostname} answered{signed_in}.")
    if parts.scheme == "smtp":
        yield _in_the_open(parts.hostname or "")
        return
    ends = transport.certificate_ends
    if ends is None:
        yield right("TLS", "Encrypted.")
    elif ends - timezone.now() < SOON:
        yield advice("TLS", f"The certificate of the server ends on {ends:%Y-%m-%d}.")
    else:
        yield right("TLS", f"Encrypted; its certificate is good until {ends:%Y-%m-%d}.")


def _in_the_open(host: str) -> Finding:
    if host in {"localhost", "127.0.0.1", "::1"}:
        return right("TLS", "Not needed: the server is on this machine.")
    return wrong("TLS", "EMAIL_URL says smtp://: mail would leave in the open.")


def _refused(reply: Reply) -> Finding:
    if classify(reply) is Verdict.CONFIG_ERROR:
        return wrong(_ABOUT, f"It refuses us: {reply}. Look at EMAIL_URL.")
    return wrong(_ABOUT, f"It does not answer: {reply}")
