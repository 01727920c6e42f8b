"""The local mailbox, read: what would have been mailed, on a machine that mails nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"[0-9a-f]{32}")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class StoredMail:
    name: str
    at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def to(self) -> str:
        return str(self.message["Delivered-To"] or self.message["To"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def stored_mails() -> list[StoredMail]:
    """Return the newest hundred, newest first."""
    folder = Path(settings.MAILBOX_DIR)
    files = sorted(folder.glob("*.eml"), key=_written_at, reverse=True)
    return list(_read(files[:SHOWN]))


def stored_mail(name: str) -> StoredMail | None:
    """Return one mail by the name of its file, None when there is no such."""
    path = Path(settings.MAILBOX_DIR, f"{name}.eml")
    if not NAME.fullmatch(name) or not path.exists():
        return None
    return next(_read([path]), None)


def _read(files: list[Path]) -> Iterator[StoredMail]:
    for path in files:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        at = datetime.fromtimestamp(_written_at(path), UTC)
        yield StoredMail(path.stem, at, message)


def _written_at(path: Path) -> float:
    return path.stat().st_mtime
