"""Lists as browsers bring them: pasted from a spreadsheet, or with other delimiters."""

import csv
import io
from collections.abc import Iterable, Sequence

from coalition.common.tabular.reader import delimiter_of, first_line
from coalition.common.tabular.sniff import decode

_OTHERS = "\t;|"


def with_commas(data: bytes, known: Sequence[str]) -> bytes:
    """Put commas where a file has tabs, semicolons or bars; lines keep their numbers."""
    text = decode(data)
    delimiter = delimiter_of(text, known)
    first = first_line(text)
    if delimiter == "," and "," not in first:
        delimiter = max(_OTHERS, key=first.count)
    if delimiter == "," or delimiter not in first:
        return data
    try:
        return _written(_rows(text, delimiter))
    except csv.Error:
        return data  # the reader says what is wrong with it


def from_clipboard(text: str, known: Sequence[str]) -> bytes:
    """Read what was copied out of a spreadsheet, a CSV file, or a list of lines."""
    data = text.encode()
    if "\t" in text:
        return _from_spreadsheet(decode(data))
    plain = with_commas(data, known)
    if plain is not data or _has_known_title(text, known):
        return plain
    return data if _is_even(text) else _one_cell_a_line(text)


def _from_spreadsheet(text: str) -> bytes:
    try:
        return _written(_rows(text, "\t"))
    except csv.Error:  # a quotation mark that only belongs to the text
        lines = io.StringIO(text, newline="")
        return _written(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _rows(text: str, delimiter: str) -> list[list[str]]:
    lines = io.StringIO(text, newline="")
    return list(csv.reader(lines, delimiter=delimiter, strict=True))


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _has_known_title(text: str, known: Sequence[str]) -> bool:
    titles = {title.strip(' "').casefold() for title in first_line(text).split(",")}
    return not titles.isdisjoint(known)


def _is_even(text: str) -> bool:
    """Tell whether every line has as many cells; names with commas in them have not."""
    try:
        return len({len(row) for row in _rows(text, ",") if row}) == 1
    except csv.Error:
        return False


def _one_cell_a_line(text: str) -> bytes:
    return _written([line] if line.strip() else [] for line in text.splitlines())
