"""What must survive the loss of the database: who got what, and who wants no more.

It lies beside the database, so a restored one learns from it what left after the
backup was made and who unsubscribed since, and a worker that died between the server's
yes and the commit does not repeat itself. Addresses are in it as keyed hashes only.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from coalition.common.disk import sync_folder
from comms.models import Delivery
from comms.sending.addresses import address_hash, address_hashes

logger = logging.getLogger(__name__)

KEPT: Final = timedelta(days=60)
WORDS: Final = "The journal of what was sent has it"


def note_sent(delivery: Delivery) -> bool:
    """Write down, before the commit, that the server has taken a message."""
    return _append({"sent": delivery.message_id, "to": address_hash(delivery.to_norm)})


def note_switched(
    addr_hmacs: Iterable[str], *, coalition_id: int | None, reason: str, off: bool
) -> None:
    """Write down, after the commit, that addresses get nothing any more, or again."""
    entries = [
        {"switched": addr, "coalition": coalition_id, "reason": reason, "off": off}
        for addr in addr_hmacs
    ]
    transaction.on_commit(partial(_append, *entries))


def knows(delivery: Delivery) -> bool:
    return bool(known([delivery]))


def known(deliveries: Iterable[Delivery]) -> set[int]:
    """Return the ids of those that were taken, for this very address."""
    asked = {delivery.message_id: delivery for delivery in deliveries}
    found: set[int] = set()
    for entry in entries() if asked else ():
        delivery = asked.get(entry.get("sent", ""))
        if delivery and entry.get("to") in address_hashes(delivery.to_norm):
            found.add(delivery.pk)
    return found


def entries() -> Iterator[dict[str, Any]]:
    """Yield all that is known, the oldest first."""
    yield from _read(_older())
    yield from _read(journal_path())


def rotate() -> None:
    """Begin anew when the first line is sixty days old; those sixty days stay."""
    first = next(_read(journal_path()), None)
    if first and timezone.now() - datetime.fromisoformat(first["at"]) > KEPT:
        journal_path().replace(_older())


def forget_older() -> None:
    """Delete the older half when its last line is sixty days old, as `rotate` may not."""
    *_, last = [{}, *_read(_older())]
    if last and timezone.now() - datetime.fromisoformat(last["at"]) > KEPT:
        _older().unlink(missing_ok=True)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    """Leave out the line that a crash cut off."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            with suppress(ValueError):
                yield json.loads(line)


def journal_path() -> Path:
    return Path(settings.VAR_DIR, "sent.journal")


def _older() -> Path:
    return Path(settings.VAR_DIR, "sent.journal.1")


def _append(*entries: dict[str, Any]) -> bool:
    """Return whether it is on the disk."""
    now = {"at": timezone.now().isoformat(timespec="seconds")}
    lines = [json.dumps(now | entry, separators=(",", ":")) for entry in entries]
    try:
        _write("".join(f"{line}\n" for line in lines).encode())
    except OSError as error:  # what is true already must reach the database at least
        logger.error("The journal of what was sent cannot be written: %s", error)  # noqa: TRY400
        return False
    return True


def _write(line: bytes) -> None:
    # At once: of several workers none cuts into another's line.
    path = journal_path()
    is_new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        sync_folder(path.parent)
