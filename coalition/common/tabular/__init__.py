"""Tables from outside: read strictly, refused in words, written without formulas."""

from coalition.common.tabular.delimited import from_clipboard, with_commas
from coalition.common.tabular.guessing import guess_layout, is_clear
from coalition.common.tabular.problems import (
    CellError,
    FileRejectedError,
    Message,
    Problem,
    Problems,
    printable,
)
from coalition.common.tabular.reader import (
    Layout,
    Record,
    Sheet,
    column_of,
    first_records,
    read_records,
    read_sheet,
)
from coalition.common.tabular.rows import Column, Row, left_blank, read_rows
from coalition.common.tabular.sniff import MAX_BYTES, decode
from coalition.common.tabular.writer import write_table

__all__ = (
    "MAX_BYTES",
    "CellError",
    "Column",
    "FileRejectedError",
    "Layout",
    "Message",
    "Problem",
    "Problems",
    "Record",
    "Row",
    "Sheet",
    "column_of",
    "decode",
    "first_records",
    "from_clipboard",
    "guess_layout",
    "is_clear",
    "left_blank",
    "printable",
    "read_records",
    "read_rows",
    "read_sheet",
    "with_commas",
    "write_table",
)
