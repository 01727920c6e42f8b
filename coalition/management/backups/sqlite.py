"""SQLite: copied by its own backup API, which needs nobody to stop writing."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from coalition.management.backups import LEFT_OUT, BackupError, Digest


class SQLiteStore:
    member = "database.sqlite3"

    def version(self) -> str:
        return sqlite3.sqlite_version

    def dump(self, path: Path) -> dict[str, Digest]:
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            for table in LEFT_OUT & _tables(copy):
                copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
            copy.commit()
            copy.execute("VACUUM")
            return _digests(copy)

    def load(self, path: Path) -> None:
        connection.close()
        with (
            closing(sqlite3.connect(path)) as copy,
            closing(sqlite3.connect(_path())) as target,
        ):
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupError("The copy of the database in it is damaged.")
            _refuse_company(target)
            copy.backup(target)

    def digests(self) -> dict[str, Digest]:
        # A connection of its own: Django's would turn texts into dates on the way.
        with closing(sqlite3.connect(_path())) as database:
            return _digests(database)


def _path() -> str:
    return str(connection.settings_dict["NAME"])


def _refuse_company(target: sqlite3.Connection) -> None:
    """Leave WAL, which only the last connection may; the next one enters it again."""
    target.execute("PRAGMA busy_timeout = 1000")
    try:
        (mode,) = target.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError:
        mode = "locked"
    if mode != "delete":
        raise BackupError("The database is in use. Stop the pages and the workers.")


def _tables(database: sqlite3.Connection) -> frozenset[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
    )
    return frozenset(name for (name,) in rows)


def _digests(database: sqlite3.Connection) -> dict[str, Digest]:
    tables = sorted(_tables(database) - LEFT_OUT)
    with closing(database.cursor()) as cursor:
        return {table: _digest(cursor, table) for table in tables}


def _digest(cursor: sqlite3.Cursor, table: str) -> Digest:
    rows, digest = 0, hashlib.sha256()
    for row in cursor.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):  # noqa: S608
        rows += 1
        digest.update(repr(tuple(row)).encode())
    return Digest(rows, digest.hexdigest())
