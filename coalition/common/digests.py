"""A short value made of a whole column: it tells whether anything in it has changed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Aggregate, CharField, QuerySet


class _Digest(Aggregate):
    """Made in the database: ten thousand names need not travel to be compared."""

    output_field = CharField()

    def as_sqlite(self, *args: Any, **kwargs: Any) -> Any:
        template = "MD5(GROUP_CONCAT(COALESCE(%(expressions)s, ''), CHAR(31)))"
        return self.as_sql(*args, **kwargs, template=template)

    def as_postgresql(self, *args: Any, **kwargs: Any) -> Any:
        template = "MD5(STRING_AGG(COALESCE(%(expressions)s::text, ''), CHR(31)))"
        return self.as_sql(*args, **kwargs, template=template)


def digest(rows: QuerySet[Any], columns: Iterable[str]) -> str:
    """Return another value when a row comes, goes or changes in one of the columns.

    Name the primary key among them: the rows come in any order.
    """
    found = rows.order_by().aggregate(**{f"of_{c}": _Digest(c) for c in columns})
    return "-".join(value or "" for value in found.values())
