"""PostgreSQL: pg_dump and pg_restore, of the server's own major version."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from coalition.management.backups import LEFT_OUT, BackupError, Digest

# Where Debian and Red Hat put the tools of each version.
FOLDERS: Final = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin")
# The text of a row must not depend on who asks.
PLAIN: Final = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
LEFTOVERS: Final = """
    SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', schemaname, tablename)
    FROM pg_tables WHERE schemaname = current_schema()
    UNION ALL
    SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure)
    FROM pg_proc f WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e'
    )"""
OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


class PostgreSQLStore:
    member = "database.pgdump"

    def version(self) -> str:
        return f"{_major()}.{_number() % 10_000}"

    def dump(self, path: Path) -> dict[str, Digest]:
        command = _tool("pg_dump")
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            options = ["--format=custom", f"--snapshot={snapshot}", f"--file={path}"]
            options += [f"--exclude-table-data={table}" for table in LEFT_OUT]
            _run(command, *options)
            return _digests(cursor)

    def load(self, path: Path) -> None:
        command = _tool("pg_restore")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(OTHERS)
            if cursor.fetchone()[0]:
                raise BackupError("The database is in use. Stop the pages and workers.")
            cursor.execute(LEFTOVERS)
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)
        connection.close()
        options = ["--single-transaction", "--exit-on-error"]
        _run(command, *options, "--no-owner", "--no-privileges", str(path))

    def digests(self) -> dict[str, Digest]:
        with transaction.atomic(), connection.cursor() as cursor:
            return _digests(cursor)


def _digests(cursor: Any) -> dict[str, Digest]:
    for setting in PLAIN:
        cursor.execute(setting)
    cursor.execute(TABLES)
    tables = sorted({name for (name,) in cursor.fetchall()} - LEFT_OUT)
    return {table: _digest(cursor, table) for table in tables}


def _digest(cursor: Any, table: str) -> Digest:
    name = connection.ops.quote_name(table)
    rows = f'SELECT t::text FROM {name} t ORDER BY t::text COLLATE "C"'  # noqa: S608
    lines, digest = 0, hashlib.sha256()
    with cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
        for block in copy:
            data = bytes(block)
            lines += data.count(b"\n")
            digest.update(data)
    return Digest(lines, digest.hexdigest())


def _tool(name: str) -> str:
    """Return the tool that fits the server, or say what to install."""
    major = _major()
    places = [shutil.which(name), *(f"{f.format(major)}/{name}" for f in FOLDERS)]
    found = {path: _version_of(path) for path in places if path and Path(path).exists()}
    for path, version in found.items():
        if version == major:
            return path
    others = ", ".join(str(version) for version in found.values())
    here = f"here is that of version {others}" if others else "there is none here"
    raise BackupError(
        f"This needs {name} of PostgreSQL {major}, as the server is; {here}. "
        f"Install the package postgresql-client-{major} (or your system's name for it)."
    )


def _version_of(path: str) -> int:
    said = subprocess.run(  # noqa: S603
        [path, "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else 0


def _number() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.server_version)


def _major() -> int:
    return _number() // 10_000


def _run(command: str, *options: str) -> None:
    """Tell a tool which database; the password goes by the environment."""
    words, environment = DatabaseClient.settings_to_cmd_args_env(
        connection.settings_dict, []
    )
    *where, name = words[1:]
    done = subprocess.run(  # noqa: S603
        [command, "--no-password", *where, f"--dbname={name}", *options],
        env=os.environ | (environment or {}),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{Path(command).name} failed: {done.stderr.strip()}")
