"""Strict CSV: bytes to records with the line an editor shows, or one clear refusal."""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from coalition.common.tabular.problems import FileRejectedError, printable
from coalition.common.tabular.sniff import decode

MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_CELL_BYTES = 100_000

_CELL = r'(?:"(?:[^"]++|"")*+"|[^",\r\n]*+)'
_RECORD = re.compile(rf"{_CELL}(?:,{_CELL})*+(?:\r\n|\r|\n)?")
_DELIMITERS = {
    ";": lambda: _("semicolons"),
    "\t": lambda: _("tabs"),
    "|": lambda: _("vertical bars"),
}


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file; `line` is the physical line on which it starts."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`header` holds the known column of each title, None where it is ignored."""

    titles: Record
    header: list[str | None]
    records: list[Record]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a person said of the columns: the known one of each, None to ignore it.

    Without titles the first line is a row like the others.
    """

    columns: list[str | None]
    titled: bool = True


def read_sheet(
    data: bytes,
    *,
    known: Sequence[str],
    required: Sequence[str],
    layout: Layout | None = None,
) -> Sheet:
    """Read the whole file or raise FileRejectedError; no cell is judged here."""
    text = decode(data)
    if layout is None:
        check_delimiter(text, known)
    records = read_records(text)
    titles = records[0]
    if layout is None:
        header = _header(titles, known, required)
    else:
        header = _laid_out(titles, layout, required)
    if layout and not layout.titled:
        return Sheet(Record(0, [""] * len(header)), header, records)
    if len(records) == 1:
        raise FileRejectedError(_("The file has a header but no rows below it."))
    return Sheet(titles, header, records[1:])


def read_records(text: str) -> list[Record]:
    """Read the lines without asking what the first one says."""
    records = list(_records(text))
    if not records:
        raise FileRejectedError(_("The file is empty."))
    return records


def first_records(text: str, count: int) -> list[Record]:
    return list(islice(_records(text), count))


class _Lines:
    """Physical lines, counted as editors count them; remembers the open record."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.count = 0
        self.open: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.count += 1
            self.open.append(line)
            yield line


def _records(text: str) -> Iterator[Record]:
    """Yield the header and the rows; records without any text are passed over."""
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    found = 0
    while True:
        start = lines.count + 1
        lines.open.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _malformed(error, start) from None
        _check_record(cells, lines.open, start)
        if any(cell and not cell.isspace() for cell in cells):
            found += 1
            if found > MAX_ROWS + 1:
                raise FileRejectedError(
                    _(
                        "The file has more than 10,000 rows. Split it into smaller files."
                    )
                )
            yield Record(start, cells)


def _check_record(cells: list[str], raw: list[str], line: int) -> None:
    if len(cells) > MAX_COLUMNS:
        raise FileRejectedError(
            _("Line %(line)s has %(count)s columns; at most 60 can be read.")
            % {"line": line, "count": len(cells)},
            line=line,
        )
    if any(_is_too_long(cell) for cell in cells):
        raise _cell_too_long(line)
    # The csv module reads a stray quotation mark as text, and what follows it wrongly.
    text = "".join(raw)
    if '"' in text and not _RECORD.fullmatch(text):
        raise FileRejectedError(
            _(
                "In the record that starts on line %(line)s a quotation mark stands"
                " inside a cell that is not quoted. Put the whole cell in quotation"
                ' marks and double those within: "The ""Blue"" House".'
            )
            % {"line": line},
            line=line,
        )


def _is_too_long(cell: str) -> bool:
    # No character takes more than four bytes: most cells need not be encoded.
    return len(cell) * 4 > MAX_CELL_BYTES and len(cell.encode()) > MAX_CELL_BYTES


def _cell_too_long(line: int) -> FileRejectedError:
    return FileRejectedError(
        _(
            "A cell in the record that starts on line %(line)s is longer than 100 kB."
            " Is a quotation mark left open there?"
        )
        % {"line": line},
        line=line,
    )


def _malformed(error: csv.Error, line: int) -> FileRejectedError:
    if "field limit" in str(error):
        return _cell_too_long(line)
    if "end of data" in str(error):
        message = _(
            "A quotation mark opened in the record that starts on line %(line)s is"
            " never closed."
        )
    else:
        message = _(
            "In the record that starts on line %(line)s text follows a closing"
            " quotation mark. Double the quotation marks that belong to the text:"
            ' "The ""Blue"" House".'
        )
    return FileRejectedError(message % {"line": line}, line=line)


def title_key(title: str) -> str:
    plain = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\s_-]+", "", plain)


def column_of(title: str, known: Sequence[str]) -> str | None:
    """Return the known column that a title names by itself."""
    return next((n for n in known if title_key(n) == title_key(title)), None)


def first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0].partition("\r")[0]


def delimiter_of(text: str, known: Sequence[str]) -> str:
    """Return what stands between the titles that are known; a comma if none is."""
    first = first_line(text)
    keys = {title_key(name) for name in known}

    def hits(delimiter: str) -> int:
        titles = (title.strip(' \t"') for title in first.split(delimiter))
        return sum(title_key(title) in keys for title in titles)

    return max((",", *_DELIMITERS), key=hits)


def check_delimiter(text: str, known: Sequence[str]) -> None:
    """Judge the first line by itself: read with commas it may not even be strict CSV."""
    best = delimiter_of(text, known)
    if best != ",":
        raise FileRejectedError(
            _(
                "The columns are separated by %(delimiter)s. Save the file again with"
                " commas: “CSV UTF-8 (comma delimited)”."
            )
            % {"delimiter": _DELIMITERS[best]()},
            line=1,
        )


def _header(
    titles: Record, known: Sequence[str], required: Sequence[str]
) -> list[str | None]:
    names = {title_key(name): name for name in known}
    header = [names.get(title_key(title)) for title in titles.cells]
    for name in header:
        if name and header.count(name) > 1:
            raise FileRejectedError(
                _("The column “%(name)s” stands there twice.") % {"name": name},
                line=titles.line,
            )
    missing = [name for name in required if name not in header]
    if missing:
        raise FileRejectedError(
            _missing(missing, titles.cells, header, known), line=titles.line
        )
    return header


def _laid_out(
    titles: Record, layout: Layout, required: Sequence[str]
) -> list[str | None]:
    used = [name for name in layout.columns if name]
    fits = len(layout.columns) == len(titles.cells) and len(used) == len(set(used))
    if not fits or not set(required).issubset(used):
        raise FileRejectedError(
            _("The columns are not those that were named. Name them again.")
        )
    return list(layout.columns)


def _missing(
    missing: list[str],
    titles: list[str],
    header: list[str | None],
    known: Sequence[str],
) -> str:
    if not any(header):
        return _(
            "The first line must name the columns (%(known)s). It reads: %(first)s"
        ) % {"known": ", ".join(known), "first": printable(", ".join(titles))}
    names = ", ".join(f"“{name}”" for name in missing)
    strangers = [title for title, name in zip(titles, header, strict=True) if not name]
    close = difflib.get_close_matches(missing[0], strangers, n=1)
    if close:
        return _("Required column missing: %(names)s. Is “%(title)s” meant?") % {
            "names": names,
            "title": printable(close[0]),
        }
    return _("Required column missing: %(names)s.") % {"names": names}
