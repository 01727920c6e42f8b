"""Records that look like one and the same, found among those who are here."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core.cache import cache
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.common.digests import digest
from coalition.common.names import near_twins
from coalition.web.services.merging.fields import PARTNER, PERSON
from members.models import KeptApart, MergeKind, Partner, PartnerAlias, Person

DIGITS_OF_A_PHONE: Final = 7
REMEMBERED_SECONDS: Final = 24 * 3600

R = TypeVar("R", Partner, Person)


class Why(TextChoices):
    """What gives two records away."""

    NAME = "name", _("Nearly the same name")
    ADDRESS = "address", _("Nearly the same address")
    PHONE = "phone", _("The same phone number")


@dataclass(frozen=True, slots=True)
class Twins(Generic[R]):
    """Two records that seem to be one, the fuller first, and what gives them away."""

    kept: R
    lost: R
    why: Why


Pairs = dict[tuple[int, int], Why]
Rows = Sequence[tuple[Any, ...]]
Source = tuple[QuerySet[Any], tuple[str, ...]]  # rows, and what is compared of them


def partner_pairs() -> Pairs:
    """Return the numbers of partners whose names, or other names, are near twins."""
    listed = Partner.objects.listed()
    aliases = PartnerAlias.objects.filter(partner__in=listed)
    sources: list[Source] = [
        (listed, ("pk", "name")),
        (aliases, ("partner", "name", "pk")),
    ]
    found = _remembered(MergeKind.PARTNER, sources, _among_partners)
    return _without_apart(found, MergeKind.PARTNER)


def person_pairs() -> Pairs:
    """Return the numbers of people with like names, addresses or phones."""
    columns = ("pk", "full_name", "email", "phone")
    sources: list[Source] = [(Person.objects.living(), columns)]
    found = _remembered(MergeKind.PERSON, sources, _among_people)
    return _without_apart(found, MergeKind.PERSON)


def _remembered(
    kind: MergeKind, sources: list[Source], find: Callable[[Rows], Pairs]
) -> Pairs:
    """Compare again only when what is compared has changed, by whatever way.

    Ten thousand names take half a second. The key is a digest of all that would be
    read, so that nothing has to tell of a change; only numbers are kept.
    """
    key = _key(kind, sources)
    found: Pairs | None = cache.get(key)
    if found is None:
        found = find([row for source in sources for row in _read(*source)])
        if key == _key(kind, sources):  # else somebody saved while we read
            cache.set(key, found, REMEMBERED_SECONDS)
    return found


def _key(kind: MergeKind, sources: list[Source]) -> str:
    return ":".join(["look-alikes", kind, *(digest(*source) for source in sources)])


def _read(rows: QuerySet[Any], columns: tuple[str, ...]) -> Rows:
    return list(rows.order_by("pk").values_list(*columns))


def _among_partners(rows: Rows) -> Pairs:
    named = [(pk, name) for pk, name, *_alias in rows]
    return dict.fromkeys(_by_name(named), Why.NAME)


def _among_people(rows: Rows) -> Pairs:
    by_address = [(pk, email or "") for pk, _name, email, _phone in rows]
    by_phone = [(pk, phone) for pk, _name, _email, phone in rows]
    by_name = [(pk, name) for pk, name, _email, _phone in rows]
    return {
        **dict.fromkeys(_alike(by_phone, phone_key), Why.PHONE),
        **dict.fromkeys(_alike(by_address, address_key), Why.ADDRESS),
        **dict.fromkeys(_by_name(by_name), Why.NAME),
    }


def address_key(email: str) -> str:
    """Return what tells mailboxes apart: most ignore dots and what follows a plus."""
    local, _at, domain = email.partition("@")
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local and domain else ""


def phone_key(phone: str) -> str:
    """Return the last digits: a number is written with its country or without."""
    digits = re.sub(r"\D", "", phone)
    return digits[-9:] if len(digits) >= DIGITS_OF_A_PHONE else ""


def _by_name(named: Rows) -> Iterator[tuple[int, int]]:
    for later, earlier in near_twins([], [name for _pk, name in named]).items():
        yield from _pair(named[earlier][0], named[later][0])


def _alike(
    rows: Sequence[tuple[int, str]], key_of: Callable[[str], str]
) -> Iterator[tuple[int, int]]:
    same: dict[str, list[int]] = defaultdict(list)
    for pk, text in rows:
        if key := key_of(text):
            same[key].append(pk)
    for first, *others in same.values():
        for other in others:
            yield from _pair(first, other)


def _pair(one: int, other: int) -> Iterator[tuple[int, int]]:
    if one != other:
        yield min(one, other), max(one, other)


def _without_apart(found: Pairs, kind: MergeKind) -> Pairs:
    apart = KeptApart.objects.filter(kind=kind).values_list("low_pk", "high_pk")
    for pair in apart:
        found.pop(pair, None)
    return found


def partner_twins(pairs: Pairs) -> list[Twins[Partner]]:
    partners = Partner.objects.in_bulk({pk for pair in pairs for pk in pair})
    return _twins(pairs, partners, _fullness_of_partner)


def person_twins(pairs: Pairs) -> list[Twins[Person]]:
    people = Person.objects.select_related("membership").with_partners()
    found = people.in_bulk({pk for pair in pairs for pk in pair})
    return _twins(pairs, found, _fullness_of_person)


def _twins(
    pairs: Pairs, records: dict[int, R], fullness: Callable[[R], Any]
) -> list[Twins[R]]:
    found = []
    for (low, high), why in pairs.items():
        one, other = records[low], records[high]
        if fullness(other) > fullness(one):
            one, other = other, one
        found.append(Twins(one, other, why))
    return found


def _fullness_of_partner(partner: Partner) -> int:
    return sum(bool(getattr(partner, name)) for name in PARTNER)


def _fullness_of_person(person: Person) -> tuple[bool, bool, int]:
    """Whoever has an account or agreed stays: neither can be given by a merge."""
    membership = getattr(person, "membership", None)
    filled = sum(bool(getattr(person, name)) for name in PERSON)
    return bool(membership and membership.user_id), person.consent_digest, filled
