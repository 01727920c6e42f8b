"""The two ways past the append-only triggers, each for its own services alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

_purging: ContextVar[bool] = ContextVar("purging", default=False)
_merging: ContextVar[bool] = ContextVar("merging", default=False)


@receiver(connection_created)
def _teach_sqlite(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give the SQLite triggers their answer; a foreign tool has no such function."""
    if connection.vendor == "sqlite":
        for allowed in (_purging, _merging):
            name = f"coalition_{allowed.name}"
            connection.connection.create_function(name, 0, allowed.get)


@contextmanager
def purging() -> Iterator[None]:
    """Allow DELETE on append-only tables inside this (atomic) block."""
    with _allowed(_purging):
        yield


@contextmanager
def merging() -> Iterator[None]:
    """Let entries name the one of two rows that stays, inside this (atomic) block.

    Nothing else of them can change: see `append_only_but_for`.
    """
    with _allowed(_merging):
        yield


@contextmanager
def _allowed(what: ContextVar[bool]) -> Iterator[None]:
    token = what.set(True)
    try:
        _tell_postgresql(what.name, "on")
        yield
        _tell_postgresql(what.name, "off")
    finally:
        what.reset(token)


def _tell_postgresql(name: str, value: str) -> None:
    """Set for this transaction only: an error or a commit takes it back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config(%s, %s, true)", [f"coalition.{name}", value]
            )
