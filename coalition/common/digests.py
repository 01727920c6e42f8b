"""A short value made of a whole column: it tells whether anything in it has changed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Aggregate, CharField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce


class _Digest(Aggregate):
    """Made in the database: ten thousand names need not travel to be compared."""

    output_field = CharField()
    arg_joiner = ", CHR(31) ORDER BY "

    def __init__(self, column: str) -> None:
        super().__init__(Coalesce(Cast(column, TextField()), Value("")), "pk")

    def as_sqlite(self, *args: Any, **kwargs: Any) -> Any:
        # It orders within an aggregate only since 3.44; a row that is written stays in its place.
        unordered = self.copy()
        value, _key, filtered = self.get_source_expressions()
        unordered.set_source_expressions([value, filtered])
        template = "MD5(GROUP_CONCAT(%(expressions)s, CHAR(31)))"
        return unordered.as_sql(*args, **kwargs, template=template)

    def as_postgresql(self, *args: Any, **kwargs: Any) -> Any:
        return self.as_sql(*args, **kwargs, template="MD5(STRING_AGG(%(expressions)s))")


def digest(rows: QuerySet[Any], columns: Iterable[str]) -> str:
    """Return another value when a row comes, goes or changes in one of the columns.

    Name the primary key among them, to tell rows with the same values apart.
    """
    found = rows.order_by().aggregate(**{f"of_{c}": _Digest(c) for c in columns})
    return "-".join(value or "" for value in found.values())
