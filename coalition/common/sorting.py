"""Tables whose headings sort them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class SortColumn:
    """A column by name; `fields` are compared in turn, the empty last if `nullable`.

    Where nothing is empty, saying so would keep the database from using an index.
    """

    key: str
    label: str | Promise
    fields: tuple[str, ...]
    wide: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    label: str | Promise
    wide: bool
    aria: str
    link: str


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order asked for, `-key` for the other way round; the first column if none."""

    columns: Sequence[SortColumn]
    wanted: str = ""

    @property
    def column(self) -> SortColumn:
        key = self.wanted.removeprefix("-")
        return next((c for c in self.columns if c.key == key), self.columns[0])

    @property
    def reversed(self) -> bool:
        return self.wanted.startswith("-")

    def order(self) -> list[OrderBy]:
        first, *rest = self.column.fields
        last = self.column.nullable or None
        head = OrderBy(F(first), descending=self.reversed, nulls_last=last)
        return [head, *(F(name).asc() for name in rest)]

    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: SortColumn) -> Heading:
        current = column == self.column
        aria = "descending" if self.reversed else "ascending"
        link = f"-{column.key}" if current and not self.reversed else column.key
        return Heading(column.label, column.wide, aria if current else "", link)
