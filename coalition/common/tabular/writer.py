"""Tables to take away: readable by every spreadsheet, never run as a formula."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from coalition.common.tabular.cells import guard

BOM = "\ufeff"  # without it Excel reads accents wrongly


def write_table(
    out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Write a CSV file row by row; return how many rows it has."""
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([guard("" if cell is None else str(cell)) for cell in row])
        count += 1
    return count
