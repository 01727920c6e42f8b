"""Who is at work: alive as long as the database, or the kernel, holds their lock.

No clock is asked, so a jump of it cannot make a living worker look dead.
"""

import fcntl
import hashlib
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from comms.models import Lane, PumpOwner

_MARK: Final = "~"


@contextmanager
def working(lane: Lane) -> Iterator[str]:
    """Be an owner of claims for as long as the block lasts."""
    host, pid = socket.gethostname(), os.getpid()
    owner = f"{host[:30]}-{pid}-{secrets.token_hex(4)}{_MARK}{_life_of_database()}"
    locked = _database_lock if connection.vendor == "postgresql" else _file_lock
    with locked(owner):
        PumpOwner.objects.create(owner=owner, host=host, pid=pid, lane=lane)
        yield owner
        PumpOwner.objects.filter(owner=owner).delete()


def is_dead(owner: str) -> bool:
    """Say whether nobody holds this owner's lock any more."""
    if connection.vendor == "postgresql":
        return _is_free_in_database(owner)
    return _is_free_on_disk(owner)


def is_forgotten(owner: str) -> bool:
    """Say whether the database may have lost the last that this owner wrote.

    It was started again, or another took over, since the owner began.
    """
    _name, mark, life = owner.partition(_MARK)
    return bool(mark) and life != _life_of_database()


def _life_of_database() -> str:
    """Name what ends with a crash of the server or a take-over by its stand-by.

    When only one of its processes is killed, the server recovers without a new start:
    then its statistics begin anew.
    """
    if connection.vendor != "postgresql":  # SQLite forgets nothing it has committed
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT concat_ws(' ',"
            " extract(epoch FROM pg_postmaster_start_time()),"
            " extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()),"
            " left(pg_walfile_name(pg_current_wal_lsn()), 8))"
        )
        (life,) = cursor.fetchone()
    return hashlib.sha256(life.encode()).hexdigest()[:8]


def _key(owner: str) -> int:
    digest = hashlib.sha256(owner.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def _database_lock(owner: str) -> Iterator[None]:
    # A connection of its own: Django may close and reopen the other one at any time.
    direct = connection.copy()
    try:
        with direct.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_key(owner)])
        yield
    finally:
        direct.close()


def _is_free_in_database(owner: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_locks"
            " WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND database = (SELECT oid FROM pg_database"
            "                 WHERE datname = current_database())"
            " AND ((classid::bigint << 32) | objid::bigint) = %s)",
            [_key(owner)],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def _file_lock(owner: str) -> Iterator[None]:
    path = _file_of(owner)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _is_free_on_disk(owner: str) -> bool:
    path = _file_of(owner)
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def _file_of(owner: str) -> Path:
    return settings.VAR_DIR / "owners" / owner
