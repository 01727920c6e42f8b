"""What this installation itself can tell: settings, clock, files, the queue."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from comms.sending.doctor import Finding, advice, right, unknown, wrong
from comms.sending.health import mail_status
from comms.sending.hold import epoch_path
from comms.sending.journal import journal_path
from comms.sending.sql import database_time

_EXACT: Final = timedelta(seconds=5)
_BEARABLE: Final = timedelta(minutes=1)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def envelope_domain() -> str:
    return domain_of(settings.MAIL_BOUNCE_ADDRESS or settings.MAIL_FROM)


def check_house() -> Iterator[Finding]:
    yield _address()
    yield _returns()
    yield _clock()
    for path in (journal_path(), epoch_path()):
        yield _file(path)
    yield _queue()


def _address() -> Finding:
    if not settings.PRODUCTION:
        return unknown("Installation", "SITE_URL is this machine's: nothing is public.")
    if not settings.SITE_URL.startswith("https://"):
        return wrong("Links", "SITE_URL must be https://, for one-click unsubscribing.")
    return right("Links", settings.SITE_URL)


def _returns() -> Finding:
    ways = [
        name for name in (settings.MAIL_BOUNCE_ADDRESS, settings.MAIL_PROVIDER) if name
    ]
    if ways:
        return right("Mail that comes back", f"Read through {' and '.join(ways)}.")
    if not settings.EMAIL_URL:
        return unknown("Mail that comes back", "None can, in the local mailbox.")
    says = (
        "Nobody reads it: set MAIL_BOUNCE_ADDRESS, or MAIL_PROVIDER and its webhooks."
    )
    return wrong("Mail that comes back", says)


def _clock() -> Finding:
    off = abs(database_time() - timezone.now())
    seconds = f"{off.total_seconds():.0f} s"
    if off > _BEARABLE:
        return wrong("Clock", f"This machine and the database differ by {seconds}.")
    if off > _EXACT:
        return advice("Clock", f"This machine and the database differ by {seconds}.")
    return right("Clock", "The same here and in the database.")


def _file(path: Path) -> Finding:
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        return wrong(path.name, f"{path} cannot be written.")
    return right(path.name, f"{path} can be written.")


def _queue() -> Finding:
    status = mail_status()
    if status.health.is_well:
        return right("Queue", f"{status.health.value}; {status.waiting} waiting.")
    return wrong("Queue", f"{status.health.value}: see manage.py mail_status.")
