"""Read model of the draft page: what was found, what of it is shown, who would get it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise

from comms.models import Issue, LeftOut
from comms.updates.audience import Recipient, audience
from comms.updates.content import Item, SectionKind, content_of, drafted_of, shown_of
from comms.updates.sheet import HEADINGS
from members.models import Person

NAMED: Final = 8  # of those who have the name that is looked for


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item as it stands, and what the record says when that is something else.

    `stale`: the record says another thing than when it was reworded.
    """

    item: Item
    shown: bool
    pinned: bool
    place: int
    original: Item | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class DraftSection:
    kind: SectionKind
    heading: str | Promise
    items: Sequence[DraftItem]
    unlisted: int

    @property
    def movable(self) -> bool:
        return self.kind != SectionKind.PINNED


@dataclass(frozen=True, slots=True)
class Audience:
    """How many get it, and for each reason who does not."""

    total: int
    gets: int
    left_out: Sequence[tuple[LeftOut, Sequence[Recipient]]]

    @property
    def without(self) -> int:
        return self.total - self.gets


def draft_sections(issue: Issue) -> list[DraftSection]:
    found = {item.key: item for item in content_of(issue).items}
    return [
        DraftSection(
            kind=section.kind,
            heading=HEADINGS[section.kind],
            items=[
                _item(item, found[item.key], issue, place)
                for place, item in enumerate(section.items, start=1)
            ],
            unlisted=section.total - len(section.items),
        )
        for section in drafted_of(issue).sections
    ]


def told_sections(issue: Issue) -> list[tuple[str | Promise, Sequence[Item]]]:
    """Return what a sent issue tells, without what was withdrawn since."""
    withdrawn = set(issue.withdrawals.values_list("key", flat=True))
    content = shown_of(issue).without(withdrawn)
    return [(HEADINGS[section.kind], section.items) for section in content.sections]


def is_in(issue: Issue, name: str) -> bool:
    """Say whether the draft has an item of this key or a section of this kind."""
    content = drafted_of(issue)
    kinds = [section.kind for section in content.sections]
    return content.item(name) is not None or name in kinds


def draft_item(issue: Issue, key: str) -> DraftItem | None:
    drafted = draft_sections(issue)
    found = (entry for section in drafted for entry in section.items)
    return next((entry for entry in found if entry.item.key == key), None)


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
    everybody = list(audience(issue.coalition, today, issue=issue))
    reasons: defaultdict[LeftOut, list[Recipient]] = defaultdict(list)
    for who in everybody:
        if who.left_out:
            reasons[who.left_out].append(who)
    without = sum(map(len, reasons.values()))
    return Audience(
        total=len(everybody),
        gets=len(everybody) - without,
        left_out=sorted(reasons.items(), key=lambda reason: len(reason[1])),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom a preview is for, who else has the name looked for, and who comes next.

    `left_out` says why this person will not get it.
    """

    person: Person
    others: Sequence[Person]
    unknown: bool
    following: Person | None
    left_out: LeftOut | None


def seen_by(
    issue: Issue, *, number: int | None, words: str | None, default: Person
) -> Seen:
    """Find by number, or by name, or else take the one who looks."""
    people = Person.objects.living()
    found = (
        list(people.matching(words).order_by("name_key", "pk")[:NAMED]) if words else []
    )
    chosen = people.filter(pk=number).first() if number and not found else None
    person = found[0] if found else chosen or default
    return Seen(
        person=person,
        others=found[1:],
        unknown=bool(words) and not found,
        following=next_reader(person),
        left_out=_why_not(issue, person),
    )


def _why_not(issue: Issue, person: Person) -> LeftOut | None:
    today = timezone.localdate(timezone=issue.coalition.zone)
    who = next(
        audience(issue.coalition, today, issue=issue, after=person.pk - 1, limit=1)
    )
    return who.left_out


def next_reader(person: Person) -> Person | None:
    """Return the next of those with an address, beginning again after the last."""
    people = Person.objects.living().exclude(email=None).order_by("pk")
    return people.filter(pk__gt=person.pk).first() or people.first()
