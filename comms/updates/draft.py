"""Read model of the draft page: what was found, what of it is shown, who would get it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise

from comms.models import Issue, LeftOut
from comms.updates.audience import Recipient, audience
from comms.updates.content import Item, content_of
from comms.updates.sheet import HEADINGS
from members.models import Person


@dataclass(frozen=True, slots=True)
class DraftItem:
    item: Item
    shown: bool


@dataclass(frozen=True, slots=True)
class DraftSection:
    heading: str | Promise
    items: Sequence[DraftItem]
    unlisted: int


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
    return [
        DraftSection(
            heading=HEADINGS[section.kind],
            items=[_item(item, issue) for item in section.items],
            unlisted=section.total - len(section.items),
        )
        for section in content_of(issue).sections
    ]


def draft_item(issue: Issue, key: str) -> DraftItem | None:
    found = (item for item in content_of(issue).items if item.key == key)
    return next((_item(item, issue) for item in found), None)


def _item(item: Item, issue: Issue) -> DraftItem:
    return DraftItem(item, item.key not in issue.hidden)


def audience_of(issue: Issue) -> Audience:
    """Return who would get it if it left now; two statements."""
    today = timezone.localdate(timezone=issue.coalition.zone)
    everybody = list(audience(issue.coalition, today))
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


def seen_by(*, number: int | None, words: str | None) -> Person | None:
    """Return whom a preview is for: by name, or else by number."""
    people = Person.objects.living()
    if words:
        return people.matching(words).order_by("name_key", "pk").first()
    return people.filter(pk=number).first() if number else None


def next_reader(person: Person) -> Person | None:
    """Return the next of those with an address, beginning again after the last."""
    people = Person.objects.living().exclude(email=None).order_by("pk")
    return people.filter(pk__gt=person.pk).first() or people.first()
