"""Which known column a stranger's column may be: asked, never taken for granted."""

import difflib
from collections.abc import Sequence

from coalition.common.tabular.reader import Layout, Record, title_key
from coalition.common.tabular.rows import Column

CUTOFF = 0.75
LOOKED_AT = 20


def is_clear(titles: Record, columns: Sequence[Column]) -> bool:
    """Tell whether the titles say by themselves which column is which."""
    known = {title_key(column.name): column for column in columns}
    found = [known.get(title_key(title)) for title in titles.cells]
    named = [column for column in found if column]
    required = {column.name for column in columns if column.required}
    missing = required - {column.name for column in named}
    twice = len(named) != len({column.name for column in named})
    guessed = sum(name is not None for name in _by_title(titles, columns))
    return not missing and not twice and guessed == len(named)


def guess_layout(records: Sequence[Record], columns: Sequence[Column]) -> Layout:
    """Return the likeliest meaning of each column, by its title or what is in it."""
    guessed = _by_title(records[0], columns)
    if any(guessed):
        return Layout(guessed)
    return Layout(_by_content(records[:LOOKED_AT], columns), titled=False)


def _by_title(titles: Record, columns: Sequence[Column]) -> list[str | None]:
    keys = {
        title_key(word): column.name
        for column in columns
        for word in (*column.also, column.name)
    }
    found = [keys.get(title_key(title)) for title in titles.cells]
    for place, title in enumerate(titles.cells):
        if found[place] is None:
            free = [key for key, name in keys.items() if name not in found]
            close = difflib.get_close_matches(title_key(title), free, 1, CUTOFF)
            found[place] = keys[close[0]] if close else None
    return [
        name if name not in found[:place] else None for place, name in enumerate(found)
    ]


def _by_content(
    records: Sequence[Record], columns: Sequence[Column]
) -> list[str | None]:
    width = len(records[0].cells)
    found: list[str | None] = [None] * width
    email = next((c.name for c in columns if c.name.endswith("email")), None)
    for place in range(width):
        cells = [r.cells[place] for r in records if len(r.cells) > place]
        if email not in found and any("@" in cell for cell in cells):
            found[place] = email
    missing = [c.name for c in columns if c.required and c.name not in found]
    for place in range(width):
        if found[place] is None and missing:
            found[place] = missing.pop(0)
    return found
