"""The part of an issue that everybody gets alike, rendered once a version and language."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from html import escape
from typing import Any, Final

from css_inline import CSSInliner
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from coalition.common.markdown import render_markdown
from coalition.common.plain import as_plain
from comms.models import Circle, Issue, UpdateSchedule
from comms.updates.content import (
    Content,
    Item,
    Section,
    SectionKind,
    has_words,
    shown_of,
)
from comms.updates.gaps import Marks, Sheet, Values
from comms.updates.headers import shared_headers
from comms.updates.links import absolute, in_coalition
from comms.updates.preheader import preheader_of
from members.models import Coalition, Membership, Person
from members.permissions import MemberRole

# Limits, so that no mail grows beyond the 102 kB that mailboxes show whole.
SHOWN: Final = 8  # of one section
ROOM: Final = 40  # of all of them: the more sections, the less of each
AN_ITEM: Final = 400  # characters of a coordinator's that take the room of one
WORDS: Final = 140
NOTE: Final = 280
COLUMNS: Final = 72
# Few by nature, and shown whole.
_WHOLE: Final = {SectionKind.OWN, SectionKind.VOICES, SectionKind.NUMBERS}
HEADINGS: Final[Mapping[SectionKind, str | Promise]] = {
    SectionKind.PINNED: _("First of all"),
    SectionKind.BECAUSE: _("Because of you"),
    SectionKind.NEWS: "",
    SectionKind.TOLD: _("News"),
    SectionKind.DECIDED: _("What we decided"),
    SectionKind.EVENT: _("When and where"),
    SectionKind.ACHIEVED: _("What we achieved"),
    SectionKind.PROGRESS: _("What moved"),
    SectionKind.JOINED: _("Who joined us"),
    SectionKind.HURDLES: _("Where you can help"),
    SectionKind.NEXT: _("What comes next"),
    SectionKind.NUMBERS: _("In numbers"),
    SectionKind.VOICES: _("In their own words"),
    SectionKind.OWN: "",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sends: the coalition, and the human who reads the answers."""

    name: str
    slug: str
    postal_address: str
    reply_to: str
    reader: str
    every_weeks: int
    office: str = ""  # where a mail program asks to be left alone, whoever answers

    def answered_by(self, person: Person | None) -> "Desk":
        """Let replies go to somebody else, as long as they are with us."""
        if person is None or not person.email or not person.is_with_us:
            return self
        return replace(self, reply_to=person.email, reader=person.full_name)


def desks(coalitions: Iterable[Coalition]) -> Mapping[int, Desk]:
    """Return the desk of each coalition; two statements for any number."""
    every = dict(UpdateSchedule.objects.values_list("coalition_id", "every_weeks"))
    coordinators = (
        Membership.objects.active()
        .filter(role=MemberRole.COORDINATOR, person__erased_at=None)
        .exclude(person__email=None)
        .order_by("-pk")
        .values_list("coalition_id", "person__email", "person__full_name")
    )
    first = {pk: (email or "", name) for pk, email, name in coordinators}
    return {
        coalition.pk: _desk(coalition, every.get(coalition.pk, 0), first)
        for coalition in coalitions
    }


def _desk(
    coalition: Coalition, every_weeks: int, first: Mapping[int, tuple[str, str]]
) -> Desk:
    email, name = first.get(coalition.pk, ("", ""))
    if coalition.reply_to and coalition.reply_to != email:
        email, name = coalition.reply_to, ""
    return Desk(
        name=coalition.name,
        slug=coalition.slug,
        postal_address=coalition.postal_address,
        reply_to=email,
        reader=name,
        every_weeks=every_weeks,
        office=email,
    )


@dataclass(frozen=True, slots=True)
class Source:
    """What the shared part is made of; the issue is told apart by its hash."""

    issue: Issue = field(compare=False)
    issue_pk: int
    sha256: str
    language: str
    day: date
    desk: Desk
    concerning: bool = False  # for those who want only what concerns them
    withdrawn: frozenset[str] = frozenset()
    circle: Circle = (
        Circle.EVERYBODY
    )  # who reads it: their part is shared with no other


@dataclass(frozen=True, slots=True)
class Shared:
    html: Sheet
    text: Sheet
    headers: Mapping[str, str]
    preheader: str
    empty: bool

    def entity(self, values: Values) -> bytes:
        """Return the MIME entity for one person, in CRLF."""
        text, html = self.text.encoded(values), self.html.encoded(values)
        return b"".join((_HEAD, text, _BETWEEN, html, _END))


