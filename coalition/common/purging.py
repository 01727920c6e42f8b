"""The one way past the append-only triggers, for the purge and erasure services."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

_purging: ContextVar[bool] = ContextVar("purging", default=False)


@receiver(connection_created)
def _teach_sqlite(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give the SQLite triggers their answer; a foreign tool has no such function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("coalition_purging", 0, _purging.get)


@contextmanager
def purging() -> Iterator[None]:
    """Allow DELETE on append-only tables inside this (atomic) block."""
    token = _purging.set(True)
    try:
        _tell_postgresql("on")
        yield
        _tell_postgresql("off")
    finally:
        _purging.reset(token)


def _tell_postgresql(value: str) -> None:
    """Set for this transaction only: an error or a commit takes it back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('coalition.purging', %s, true)", [value])
