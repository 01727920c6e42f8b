"""Tables from outside: read strictly, refused in words, written without formulas."""

from coalition.common.tabular.problems import (
    CellError,
    FileRejectedError,
    Message,
    Problem,
    Problems,
    printable,
)
from coalition.common.tabular.reader import Sheet, read_sheet
from coalition.common.tabular.rows import Column, Row, read_rows
from coalition.common.tabular.sniff import MAX_BYTES

__all__ = (
    "MAX_BYTES",
    "CellError",
    "Column",
    "FileRejectedError",
    "Message",
    "Problem",
    "Problems",
    "Row",
    "Sheet",
    "printable",
    "read_rows",
    "read_sheet",
)
