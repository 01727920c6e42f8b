"""Whom a part can be asked of: somebody at a partner, or a partner that names one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from coalition.common.text import fold_search
from members.models import Partner
from members.models.partner import PartnerStatus
from members.models.person import PersonQuerySet
from members.queries import LISTED, PLACE, Carrier, carriers_like, carriers_named


@dataclass(frozen=True, slots=True)
class WhoeverAt:
    """A partner that is asked, as long as it has named nobody."""

    partner: Partner
    person: None = None

    def __str__(self) -> str:
        return str(self.partner)

    @property
    def key(self) -> str:
        return f"partner-{self.partner.pk}"


Party: TypeAlias = Carrier | WhoeverAt


def parties_named(text: str, people: PersonQuerySet, today: date) -> Sequence[Party]:
    """Return whom the text names in full; a partner also by another of its names."""
    key = fold_search(text)
    found: list[Party] = [
        WhoeverAt(partner) for partner, names in _partners_like(text) if key in names
    ]
    return found + carriers_named(text, people, today)


def parties_like(text: str, people: PersonQuerySet, today: date) -> Sequence[Party]:
    """Return active partners with a name that holds every word, then people as ever."""
    found: list[Party] = [
        WhoeverAt(partner)
        for partner, _names in _partners_like(text)
        if partner.status == PartnerStatus.ACTIVE
    ]
    return (found + carriers_like(text, people, today))[:LISTED]


def _partners_like(text: str) -> Iterator[tuple[Partner, list[str]]]:
    """Return partners by name, with their names: by words, not by sector or place."""
    words = [f" {word}" for word in fold_search(text.replace(PLACE, " ")).split()]
    if not words:
        return
    there = Partner.objects.listed().exclude(status=PartnerStatus.LEFT)
    found = there.matching("".join(words)).prefetch_related("aliases")
    for partner in found.order_by("name_key", "pk"):
        every = [partner.name, *(alias.name for alias in partner.aliases.all())]
        names = [fold_search(name) for name in every]
        if any(all(word in f" {name}" for word in words) for name in names):
            yield partner, names
