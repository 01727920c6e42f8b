"""The few words in which the two databases differ."""

from datetime import datetime
from typing import Final

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


def database_time() -> datetime:
    """Return the time by the clock that leases are measured with."""
    if connection.vendor == "sqlite":  # it runs in this process
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