# "=_" cannot occur in quoted-printable, so no content can hold the boundary.
_BOUNDARY: Final = b"=_coalition"
_HEAD: Final = (
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="' + _BOUNDARY + b'"\r\n\r\n'
    b"--" + _BOUNDARY + b"\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_BETWEEN: Final = (
    b"\r\n--" + _BOUNDARY + b"\r\n"
    b'Content-Type: text/html; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_END: Final = b"\r\n--" + _BOUNDARY + b"--\r\n"


@lru_cache(maxsize=32)
def shared_part(source: Source) -> Shared:
    """Render it in the active language; call it with the language of the source."""
    issue, desk = source.issue, source.desk
    content = shown_of(issue, source.circle).without(source.withdrawn)
    context = _context(source, content)
    marks = Marks()
    name = f"email/{issue.kind}"
    html = render_to_string(f"{name}.html", {**context, **marks.context()})
    text = render_to_string(f"{name}.txt", {**context, **marks.context()})
    return Shared(
        html=Sheet.parse(inlined(html), marks, escape=escape),
        text=Sheet.parse(text, marks, escape=_plain),
        headers=shared_headers(
            kind=issue.kind,
            number=issue.pk,
            subject=issue.subject,
            name=desk.name,
            slug=desk.slug,
            reply_to=desk.reply_to,
        ),
        preheader=context["preheader"],
        empty=not (content.sections or has_words(issue)),
    )


def inlined(html: str) -> str:
    """Write the style sheet of mails into the elements, as mail programs want it."""
    return _inliner().inline(html)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(
        extra_css=render_to_string("email/mail.css"),
        keep_style_tags=True,
        keep_at_rules=True,
        load_remote_stylesheets=False,
    )


def _plain(text: str) -> str:
    if len(text) < COLUMNS and text.isprintable():
        return text
    return "\n".join(_indented("", text, hang="  "))


def _context(source: Source, content: Content) -> dict[str, Any]:
    issue, desk = source.issue, source.desk
    room = room_in(content)
    return {
        "subject": issue.subject,
        "desk": desk,
        "day": source.day,
        "language": source.language,
        "concerning": source.concerning,
        "sections": [_shown(section, room) for section in content.sections],
        "opening": render_markdown(issue.introduction),
        "opening_lines": wrapped(as_plain(issue.introduction)),
        "note": render_markdown(issue.own_note),
        "note_by": issue.own_note_by,
        "note_lines": wrapped(as_plain(issue.own_note), COLUMNS - 2),
        "preheader": preheader_of(issue, content),
        "goal": _goal(content),
        "rest": in_coalition("comms:archive_detail", desk.slug, pk=issue.pk),
        "home": in_coalition("web:home", desk.slug),
        "preferences": in_coalition("comms:mail_preferences", desk.slug),
    }


def room_in(content: Content) -> int:
    """Return how many items of a section are shown: the less, the more is said."""
    found = sum(section.kind not in _WHOLE for section in content.sections)
    said = sum(len(s.said.words) for s in content.sections if s.said)
    said += sum(len(item.words) for item in content.items if item.is_quote)
    return min(SHOWN, max(1, (ROOM - said // AN_ITEM) // max(1, found)))


def listed_of(section: Section, room: int) -> int:
    """Return how many items of a section are listed: all where they are few."""
    return len(section.items) if section.kind in _WHOLE else room


def _shown(section: Section, room: int) -> dict[str, Any]:
    items = [_item(item) for item in section.items[: listed_of(section, room)]]
    return {
        "kind": section.kind.value,
        "heading": section.heading or HEADINGS[section.kind],
        "said": section.said and render_markdown(section.said.words),
        "said_by": section.said and section.said.by,
        "said_lines": section.said
        and wrapped(as_plain(section.said.words), COLUMNS - 2),
        "circle": "" if section.circle == Circle.EVERYBODY else section.circle.label,
        "items": items,
        "more": section.total - len(items),
    }


def _item(item: Item) -> dict[str, Any]:
    if item.is_quote:
        return _quote(item)
    words = Truncator(item.words).chars(WORDS)
    note = Truncator(item.note).chars(NOTE)
    return {
        "words": words,
        "note": note,
        "url": absolute(item.path) if item.path else "",
        "percent": item.percent,
        "rest": None if item.percent is None else 100 - item.percent,
        "day": item.day,
        "lines": _indented("* ", words) + _indented("  ", note),
    }


def _quote(item: Item) -> dict[str, Any]:
    """Show it whole: to these words, and no part of them, somebody agreed."""
    said = _("“%(words)s”") % {"words": item.words}
    lines = _indented("  ", str(said)) + _indented("  -- ", item.note)
    return {"said": said, "note": item.note, "percent": None, "lines": lines}


def _indented(lead: str, text: str, *, hang: str = "") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        COLUMNS,
        initial_indent=lead,
        subsequent_indent=hang or " " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped(text: str, columns: int = COLUMNS) -> list[str]:
    """Break long lines and keep the writer's own."""
    return [
        short
        for line in text.splitlines()
        for short in textwrap.wrap(
            line, columns, break_long_words=False, break_on_hyphens=False
        )
        or [""]
    ]


def _goal(content: Content) -> str:
    """Return where the news of a milestone leads: to its goal."""
    news = (s for s in content.sections if s.kind == SectionKind.NEWS)
    paths = (item.path for section in news for item in section.items)
    return next((absolute(path) for path in paths if path), "")
