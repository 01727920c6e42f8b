"""What an issue tells: sections of items, frozen, kept as JSON and hashed for approval."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from comms.models import Circle, Issue

# What is approved: the words, what was found, and what was made of it.
FORM: Final = (
    *("subject", "introduction", "own_note", "own_note_by_id"),
    *("content", "hidden", "order", "pinned", "wordings"),
    *("openings", "own_sections", "quoted"),
    *("facts", "addressees", "answered_by_id"),
)
# Those of it that a withdrawal can name, as it names items and sections by their keys.
OWN_WORDS: Final = ("introduction", "own_note")
# Left out of the hash while empty, so that older hashes stay what they were.
_LATER: Final = frozenset(
    {
        *("openings", "own_sections", "quoted"),
        *("facts", "addressees", "answered_by_id"),
    }
)


class SectionKind(StrEnum):
    PINNED = "pinned"  # what a coordinator put on top, out of the others
    BECAUSE = "because"  # what became of what people said
    NEWS = "news"  # the one thing that an announcement tells
    TOLD = "told"  # announcements that went with an update
    DECIDED = "decided"
    EVENT = "event"
    ACHIEVED = "achieved"
    PROGRESS = "progress"
    JOINED = "joined"
    HURDLES = "hurdles"
    NEXT = "next"
    NUMBERS = "numbers"
    VOICES = "voices"  # quotes of people who agreed
    OWN = "own"  # a coordinator's: nothing in it was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line about one record; the key names it for as long as the record lives.

    `fresh`: recorded in the window of this issue, so something happened.
    """

    key: str
    words: str
    note: str = ""
    path: str = ""
    percent: int | None = None
    day: date | None = None
    fresh: bool = False

    @property
    def is_quote(self) -> bool:
        """Say whether its words are somebody's own, which nobody may touch."""
        return self.key.startswith("quote:")


@dataclass(frozen=True, slots=True)
class Said:
    """A coordinator's own words, and the name they are signed with."""

    words: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`total` counts what was found; beyond a limit it is not all listed.

    One of a coordinator's own has a key, a heading and words in place of items.
    """

    kind: SectionKind
    items: Sequence[Item] = ()
    total: int = 0
    said: Said | None = None
    key: str = ""
    heading: str = ""
    circle: Circle = Circle.EVERYBODY

    @property
    def name(self) -> str:
        """What it is moved, left out and withdrawn by."""
        return self.key or self.kind.value

    @property
    def opening_key(self) -> str:
        """What the words above its items are withdrawn by."""
        return f"opening:{self.name}"

    @property
    def is_own(self) -> bool:
        return self.kind == SectionKind.OWN


@dataclass(frozen=True, slots=True)
class Content:
    sections: Sequence[Section] = ()

    @property
    def items(self) -> Iterator[Item]:
        for section in self.sections:
            yield from section.items

    @property
    def eventful(self) -> bool:
        return any(item.fresh for item in self.items)

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)

    def without(self, hidden: Collection[str]) -> "Content":
        """Leave out what is hidden, and sections that are empty then."""
        shown = (
            _without(section, hidden)
            for section in self.sections
            if not (section.is_own and section.name in hidden)
        )
        return Content(tuple(s for s in shown if s.items or s.is_own))

    def within(self, circle: Circle) -> "Content":
        """Keep what people of this circle may read."""
        return Content(tuple(s for s in self.sections if circle.reads(s.circle)))

    def opened(self, openings: Mapping[str, Mapping[str, str]]) -> "Content":
        """Put a coordinator's words above the sections they are about."""
        return Content(
            tuple(
                replace(section, said=Said(**openings[section.name]))
                if section.name in openings
                else section
                for section in self.sections
            )
        )

    def reworded(self, wordings: Mapping[str, Mapping[str, str]]) -> "Content":
        """Let a coordinator's words stand for those of the record."""
        return Content(
            tuple(
                replace(
                    section,
                    items=tuple(_reworded(item, wordings) for item in section.items),
                )
                for section in self.sections
            )
        )

    def pinned(self, keys: Collection[str]) -> "Content":
        """Take these items out of their sections, into one on top."""
        on_top = tuple(item for item in self.items if item.key in keys)
        if not on_top:
            return self
        top = Section(kind=SectionKind.PINNED, items=on_top, total=len(on_top))
        return Content((top, *self.without(keys).sections))

    def arranged(self, order: Sequence[str]) -> "Content":
        """Put sections (by name) and items (by key) in this order, unknown ones last."""
        place = {name: at for at, name in enumerate(order)}

        def section_place(section: Section) -> tuple[bool, int]:
            on_top = section.kind == SectionKind.PINNED
            return not on_top, place.get(section.name, len(order))

        def item_place(item: Item) -> int:
            return place.get(item.key, len(order))

        return Content(
            tuple(
                replace(section, items=tuple(sorted(section.items, key=item_place)))
                for section in sorted(self.sections, key=section_place)
            )
        )

    def as_json(self) -> dict[str, Any]:
        return {"sections": [_as_json(section) for section in self.sections]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(_section(raw) for raw in data.get("sections", ())))


