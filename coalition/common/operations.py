"""Migration operations for what only one database has, or each spells its own way."""

from typing import Any

from django.db.migrations.operations.base import Operation


class _VendorSQL(Operation):
    """Run one SQL text a vendor; nothing where the vendor has none."""

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        forwards: dict[str, tuple[str, ...]],
        backwards: dict[str, tuple[str, ...]],
    ) -> None:
        self.forwards, self.backwards = forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._run(schema_editor, self.forwards)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._run(schema_editor, self.backwards)

    @staticmethod
    def _run(
        schema_editor: Any,
        statements: dict[str, tuple[str, ...]],
    ) -> None:
        for sql in statements.get(schema_editor.connection.vendor, ()):
            schema_editor.execute(sql, params=None)


def composite_foreign_key(
    *, table: str, column: str, target: str, tenant: str = "coalition_id"
) -> Operation:
    """Forbid (PostgreSQL) a link from `table.column` into another coalition.

    SQLite cannot add a foreign key to a table that exists; there the services' check
    stands alone. The target needs a unique constraint over (coalition, id).
    """
    name = f"{table}_{column}_same_coalition"
    return _VendorSQL(
        {
            "postgresql": (
                f"""ALTER TABLE {table} ADD CONSTRAINT {name}
                FOREIGN KEY ({tenant}, {column}) REFERENCES {target} ({tenant}, id)
                DEFERRABLE INITIALLY DEFERRED""",
            )
        },
        {"postgresql": (f"ALTER TABLE {table} DROP CONSTRAINT {name}",)},
    )


def postgresql_only(forwards: str, backwards: str) -> Operation:
    """Run SQL on PostgreSQL alone."""
    return _VendorSQL({"postgresql": (forwards,)}, {"postgresql": (backwards,)})


def append_only(table: str) -> Operation:
    """Refuse UPDATE always, and DELETE unless the connection is purging.

    See `coalition.common.purging`; TRUNCATE is the owner's to grant.
    """
    return _VendorSQL(
        {
            "postgresql": (_pg_function(table), _pg_trigger(table)),
            "sqlite": (_sqlite_trigger(table, "UPDATE"), _sqlite_delete(table)),
        },
        {
            "postgresql": (
                f"DROP TRIGGER {table}_append_only ON {table}",
                f"DROP FUNCTION {table}_append_only()",
            ),
            "sqlite": (
                f"DROP TRIGGER {table}_no_update",
                f"DROP TRIGGER {table}_no_delete",
            ),
        },
    )


def append_only_but_for_merges(table: str, *, fixed: tuple[str, ...]) -> Operation:
    """Let a merge, and nobody else, re-point the columns that are not `fixed`.

    Follows `append_only`; see `coalition.common.purging.merging`.
    """
    old, new = (", ".join(f"{row}.{name}" for name in fixed) for row in ("OLD", "NEW"))
    unless = f"WHEN NOT (coalition_merging() AND ({old}) IS ({new}))"
    return _VendorSQL(
        {
            "postgresql": (
                _pg_function(table, f"({old}) IS NOT DISTINCT FROM ({new})"),
            ),
            "sqlite": (
                f"DROP TRIGGER {table}_no_update",
                _sqlite_trigger(table, "UPDATE", unless),
            ),
        },
        {
            "postgresql": (_pg_function(table),),
            "sqlite": (
                f"DROP TRIGGER {table}_no_update",
                _sqlite_trigger(table, "UPDATE"),
            ),
        },
    )


def _pg_function(table: str, same: str = "") -> str:
    merge = f"""
            IF TG_OP = 'UPDATE' THEN
                IF current_setting('coalition.merging', true) = 'on' AND {same} THEN
                    RETURN NEW;
                END IF;
            END IF;"""
    return f"""
        CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger AS $$
        BEGIN
            IF TG_OP = 'DELETE'
               AND current_setting('coalition.purging', true) = 'on' THEN
                RETURN OLD;
            END IF;{merge if same else ""}
            RAISE EXCEPTION '{table} is append-only';
        END $$ LANGUAGE plpgsql"""


def _pg_trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )


def _sqlite_trigger(table: str, verb: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _sqlite_delete(table: str) -> str:
    return _sqlite_trigger(table, "DELETE", "WHEN NOT coalition_purging()")
