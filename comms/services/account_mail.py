"""Sign-in codes and notices about an account, through the fast lane of the outbox."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr
from uuid import uuid4

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils import timezone

from comms.models import Delivery, Lane
from comms.sending.mail import RenderedMail, mime_content

KIND = "account"
LIFE = timedelta(minutes=10)  # as long as a sign-in code


@dataclass(frozen=True, slots=True)
class AccountMail:
    subject: str
    text: str
    html: str = ""


def queue_account_mail(
    *, to: str, language: str, mail: AccountMail, life: timedelta = LIFE
) -> Delivery:
    """Put a message in the outbox; its words lie there encrypted until it is sent."""
    domain = to.rpartition("@")[2]
    key = uuid4().hex
    delivery = Delivery(
        kind=KIND,
        lane=Lane.FAST,
        language=language,
        to_addr=to,
        to_norm=to.lower(),
        domain=domain.lower(),
        dedupe_key=f"{KIND}:{key}",
        message_id=f"<{key}@{settings.MAIL_DOMAIN}>",
        envelope_from=settings.MAIL_FROM,
        expires_at=timezone.now() + life,
        secret=_box().encrypt(
            json.dumps([mail.subject, mail.text, mail.html]).encode()
        ),
    )
    delivery.save()
    return delivery


def open_account_mail(secret: bytes) -> AccountMail:
    """Return the words of a queued message; raises InvalidToken with a lost key."""
    subject, text, html = json.loads(_box().decrypt(bytes(secret)))
    return AccountMail(subject, text, html)


def render_account_mail(batch: Sequence[Delivery]) -> Mapping[int, RenderedMail]:
    return {
        delivery.pk: account_mail_to(
            delivery.to_addr, open_account_mail(bytes(delivery.secret or b""))
        )
        for delivery in batch
    }


def account_mail_to(address: str, mail: AccountMail) -> RenderedMail:
    headers = {
        "From": formataddr(("Coalition", settings.MAIL_FROM)),
        "To": address,
        "Subject": mail.subject,
        "Auto-Submitted": "auto-generated",
    }
    return RenderedMail(headers, mime_content(text=mail.text, html=mail.html))


def _box() -> MultiFernet:
    """Encrypt with the first key; read what an older key wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"outbox" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(d)) for d in digests])
