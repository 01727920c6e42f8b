"""What of an update stands on a sheet of paper, and what is only counted there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from comms.updates.content import Content, Item, Said, Section, SectionKind
from comms.updates.paper_room import REGULAR, WIDTH, heading, lines, prose
from comms.updates.sheet import HEADINGS

WORDS: Final = 120
NOTE: Final = 200  # long enough for the answer to what was asked
LISTED: Final = 31.3  # the width of an item, in the height of a letter
BELOW: Final = 0.17  # lines of space below an item
AROUND: Final = 0.46  # lines of space around a paragraph
SAID: Final = 1.3  # lines that the name below words of one's own takes
STEP: Final = 3  # so many places further down are as important as the next item

# What matters most to somebody who reads nothing else, unless it was put in order.
_IMPORTANCE: Final = (
    *(SectionKind.NEWS, SectionKind.DECIDED, SectionKind.EVENT, SectionKind.PINNED),
    *(SectionKind.TOLD, SectionKind.OWN, SectionKind.BECAUSE, SectionKind.HURDLES),
    *(SectionKind.ACHIEVED, SectionKind.NEXT, SectionKind.PROGRESS),
    *(SectionKind.VOICES, SectionKind.JOINED, SectionKind.NUMBERS),
)
# The one thing that an announcement is about.
_ALWAYS: Final = {SectionKind.NEWS, SectionKind.DECIDED, SectionKind.EVENT}


@dataclass(frozen=True, slots=True)
class PaperSection:
    heading: str | Promise
    said: Said | None
    items: Sequence[Item]
    is_event: bool = False


@dataclass(frozen=True, slots=True)
class Fitting:
    """The sections that a sheet has room for, and one line about all the others."""

    sections: Sequence[PaperSection]
    rest: str = ""


@dataclass(slots=True)
class _Part:
    """A section, the steps in which it is put on a sheet, and how many were taken."""

    section: Section
    place: int
    items: Sequence[Item] = ()
    steps: Sequence[float] = field(default_factory=list)
    taken: int = 0

    @property
    def heading(self) -> str:
        return str(self.section.heading or HEADINGS[self.section.kind])

    @property
    def left(self) -> str:
        """Say what of it is not on the sheet, "" for nothing."""
        if self.section.kind in {SectionKind.OWN, SectionKind.NUMBERS}:
            return "" if self.taken else self.heading
        n = self.section.total - self.taken
        return f"{self.heading} ({n})".strip() if n > 0 else ""

    def shown(self) -> PaperSection:
        return PaperSection(
            heading=self.heading,
            said=self.section.said,
            items=self.items[: self.taken],
            is_event=self.section.kind == SectionKind.EVENT,
        )


def fitting(
    content: Content, room: float, *, in_order: bool = False, when: str = ""
) -> Fitting:
    """Choose what fits: an item never without its note, what matters most first.

    What matters is as it stands when somebody put the sections `in_order`. `when` is
    the line that stands below an event.
    """
    parts = [_part(s, in_order, at, when) for at, s in enumerate(content.sections)]
    about_rest = 0.0
    _take(parts, room)
    while (needed := _rest_room(parts)) > about_rest:
        about_rest = needed
        _take(parts, room - about_rest)
    return Fitting([part.shown() for part in parts if part.taken], _rest(parts))


def rest_room(content: Content) -> float:
    """Return the room for the line about what is left out, were it everything."""
    return _rest_room([_part(section, False, 0, "") for section in content.sections])


def _rest_room(parts: Sequence[_Part]) -> float:
    rest = _rest(parts)
    return lines(rest, WIDTH * REGULAR) + AROUND if rest else 0


def _take(parts: Sequence[_Part], room: float) -> None:
    for part in parts:
        part.taken = 0
    steps = [(part, row) for part in parts for row in range(len(part.steps))]
    for part, row in sorted(steps, key=lambda step: step[0].place + STEP * step[1]):
        must = row == 0 and part.section.kind in _ALWAYS
        if part.taken == row and (must or part.steps[row] <= room):
            room -= part.steps[row]
            part.taken += 1


def _rest(parts: Sequence[_Part]) -> str:
    left = [part.left for part in parts if part.left]
    if not left:
        return ""
    return _("No room on this page for: %(what)s.") % {"what": ", ".join(left)}


def _part(section: Section, in_order: bool, at: int, when: str) -> _Part:
    items = [_short(item) for item in section.items]
    if section.kind == SectionKind.NUMBERS:
        items = _on_one_line(items)
    steps = list(_steps(section, items, when))
    place = at if in_order else _IMPORTANCE.index(section.kind)
    return _Part(section, place, items, steps)


def _steps(section: Section, items: Sequence[Item], when: str) -> Iterator[float]:
    first = heading(str(section.heading or HEADINGS[section.kind]))
    if section.said:
        first += prose(section.said.words) + SAID
    if when and section.kind == SectionKind.EVENT:
        first += lines(when) + AROUND
    if not items:
        yield first
    for row, item in enumerate(items):
        yield _size(item) + (0 if row else first)


def _size(item: Item) -> float:
    day = "20 September: " if item.day else ""
    marks = "“”" if item.is_quote else ""
    words = lines(f"{day}{item.words}{marks}", LISTED)
    return words + lines(item.note, LISTED * REGULAR) + BELOW


def _on_one_line(numbers: Sequence[Item]) -> list[Item]:
    """Join them: a heading for each would take more room than all of them."""
    words = " · ".join(item.words for item in numbers)
    return [replace(numbers[0], words=words)] if numbers else []


def _short(item: Item) -> Item:
    """Shorten what we say; to a quote, and no part of it, somebody agreed."""
    if item.is_quote:
        return item
    words = shorten(item.words, WORDS, placeholder=" …")
    note = shorten(item.note, NOTE, placeholder=" …")
    return replace(item, words=words, note=note)
