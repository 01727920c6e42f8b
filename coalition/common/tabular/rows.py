"""Records to values: every cell is judged by its column's rule, every error is kept."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.common.tabular.cells import plain
from coalition.common.tabular.problems import CellError, Problems, printable
from coalition.common.tabular.reader import Record, Sheet


@dataclass(frozen=True, slots=True)
class Column:
    """A column we know: `rule` turns the text of a filled cell into its value.

    `also` are other titles that people give it; they are asked whether it is meant.
    With `may_be_blank` the file needs the column, and who plans judges its blanks.
    An `example` shows how to write what no word tells.
    """

    name: str
    rule: Callable[[str], Any]
    required: bool = False
    multiline: bool = False
    may_be_blank: bool = False
    label: str | Promise = ""
    also: tuple[str, ...] = ()
    example: str = ""


@dataclass(slots=True)
class Row:
    """The filled cells of a record; what is blank or wrong is not among `values`."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    is_clean: bool = True


def read_rows(
    sheet: Sheet,
    columns: Sequence[Column],
    *,
    passed_over: Collection[str] = (),
    errors: Problems,
    warnings: Problems,
) -> list[Row]:
    """Judge every cell; titles `passed_over` are known, and say nothing to us."""
    _name_ignored_columns(sheet, passed_over, warnings)
    by_name = {column.name: column for column in columns}
    places = [(place, by_name[name]) for place, name in enumerate(sheet.header) if name]
    width = len(sheet.header)
    return [
        _read_row(record, places, errors)
        if len(record.cells) == width
        else _misshapen(record, width, errors)
        for record in sheet.records
    ]


def _read_row(
    record: Record, places: Sequence[tuple[int, Column]], errors: Problems
) -> Row:
    row = Row(record.line)
    for place, column in places:
        raw = record.cells[place]
        try:
            value = _read_cell(raw, column)
        except CellError as error:
            errors.add(record.line, column.name, raw, error.message)
            row.is_clean = False
            row.wrong.add(column.name)
        else:
            if value is not None:
                row.values[column.name] = value
    return row


def _read_cell(raw: str, column: Column) -> object:
    text = plain(raw, multiline=column.multiline)
    if text.strip("\u200c\u200d"):  # nothing but joiners is nothing to see
        return column.rule(text)
    if column.required and not column.may_be_blank:
        raise CellError(left_blank())
    return None


def left_blank() -> str:
    return _("This cannot be left blank.")


def _misshapen(record: Record, width: int, errors: Problems) -> Row:
    count = len(record.cells)
    found = ngettext(
        "This row has %(count)s cell", "This row has %(count)s cells", count
    )
    message = _("%(found)s, the header has %(width)s.") % {
        "found": found % {"count": count},
        "width": width,
    }
    if count > width:
        message += " " + _("A cell that holds a comma needs quotation marks around it.")
    errors.add(record.line, None, ",".join(record.cells), message)
    return Row(record.line, is_clean=False)


def _name_ignored_columns(
    sheet: Sheet, passed_over: Collection[str], warnings: Problems
) -> None:
    titles = zip(sheet.titles.cells, sheet.header, strict=True)
    for place, (title, name) in enumerate(titles):
        known = name or title.strip() in passed_over
        if known or (not title.strip() and not _is_used(sheet, place)):
            continue
        shown = printable(title.strip()) or _("(no name)")
        warnings.add(
            sheet.titles.line,
            shown,
            title,
            _("The column “%(title)s” is not known here and is ignored.")
            % {"title": shown},
        )


def _is_used(sheet: Sheet, place: int) -> bool:
    return any(
        record.cells[place].strip()
        for record in sheet.records
        if len(record.cells) > place
    )
