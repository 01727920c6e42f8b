"""What a page shows of an import: its rows by what they do, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    text: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: ImportRow
    fields: list[Field]
    cells: list[Cell]


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


def twin_rows(imported: Import, *, number: str | None) -> Page[ImportRow]:
    rows = ImportRow.objects.filter(_SHOWS["twins"], source=imported)
    return Paginator(rows.order_by("line"), PAGE).get_page(number)


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
    layout = imported.layout or {}
    header = layout.get("columns") or [
        column_of(title, spec.names) for title in imported.titles
    ]
    for row in page:
        wrong = {error["column"] for error in row.errors}
        cells = [
            Cell(text, place < len(header) and header[place] in wrong)
            for place, text in enumerate(row.cells)
        ]
        names = [name for name in labels if name in row.after]
        fields = [_field(row, name, labels[name]) for name in names]
        yield ShownRow(row, fields, cells)


def _field(row: ImportRow, name: str, label: str | Promise) -> Field:
    return Field(label, _text(row.before.get(name)), _text(row.after[name]))


def _text(value: Any) -> str:
    return "" if value is None else as_text(value)
