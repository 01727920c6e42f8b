"""Rows of another table as one JSON column, so that they come in the same statement."""

from typing import Any

from django.db.models import Aggregate, JSONField


class JSONRows(Aggregate):
    """Gather one JSON value a row into a list."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)
