"""What the cells of a list of tasks hold: read from a person's hand, and written."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.forms import URLField
from django.utils.translation import gettext as _

from coalition.common.tabular import CellError, cells
from coalition.common.text import fold_search
from tasks.models import ChecklistItem, Task, TaskLink
from tasks.models.part import URL_MAX, is_web
from tasks.models.repeating import MOST_PERIODS, RepeatUnit, day_of_month

MOST_PEOPLE = 50
MOST_PARTS = 200
_name = cells.text(200)
# A title, and what tells it from others called so: the title of its goal.
_titled = cells.text(420)
_UNITS: Final = {
    **dict.fromkeys(("week", "weeks", "semana", "semanas"), RepeatUnit.WEEKS),
    **dict.fromkeys(("month", "months", "mes", "meses"), RepeatUnit.MONTHS),
}
# Only a day that some months lack can differ from the one by which it is due.
_RHYTHM: Final = re.compile(
    r"(?:(?:every|cada) )?(?:(\d{1,3}) ?)?([a-z]+)(?:,? ?(?:day|dia) (29|30|31))?"
)
_MARKED: Final = re.compile(r"\[( ?|x|✓|✔)\]\s*(.*)", re.IGNORECASE)
_LABELLED: Final = re.compile(r"(?:(.*?\S)\s*)?<(\S+)>")
_web = URLField(max_length=URL_MAX, assume_scheme="https", validators=[is_web])


@dataclass(frozen=True, slots=True)
class Rhythm:
    every: int
    unit: RepeatUnit
    day: int | None

    def fields(self) -> dict[str, object]:
        found = {"repeat_every": self.every, "repeat_unit": self.unit}
        return found | ({"repeat_day": self.day} if self.day else {})


def number(value: str) -> int:
    digits = value.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):  # noqa: PLR2004
        raise CellError(
            _("Write the number of a task that is here, or leave it blank.")
        )
    return int(digits)


def read_names(value: str) -> list[str]:
    """Read names with semicolons between them; one that holds such stands in quotes."""
    found = [_name(name) for name in _split(value)]
    if len(found) > MOST_PEOPLE:
        raise CellError(_("At most %(limit)s partners fit.") % {"limit": MOST_PEOPLE})
    return list(dict.fromkeys(found))


def read_tasks(value: str) -> list[str]:
    found = [_titled(name) for name in _split(value)]
    _refuse_many(found)
    return list(dict.fromkeys(found))


def read_steps(value: str) -> list[tuple[bool | None, str]]:
    """Return each step and whether it is done; None where no mark says so."""
    found = [_step(part) for part in _split(value)]
    _refuse_many(found)
    return found


def _step(part: str) -> tuple[bool | None, str]:
    marked = _MARKED.fullmatch(part)
    mark, text = marked.groups() if marked else (None, part)
    if not text:
        raise CellError(_("Say what the step is, behind its mark."))
    return None if mark is None else bool(mark.strip()), _name(text)


def read_links(value: str) -> list[tuple[str, str]]:
    """Return words and address of each; an address alone is its own words."""
    found = [_link(part) for part in _split(value)]
    _refuse_many(found)
    return found


def _link(part: str) -> tuple[str, str]:
    labelled = _LABELLED.fullmatch(part)
    words, address = labelled.groups() if labelled else ("", part)
    try:
        url = str(_web.clean(address))
    except ValidationError:
        raise CellError(
            _("Write each link as in: The draft <https://example.org/draft>")
        ) from None
    return _name(words or url[:200]), url


def read_rhythm(value: str) -> Rhythm:
    found = _RHYTHM.fullmatch(fold_search(value))
    every, unit, day = found.groups() if found else ("", "", "")
    times = int(every or 1)
    fits = unit in _UNITS and 1 <= times <= MOST_PERIODS
    if not fits or (day and _UNITS[unit] != RepeatUnit.MONTHS):
        raise CellError(
            _("Write how often, from 1 to 52, as in: 2 weeks. Or: 1 month.")
        )
    return Rhythm(times, _UNITS[unit], int(day) if day else None)


def write_names(names: Iterable[str]) -> str:
    """Write what `read_names` reads back."""
    return "; ".join(_quoted(name) for name in names)


def write_steps(steps: Iterable[ChecklistItem]) -> str:
    return write_names(f"[{'x' if step.done_at else ' '}] {step}" for step in steps)


def write_links(links: Iterable[TaskLink]) -> str:
    return write_names(
        link.url if link.title == link.url[:200] else f"{link} <{link.url}>"
        for link in links
    )


def write_rhythm(task: Task) -> str:
    """Write it in the same words in every language, for every coalition to read."""
    every, unit = task.repeat_every, task.repeat_unit
    if not every:
        return ""
    day = day_of_month(task)
    kept = f", day {day}" if task.due and day and day != task.due.day else ""
    return f"{every} {unit if every > 1 else unit.removesuffix('s')}{kept}"


def _split(value: str) -> Iterator[str]:
    """Yield what stands between semicolons, or on lines of its own."""
    lines = (" ".join(line.split()) for line in value.splitlines())
    for row in csv.reader(lines, delimiter=";", skipinitialspace=True, strict=False):
        yield from (part.strip() for part in row if part.strip())


def _quoted(name: str) -> str:
    out = io.StringIO()
    row = [" ".join(name.split())]
    csv.writer(out, delimiter=";", lineterminator="").writerow(row)
    return out.getvalue().removeprefix('""')


def _refuse_many(found: Sized) -> None:
    if len(found) > MOST_PARTS:
        raise CellError(_("At most %(limit)s fit here.") % {"limit": MOST_PARTS})
