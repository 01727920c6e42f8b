"""An update for people who read on paper: large type, one page as long as it fits."""

from collections.abc import Sequence
from math import ceil
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from coalition.common.languages import spoken
from coalition.common.markdown import render_markdown
from comms.models import Issue, IssueKind
from comms.updates.content import Content, content_of
from comms.updates.paper_fit import fitting, rest_room
from comms.updates.paper_readers import OnPaper
from comms.updates.paper_room import (
    LINES,
    REGULAR,
    WIDTH,
    heading,
    lines,
    prose,
    title,
    width,
)
from comms.updates.personal import Reader, readers, waiting_block
from comms.updates.render import Told, day_of, for_whom, greeting, told_of, when_it_is
from comms.updates.sheet import Desk

PARAGRAPH: Final = 0.28  # lines of space below a paragraph
BOX: Final = 2.1  # lines of space in and around a box
INDENT: Final = 3.0  # what a box takes of the width
OVER: Final = 2.0  # lines that a second page loses where the first one ends


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
        context: dict[str, Any] = {
            "language": language,
            "issue": issue,
            "head": _head(told, line),
            "is_final": is_final,
            "greeting": greeting(line.person),
            "opening": render_markdown(issue.introduction),
            "note": render_markdown(issue.own_note),
            "waiting": waiting[0] if waiting else None,
            "when": when_it_is(issue, reader),
            "foot": _foot(issue, told.desk, line),
        }
        content = _for(reader, told)
        found = fitting(
            content,
            _room(_taken(issue, context), rest_room(content)),
            in_order=any(s.name in issue.order for s in content.sections),
            when=context["when"],
        )
        context |= {"sections": found.sections, "rest": found.rest}
        return render_to_string("comms/_paper.html", context)


def _head(told: Told, line: OnPaper) -> list[list[str]]:
    """Return what stands in the two corners above."""
    courier = line.courier and _("brought by %(name)s") % {
        "name": line.courier.full_name
    }
    day = date_format(day_of(told.issue), "DATE_FORMAT")
    whom = _("For %(name)s") % {"name": line.person.full_name}
    return [[told.desk.name, day], [whom, courier or ""]]


def _foot(issue: Issue, desk: Desk, line: OnPaper) -> str:
    asks, name = "", ""
    if line.courier:
        asks = _(
            "A question, an idea, a yes or a no? Tell %(name)s, who takes it along."
        )
        name = line.courier.first_name
    elif desk.reader:
        asks = _("A question, an idea, a yes or a no? Tell %(name)s.")
        name = desk.reader
    address = f"{desk.name}, {desk.postal_address}." if desk.postal_address else ""
    said = (asks % {"name": name}, for_whom(issue), address)
    return " ".join(filter(None, said))


def _for(reader: Reader, told: Told) -> Content:
    """Leave out of an update what somebody does not want; an announcement is whole."""
    content = told.content
    if reader.only is None or told.issue.kind != IssueKind.UPDATE:
        return content
    others = {item.key for item in content.items} - set(reader.only)
    return content.without(others)


def _room(taken: float, rest: float) -> float:
    """Return what is left of one page, or of as many as the words of people need.

    Nobody cuts these: they go on where a page ends.
    """
    pages = max(1, ceil((taken + rest - OVER) / (LINES - OVER)))
    return pages * LINES - (pages - 1) * OVER - taken


def _taken(issue: Issue, context: dict[str, Any]) -> float:
    """Return how many lines are gone before the first section, and after the last."""
    taken = _head_size(context["head"]) + title(issue.subject)
    taken += lines(context["greeting"]) + PARAGRAPH
    taken += lines(context["foot"], WIDTH * REGULAR) + 1.25
    taken += 0 if context["is_final"] else 2
    taken += prose(issue.introduction)
    if issue.own_note:
        taken += (
            prose(issue.own_note, WIDTH - 1.5) + lines(str(issue.own_note_by)) + 0.8
        )
    return taken + (_own_size(context["waiting"]) if context["waiting"] else 0)


def _head_size(corners: Sequence[Sequence[str]]) -> float:
    widest = [max(map(width, corner)) for corner in corners]
    if sum(widest) + 2 <= WIDTH:
        return 2.65
    return sum(lines(words) for corner in corners for words in corner) + 1


def _own_size(waiting: dict[str, Any]) -> float:
    within = WIDTH - INDENT
    every = [*waiting["asked"], *waiting["task"], *waiting["more"]]
    listed = (lines(f"{e['words']} {e.get('note', '')}", within) + 0.2 for e in every)
    return heading(waiting["headline"], within) + sum(listed) + BOX
