"""What an issue tells: sections of items, frozen, kept as JSON and hashed for approval."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from comms.models import Issue

# What is approved: the words, what was found, and what was made of it.
FORM: Final = (
    *("subject", "introduction", "own_note", "own_note_by_id"),
    *("content", "hidden", "order", "pinned", "wordings"),
)


class SectionKind(StrEnum):
    PINNED = "pinned"  # what a coordinator put on top, out of the others
    NEWS = "news"  # the one thing that an announcement tells
    ACHIEVED = "achieved"
    PROGRESS = "progress"
    JOINED = "joined"
    HURDLES = "hurdles"
    NEXT = "next"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`total` counts what was found; beyond a limit it is not all listed."""

    kind: SectionKind
    items: Sequence[Item]
    total: int


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
        """Leave out the hidden items, and sections that are empty then."""
        shown = (_without(section, hidden) for section in self.sections)
        return Content(tuple(section for section in shown if section.items))

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
        """Put sections (by kind) and items (by key) in this order, unknown ones last."""
        place = {name: at for at, name in enumerate(order)}

        def section_place(section: Section) -> tuple[bool, int]:
            on_top = section.kind == SectionKind.PINNED
            return not on_top, place.get(section.kind, len(order))

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
    """Return all that was found for an issue, in the words of the records."""
    return Content.from_json(issue.content)


def drafted_of(issue: Issue) -> Content:
    """Return what was made of it, the hidden items too."""
    worded = content_of(issue).reworded(issue.wordings)
    return worded.pinned(issue.pinned).arranged(issue.order)


def shown_of(issue: Issue) -> Content:
    return drafted_of(issue).without(issue.hidden)


def has_words(issue: Issue) -> bool:
    return bool(issue.introduction.strip() or issue.own_note.strip())


def form_of(issue: Issue) -> dict[str, Any]:
    form = {name: getattr(issue, name) for name in FORM}
    return form | {"hidden": sorted(issue.hidden), "pinned": sorted(issue.pinned)}


def digest_of(issue: Issue) -> str:
    """Return the hash of all that the same people would read the same."""
    canonical = json.dumps(form_of(issue), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _reworded(item: Item, wordings: Mapping[str, Mapping[str, str]]) -> Item:
    new = wordings.get(item.key)
    return replace(item, words=new["words"], note=new["note"]) if new else item


def _without(section: Section, hidden: Collection[str]) -> Section:
    items = tuple(item for item in section.items if item.key not in hidden)
    gone = len(section.items) - len(items)
    return replace(section, items=items, total=section.total - gone)


def _as_json(section: Section) -> dict[str, Any]:
    items = [asdict(item) for item in section.items]
    for item in items:
        item["day"] = item["day"] and item["day"].isoformat()
    return {"kind": section.kind.value, "total": section.total, "items": items}


def _section(raw: Mapping[str, Any]) -> Section:
    items = (
        Item(**item | {"day": item["day"] and date.fromisoformat(item["day"])})
        for item in raw["items"]
    )
    return Section(
        kind=SectionKind(raw["kind"]), items=tuple(items), total=raw["total"]
    )
