"""What a page shows of an import: its rows by what they do, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from coalition.common.tabular import column_of, decode, first_records, printable
from members.models import Import, ImportRow
from members.models.imports import RowOutcome
from members.services.imports.run import as_text
from members.services.imports.steps import SPECS

PAGE = 50
SAMPLES = 3

_SHOWS: Mapping[str, Q] = {
    "errors": Q(outcome=RowOutcome.ERROR),
    "twins": Q(twin__isnull=False),
    "kept": ~Q(kept=""),
    "warnings": Q(has_warnings=True),
    "new": Q(outcome=RowOutcome.NEW),
    "changed": Q(outcome=RowOutcome.CHANGED),
    "unchanged": Q(outcome=RowOutcome.UNCHANGED),
}


@dataclass(frozen=True, slots=True)
class Tab:
    show: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Field:
    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cell:
    title: str
    text: str
    errors: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Twin:
    """Whom a row may be; `differs` has what stands here as before, the row's after."""

    same_as: str
    name: str
    differs: list[Field]


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: ImportRow
    fields: list[Field]
    cells: list[Cell]
    loose: list[dict[str, str]]
    twins: list[Twin]


@dataclass(frozen=True, slots=True)
class ImportPage:
    imported: Import
    tabs: list[Tab]
    show: str
    page: Page[ImportRow]
    rows: list[ShownRow]


def import_page(imported: Import, *, show: str, number: str | None) -> ImportPage:
    """Build the page: a statement for the counts, one for the rows."""
    rows = ImportRow.objects.filter(source=imported)
    counts = rows.aggregate(
        **{name: Count("pk", filter=which) for name, which in _SHOWS.items()}
    )
    titles = _titles()
    tabs = [Tab(name, titles[name], counts[name]) for name in _SHOWS if counts[name]]
    if show not in {tab.show for tab in tabs}:
        show = tabs[0].show if tabs else "new"
    paginator = Paginator(rows.filter(_SHOWS[show]).order_by("line"), PAGE)
    paginator.count = counts[show]
    page = paginator.get_page(number)
    shown = list(_shown(imported, page))
    return ImportPage(imported, tabs, show, page, shown)


def twin_rows(imported: Import, *, number: str | None) -> list[ShownRow]:
    rows = ImportRow.objects.filter(_SHOWS["twins"], source=imported)
    page = Paginator(rows.order_by("line"), PAGE).get_page(number)
    return list(_shown(imported, page))


def samples_of(imported: Import) -> list[list[str]]:
    """Return some of what stands below each title of a list."""
    if not imported.data:
        return []
    records = first_records(decode(bytes(imported.data)), SAMPLES + 1)
    below = records[1:] or records
    return [
        [
            printable(record.cells[place])
            for record in below
            if len(record.cells) > place and record.cells[place].strip()
        ]
        for place in range(len(imported.titles))
    ]


def _titles() -> dict[str, str]:
    return {
        "errors": _("To correct"),
        "twins": _("The same or new?"),
        "kept": _("Left as they are"),
        "warnings": _("Worth a look"),
        "new": _("New"),
        "changed": _("Changed"),
        "unchanged": _("As they were"),
    }


def _shown(imported: Import, page: Page[ImportRow]) -> Iterator[ShownRow]:
    spec = SPECS[imported.kind]
    labels = {column.name: column.label for column in spec.columns}
    labels["alias"] = _("Also known as")
    header = _header(imported)
    for row in page:
        names = [name for name in labels if name in row.after]
        fields = [_field(row, name, labels[name]) for name in names]
        cells = list(_cells(imported, row, header))
        shown = [error for cell in cells for error in cell.errors]
        loose = [error for error in row.errors if error not in shown]
        yield ShownRow(row, fields, cells, loose, list(_twins(row, labels)))


def _twins(row: ImportRow, labels: Mapping[str, str | Promise]) -> Iterator[Twin]:
    """Yield whom a row resembles, the likeliest first."""
    for twin in (row.twin, *(row.twin or {}).get("also", ())):
        if twin:
            told = twin.get("differs", ())
            fields = [Field(labels[name], here, new) for name, here, new in told]
            yield Twin(twin["same_as"], twin["name"], fields)


def _header(imported: Import) -> list[str | None]:
    if imported.layout:
        return list(imported.layout["columns"])
    names = SPECS[imported.kind].names
    return [column_of(title, names) for title in imported.titles]


def _cells(
    imported: Import, row: ImportRow, header: list[str | None]
) -> Iterator[Cell]:
    """Yield what stands in a row that is wrong, and what is wrong with each cell."""
    for title, name, text in zip_longest(imported.titles, header, row.cells):
        errors = [error for error in row.errors if name and error["column"] == name]
        if row.cells and (text or errors):
            yield Cell(title or "", text or "", errors)


def _field(row: ImportRow, name: str, label: str | Promise) -> Field:
    return Field(label, _text(row.before.get(name)), _text(row.after[name]))


def _text(value: Any) -> str:
    return "" if value is None else as_text(value)