def content_of(issue: Issue) -> Content:
    """Return all that was found for an issue or said for it, in the first words."""
    found = Content.from_json(issue.content)
    quotes = tuple(map(_quote, issue.quoted))
    if not quotes:
        return found
    voices = Section(kind=SectionKind.VOICES, items=quotes, total=len(quotes))
    return Content((*found.sections, voices))


def drafted_of(issue: Issue) -> Content:
    """Return what was made of it, the hidden items too."""
    worded = content_of(issue).reworded(issue.wordings).pinned(issue.pinned)
    own = map(_own_section, issue.own_sections)
    every = Content((*worded.opened(issue.openings).sections, *own))
    return every.arranged(issue.order)


def shown_of(issue: Issue, circle: Circle = Circle.EVERYBODY) -> Content:
    """Return what people of a circle read; what all may read, unless told otherwise."""
    return drafted_of(issue).without(issue.hidden).within(circle)


def innermost_of(issue: Issue) -> Circle:
    """Return the circle beyond which no reader finds more."""
    circle = Circle.EVERYBODY
    for section in issue.own_sections:
        other = Circle(section["circle"])
        circle = other if other.reads(circle) else circle
    return circle


def has_words(issue: Issue) -> bool:
    return bool(issue.introduction.strip() or issue.own_note.strip())


def less_words(issue: Issue, withdrawn: Collection[str]) -> Issue:
    """Return it without those of its own words that were taken back, to be read only."""
    gone = [name for name in OWN_WORDS if name in withdrawn]
    if not gone:
        return issue
    less = copy(issue)
    for name in gone:
        setattr(less, name, "")
    return less


def form_of(issue: Issue) -> dict[str, Any]:
    form = {name: getattr(issue, name) for name in FORM}
    return form | {"hidden": sorted(issue.hidden), "pinned": sorted(issue.pinned)}


def digest_of(issue: Issue) -> str:
    """Return the hash of all that the same people would read the same."""
    form = {
        name: value
        for name, value in form_of(issue).items()
        if name not in _LATER or value
    }
    canonical = json.dumps(form, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _reworded(item: Item, wordings: Mapping[str, Mapping[str, str]]) -> Item:
    new = wordings.get(item.key)
    return replace(item, words=new["words"], note=new["note"]) if new else item


def _without(section: Section, hidden: Collection[str]) -> Section:
    items = tuple(item for item in section.items if item.key not in hidden)
    gone = len(section.items) - len(items)
    said = None if section.opening_key in hidden else section.said
    return replace(section, items=items, total=section.total - gone, said=said)


def _as_json(section: Section) -> dict[str, Any]:
    items = [asdict(item) for item in section.items]
    for item in items:
        item["day"] = item["day"] and item["day"].isoformat()
    return {"kind": section.kind.value, "total": section.total, "items": items}


def _quote(raw: Mapping[str, str]) -> Item:
    return Item(key=raw["key"], words=raw["words"], note=raw["by"])


def _own_section(raw: Mapping[str, str]) -> Section:
    return Section(
        kind=SectionKind.OWN,
        key=raw["key"],
        heading=raw["heading"],
        said=Said(raw["words"], raw["by"]),
        circle=Circle(raw["circle"]),
    )


def _section(raw: Mapping[str, Any]) -> Section:
    items = (
        Item(**item | {"day": item["day"] and date.fromisoformat(item["day"])})
        for item in raw["items"]
    )
    return Section(
        kind=SectionKind(raw["kind"]), items=tuple(items), total=raw["total"]
    )
