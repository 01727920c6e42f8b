"""What was found for an issue and is not in its mail, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from comms.models import Issue
from comms.updates.content import Item, drafted_of, shown_of
from comms.updates.sheet import HEADINGS, listed_of, room_in
from members.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Hidden:
    """An item that somebody left out."""

    item: Item
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Folded:
    """What a section counts and does not list: "and n more"."""

    heading: str | Promise
    items: Sequence[Item]
    unlisted: int

    @property
    def total(self) -> int:
        return len(self.items) + self.unlisted


@dataclass(frozen=True, slots=True)
class LeftOutItems:
    hidden: Sequence[Hidden]
    folded: Sequence[Folded]

    @property
    def total(self) -> int:
        return len(self.hidden) + sum(section.total for section in self.folded)


def left_out_items(issue: Issue) -> LeftOutItems:
    """Return it in one statement."""
    drafted = drafted_of(issue)
    own = [Item(key=s.name, words=s.heading) for s in drafted.sections if s.is_own]
    hidden = [item for item in [*drafted.items, *own] if item.key in issue.hidden]
    who = _who_hid(issue) if hidden else {}
    nobody = ("", None)
    return LeftOutItems(
        hidden=[Hidden(item, *who.get(item.key, nobody)) for item in hidden],
        folded=_folded(issue),
    )


def _folded(issue: Issue) -> list[Folded]:
    content = shown_of(issue)
    room = room_in(content)
    folded = (
        Folded(
            heading=section.heading or HEADINGS[section.kind],
            items=section.items[listed_of(section, room) :],
            unlisted=max(0, section.total - len(section.items)),
        )
        for section in content.sections
    )
    return [section for section in folded if section.total]


def _who_hid(issue: Issue) -> Mapping[str, tuple[str, datetime]]:
    """Return who left each item out last, by its key."""
    entries = AuditEntry.objects.filter(
        model=issue._meta.label_lower,  # noqa: SLF001
        target_pk=str(issue.pk),
        action="hide",
    ).order_by("pk")
    found: dict[str, tuple[str, datetime]] = {}
    for entry in entries.select_related("actor"):
        gone = set(entry.after["hidden"]) - set(entry.before["hidden"])
        for key in gone:
            found[key] = (str(entry.actor or ""), entry.at)
    return found
