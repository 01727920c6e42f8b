"""The few words in which the two databases differ."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import psycopg
from django.db import connection
from django.utils import timezone

_NOW: Final = {
    "postgresql": "statement_timestamp()",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')",
}
_LEASE_END: Final = {
    "postgresql": "statement_timestamp() + make_interval(secs => %(lease)s)",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %(lease)s || ' seconds')",
}
# True, and PostgreSQL does not wait for the disk at the end of this transaction.
_UNFLUSHED: Final = {
    "postgresql": "set_config('synchronous_commit', 'off', true) = 'off'",
    "sqlite": "TRUE",
}


def spelled(statement: str) -> str:
    """Put the database's own words into a statement."""
    vendor = connection.vendor
    return (
        statement.replace("{now}", _NOW[vendor])
        .replace("{lease_end}", _LEASE_END[vendor])
        .replace("{unflushed}", _UNFLUSHED[vendor])
    )


def execute_prepared(statement: str, values: Mapping[str, Any]) -> int:
    """Run what every message needs, planned once a connection; return its row count.

    PostgreSQL plans the fence for longer than it runs it. Django's own cursor puts the
    values into the text, so that each would be a new statement.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(spelled(statement), values)
            changed: int = cursor.rowcount
            return changed
    connection.ensure_connection()
    server: psycopg.Connection[Any] = connection.connection
    server.prepare_threshold = 0
    with connection.wrap_database_errors, psycopg.Cursor(server) as cursor:
        cursor.execute(spelled(statement).encode(), values)
        return cursor.rowcount


def database_time() -> datetime:
    """Return the time by the clock that leases are measured with."""
    if connection.vendor == "sqlite":  # it runs in this process
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
