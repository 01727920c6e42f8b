"""Tables from outside: read strictly, refused in words, written without formulas."""

from coalition.common.tabular.problems import (
    CellError,
    FileRejectedError,
    Problem,
    Problems,
    printable,
)
from coalition.common.tabular.reader import Sheet, read_sheet
from coalition.common.tabular.rows import Column, Row, read_rows

__all__ = (
    "CellError",
    "Column",
    "FileRejectedError",
    "Problem",
    "Problems",
    "Row",
    "Sheet",
    "printable",
    "read_rows",
    "read_sheet",
)
