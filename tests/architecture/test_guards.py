"""What the database itself refuses: a link from one coalition's row to another's."""

import pytest
from django.db import connection

from members.models import Coalition
from tests.architecture.world import tenant_models

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no composite keys to add"
)
GUARDS = """
    SELECT child.relname, attribute.attname
    FROM pg_constraint link
    JOIN pg_class child ON child.oid = link.conrelid
    JOIN pg_attribute attribute ON attribute.attrelid = link.conrelid
        AND attribute.attnum = link.conkey[2]
    WHERE link.contype = 'f' AND array_length(link.conkey, 1) = 2
"""


def links() -> set[tuple[str, str]]:
    """Return the columns that link one row with a coalition to another such."""
    owned = {m for m in tenant_models() if hasattr(m, "coalition_id")} - {Coalition}
    return {
        (model._meta.db_table, str(field.column))
        for model in owned
        for field in model._meta.concrete_fields
        if field.related_model in owned
    }


def test_no_link_leaves_the_coalition(db):
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)
        guarded = set(cursor.fetchall())
    assert links() - guarded == set()
