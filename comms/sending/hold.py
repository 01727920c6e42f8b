"""A restored or copied database sends nothing until a person has looked.

A number grows with every run of the pump, in the database and in `var/epoch`, with the
name of the installation. A database that is behind its file was restored; one whose
file is missing, or is another installation's, was copied here.
"""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from comms.errors import MailIsHeld
from comms.models import Delivery, PausedBy, TransportState
from comms.sending.journal import KEPT
from comms.sending.outbox import across_coalitions
from comms.sending.switches import DEFAULT, locked_transport, resume_transport

logger = logging.getLogger(__name__)

RESTORED: Final = "This database was restored from a backup."
BEHIND: Final = "This database is older than what was sent from here (var/epoch)."
FOREIGN: Final = "This database came from elsewhere: var/epoch is missing or another's."
_LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose database it is, and how many runs it has seen."""

    installation: str = ""
    epoch: int = 0


@across_coalitions
def keep_in_step() -> TransportState:
    """Count this run in both places, or hold all mail when they disagree."""
    with _marked() as file:
        with transaction.atomic():
            state, _now = locked_transport()
            if state.is_held:
                return state
            if why := _disagreement(state, _read(file)):
                _hold(state, why)
                return state
            _count(state, _read(file))
        _write(file, state)
    return state


def hold_restored() -> None:
    """Hold all mail of a database that was just restored."""
    with transaction.atomic():
        state, _now = locked_transport()
        _hold(state, RESTORED)


def note_reconciled() -> None:
    TransportState.objects.filter(name=DEFAULT).update(reconciled_at=Now())


def resume() -> bool:
    """Lift a pause of all mail; a held system has to be reconciled first.

    It becomes an installation of its own, so that a later copy is told apart again.
    """
    with _marked() as file:
        with transaction.atomic():
            state, _now = locked_transport()
            if state.is_held and not _is_reconciled(state):
                raise MailIsHeld
            if state.is_held:
                state.installation = ""
            _count(state, _read(file))
            resumed = resume_transport()
        _write(file, state)
    return resumed


def may_repeat(state: TransportState) -> bool:
    """Say whether the journal may know messages that the database still has to send."""
    return state.restored_at is not None and (timezone.now() - state.restored_at < KEPT)


def _disagreement(state: TransportState, outside: Mark) -> str:
    if not state.installation:
        # Never counted: new here, or from a time before there was a count.
        return BEHIND if outside.epoch and Delivery.objects.exists() else ""
    if outside.installation != state.installation:
        return FOREIGN
    return BEHIND if state.epoch < outside.epoch else ""


def _is_reconciled(state: TransportState) -> bool:
    return bool(
        state.reconciled_at
        and state.restored_at
        and state.reconciled_at >= state.restored_at
    )


def _hold(state: TransportState, why: str) -> None:
    logger.error("Mail is held: %s", why)
    TransportState.objects.filter(pk=state.pk).update(
        paused_at=Now(),
        paused_by=PausedBy.RESTORE,
        reason=why,
        stops_sign_in=True,
        restored_at=Now(),
    )
    state.refresh_from_db()


def _count(state: TransportState, outside: Mark) -> None:
    state.installation = state.installation or secrets.token_hex(16)
    state.epoch = max(state.epoch, outside.epoch) + 1
    state.save(update_fields=["installation", "epoch"])


@contextmanager
def _marked() -> Iterator[int]:
    """Hold the file, so that no other process reads what is only half counted."""
    file = os.open(epoch_path(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _read(file: int) -> Mark:
    words = os.pread(file, _LENGTH, 0).decode("ascii", "replace").split()
    number = int(words[0]) if words and words[0].isdecimal() else 0
    return Mark(words[1] if len(words) > 1 else "", number)


def _write(file: int, state: TransportState) -> None:
    """Last: a file that is behind the database does no harm, one ahead of it holds."""
    line = f"{state.epoch:020} {state.installation}\n"
    os.ftruncate(file, os.pwrite(file, line.encode(), 0))


def epoch_path() -> Path:
    return Path(settings.VAR_DIR, "epoch")
