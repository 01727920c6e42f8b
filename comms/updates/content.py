"""What an issue tells: sections of items, frozen, kept as JSON and hashed for approval."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from comms.models import Issue


class SectionKind(StrEnum):
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

    def without(self, hidden: Collection[str]) -> "Content":
        """Leave out the hidden items, and sections that are empty then."""
        shown = (_without(section, hidden) for section in self.sections)
        return Content(tuple(section for section in shown if section.items))

    def as_json(self) -> dict[str, Any]:
        return {"sections": [_as_json(section) for section in self.sections]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(_section(raw) for raw in data.get("sections", ())))


def content_of(issue: Issue) -> Content:
    """Return all that was found for an issue, hidden items too."""
    return Content.from_json(issue.content)


def shown_of(issue: Issue) -> Content:
    return content_of(issue).without(issue.hidden)


def digest_of(issue: Issue) -> str:
    """Return the hash of all that the same people would read the same."""
    words = [issue.subject, issue.introduction, issue.content, sorted(issue.hidden)]
    canonical = json.dumps(words, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


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
