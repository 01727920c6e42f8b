"""Read model of the draft page: what was found, what of it is shown, who would get it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from coalition.common.text import fold_search
from comms.models import Circle, Issue, LeftOut
from comms.updates.addressees import Addressees, addressees_of
from comms.updates.audience import Recipient, audience
from comms.updates.content import (
    Item,
    Said,
    Section,
    SectionKind,
    content_of,
    drafted_of,
    shown_of,
)
from comms.updates.sheet import HEADINGS, listed_of, room_in


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item as it stands, and what the record says when that is something else.

    `stale`: the record says another thing than when it was reworded. `counted`: how
    many are only counted in the mail, from this one on.
    """

    item: Item
    shown: bool
    pinned: bool
    place: int
    original: Item | None = None
    stale: bool = False
    counted: int = 0


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A section as it stands; `name` is what it is moved and hidden by."""

    name: str
    kind: SectionKind
    heading: str | Promise
    items: Sequence[DraftItem]
    unlisted: int
    said: Said | None
    circle: Circle

    @property
    def movable(self) -> bool:
        return self.kind != SectionKind.PINNED

    @property
    def is_own(self) -> bool:
        return self.kind == SectionKind.OWN

    @property
    def is_for_all(self) -> bool:
        return self.circle == Circle.EVERYBODY


# Where the records are of which a section lists some and counts the others.
_LISTS: Final = {
    SectionKind.BECAUSE: "comms:feedback_list",
    SectionKind.ACHIEVED: "tasks:task_list",
    SectionKind.PROGRESS: "goals:goal_list",
    SectionKind.JOINED: "members:partner_list",
    SectionKind.HURDLES: "tasks:task_list",
    SectionKind.NEXT: "tasks:task_list",
}


@dataclass(frozen=True, slots=True)
class ToldSection:
    """A section that was sent, as it is read again; its `said` is taken back by a key.

    `rest` leads to what is only counted.
    """

    heading: str | Promise
    section: Section
    rest: str

    @property
    def more(self) -> int:
        return max(0, self.section.total - len(self.section.items))

    @property
    def said_key(self) -> str:
        return self.section.name if self.section.is_own else self.section.opening_key

    @property
    def is_for_all(self) -> bool:
        return self.section.circle == Circle.EVERYBODY


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom it is for, who of them gets it, and for each reason who does not."""

    addressees: Addressees
    recipients: Sequence[Recipient]
    left_out: Sequence[tuple[LeftOut, Sequence[Recipient]]]

    @property
    def gets(self) -> int:
        return len(self.recipients)

    @property
    def without(self) -> int:
        return sum(len(people) for _, people in self.left_out)

    @property
    def total(self) -> int:
        return self.gets + self.without


def draft_sections(
    issue: Issue, circle: Circle = Circle.STEERING
) -> list[DraftSection]:
    """Return what people of a circle may see of the draft."""
    found = {item.key: item for item in content_of(issue).items}
    withdrawn = set(issue.withdrawals.values_list("key", flat=True))
    room = room_in(shown_of(issue).without(withdrawn))
    return [
        DraftSection(
            name=section.name,
            kind=section.kind,
            heading=section.heading or HEADINGS[section.kind],
            items=_folded(
                [
                    _item(item, found[item.key], issue, place)
                    for place, item in enumerate(section.items, start=1)
                ],
                listed_of(section, room),
            ),
            unlisted=section.total - len(section.items),
            said=section.said,
            circle=section.circle,
        )
        for section in drafted_of(issue).without(withdrawn).within(circle).sections
    ]


def told_sections(issue: Issue, circle: Circle) -> list[ToldSection]:
    """Return what a sent issue tells people of a circle, without what was withdrawn."""
    withdrawn = set(issue.withdrawals.values_list("key", flat=True))
    content = shown_of(issue, circle).without(withdrawn)
    return [
        ToldSection(
            heading=section.heading or HEADINGS[section.kind],
            section=section,
            rest=_list_of(section.kind, issue.coalition.slug),
        )
        for section in content.sections
    ]


def _list_of(kind: SectionKind, slug: str) -> str:
    if kind not in _LISTS:
        return ""
    done = "?state=done" if kind == SectionKind.ACHIEVED else ""
    return reverse(_LISTS[kind], kwargs={"slug": slug}) + done


def is_in(issue: Issue, name: str) -> bool:
    """Say whether the draft has an item or a section that goes by this name."""
    content = drafted_of(issue)
    names = [section.name for section in content.sections]
    return content.item(name) is not None or name in names


def draft_section(issue: Issue, name: str) -> DraftSection | None:
    sections = draft_sections(issue)
    return next((section for section in sections if section.name == name), None)


def draft_item(issue: Issue, key: str) -> DraftItem | None:
    drafted = draft_sections(issue)
    found = (entry for section in drafted for entry in section.items)
    return next((entry for entry in found if entry.item.key == key), None)


def _folded(items: list[DraftItem], listed: int) -> list[DraftItem]:
    """Note where the mail stops to list them; what is left out takes no room."""
    beyond = [place for place, item in enumerate(items) if item.shown][listed:]
    if beyond:
        items[beyond[0]] = replace(items[beyond[0]], counted=len(beyond))
    return items


def _item(item: Item, found: Item, issue: Issue, place: int) -> DraftItem:
    wording = issue.wordings.get(item.key)
    of = {"words": found.words, "note": found.note}
    return DraftItem(
        item=item,
        shown=item.key not in issue.hidden,
        pinned=item.key in issue.pinned,
        place=place,
        original=found if wording else None,
        stale=bool(wording) and wording["of"] != of,
    )


def audience_of(issue: Issue) -> Audience:
    """Return who would get it if it left now; two statements."""
    today = timezone.localdate(timezone=issue.coalition.zone)
    recipients: list[Recipient] = []
    reasons: defaultdict[LeftOut, list[Recipient]] = defaultdict(list)
    for who in audience(issue.coalition, today, issue=issue):
        (reasons[who.left_out] if who.left_out else recipients).append(who)
    return Audience(
        addressees=addressees_of(issue),
        recipients=sorted(recipients, key=lambda who: fold_search(who.name)),
        left_out=sorted(reasons.items(), key=lambda reason: len(reason[1])),
    )
