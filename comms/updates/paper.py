"""An update for people who read on paper: large type, one page as long as it fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from textwrap import shorten
from typing import Final

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import override

from coalition.common.languages import spoken
from coalition.common.markdown import render_markdown
from comms.models import Issue, IssueKind
from comms.updates.content import (
    Content,
    Item,
    Said,
    Section,
    SectionKind,
    content_of,
)
from comms.updates.paper_readers import OnPaper
from comms.updates.personal import Reader, readers, waiting_block
from comms.updates.render import Told, day_of, for_whom, greeting, told_of, when_it_is
from comms.updates.sheet import HEADINGS

# A sheet of A4 or Letter in large type: this many lines, of this many letters.
LINES: Final = 26
LETTERS: Final = 56
LARGE_LETTERS: Final = 40  # of the subject in a line
DRAFT: Final = 2.5  # lines that the mark of a draft takes
HEADING: Final = 1.6  # lines that a heading takes with the space around it
WORDS: Final = 120
NOTE: Final = 90
BELOW: Final = 0.2  # lines of space below an item


@dataclass(frozen=True, slots=True)
class PaperSection:
    heading: str | Promise
    said: Said | None
    items: Sequence[Item]
    more: int
    is_event: bool = False


def papers_of(
    issue: Issue, lines: Sequence[OnPaper], *, is_final: bool
) -> list[SafeString]:
    """Return a sheet for each of these people; the statements are always the same.

    What stands on it is for everybody to read, but for the part that is theirs.
    """
    keys = {item.key for item in content_of(issue).items}
    told = told_of({issue.pk: issue})[issue.pk]
    reader_of = readers([line.person.pk for line in lines], keys)
    return [
        _paper(told, reader_of[line.person.pk], line, is_final=is_final)
        for line in lines
        if line.person.pk in reader_of
    ]


def _paper(told: Told, reader: Reader, line: OnPaper, *, is_final: bool) -> SafeString:
    issue = told.issue
    language = spoken(line.person.language, issue.coalition.language)
    with override(language):
        waiting = waiting_block(reader, told.desk.slug, signed=False)
        context = {
            "language": language,
            "issue": issue,
            "desk": told.desk,
            "day": day_of(issue),
            "line": line,
            "is_final": is_final,
            "greeting": greeting(line.person),
            "opening": render_markdown(issue.introduction),
            "note": render_markdown(issue.own_note),
            "waiting": waiting[0] if waiting else None,
            "sections": fitting(
                _for(reader, told),
                LINES - _taken(issue, reader) - (0 if is_final else DRAFT),
            ),
            "when": when_it_is(issue, reader),
            "for_whom": for_whom(issue),
        }
        return render_to_string("comms/_paper.html", context)


def _for(reader: Reader, told: Told) -> Content:
    """Leave out of an update what somebody does not want; an announcement is whole."""
    content = told.content
    if reader.only is None or told.issue.kind != IssueKind.UPDATE:
        return content
    others = {item.key for item in content.items} - set(reader.only)
    return content.without(others)


def _taken(issue: Issue, reader: Reader) -> float:
    """Return how many lines are gone before the first section."""
    words = f"{issue.introduction}\n{issue.own_note}".splitlines()
    own = 2 * len(reader.waiting) + HEADING if reader.waiting else 0
    subject = 1.3 * (ceil(len(issue.subject) / LARGE_LETTERS) - 1)
    return sum(_lines(paragraph) for paragraph in words) + own + subject


def _lines(text: str) -> int:
    return ceil(len(text) / LETTERS)


def fitting(content: Content, room: float) -> list[PaperSection]:
    """Choose what fits: first of all one line of each section, the others are counted.

    Then what stands below these lines, then the second of each section, and so on.
    """
    short = [[_short(item) for item in s.items] for s in content.sections]
    chosen = [[_bare(items[0])] if items else [] for items in short]
    room -= sum(map(_taken_by, content.sections)) + sum(map(_size, chosen))
    for row in range(max(map(len, short), default=0)):
        for items, kept in zip(short, chosen, strict=True):
            if len(items) <= row:
                continue
            more = [*kept[:row], items[row]]
            if len(kept) >= row and _size(more) - _size(kept) <= room:
                room -= _size(more) - _size(kept)
                kept[:] = more
    return [
        PaperSection(
            heading=section.heading or HEADINGS[section.kind],
            said=section.said,
            items=kept,
            more=max(0, section.total - len(kept)),
            is_event=section.kind == SectionKind.EVENT,
        )
        for section, kept in zip(content.sections, chosen, strict=True)
    ]


def _taken_by(section: Section) -> float:
    said = section.said
    return HEADING + (_lines(said.words) + 1 if said else 0)


def _size(items: Sequence[Item]) -> float:
    return sum(_lines(item.words) + _lines(item.note) + BELOW for item in items)


def _bare(item: Item) -> Item:
    """Leave out what stands below; who said a quote stays with it."""
    return item if item.is_quote else replace(item, note="")


def _short(item: Item) -> Item:
    """Shorten what we say; to a quote, and no part of it, somebody agreed."""
    if item.is_quote:
        return item
    words = shorten(item.words, WORDS, placeholder=" …")
    note = shorten(item.note, NOTE, placeholder=" …")
    return replace(item, words=words, note=note)
