"""Records that look like one and the same, found among those who are here."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.common.names import near_twins
from coalition.web.services.merging.fields import PARTNER, PERSON
from members.models import KeptApart, MergeKind, Partner, PartnerAlias, Person

SAME_NAME: Final = _("Nearly the same name")
SAME_ADDRESS: Final = _("Nearly the same address")
SAME_PHONE: Final = _("The same phone number")
DIGITS_OF_A_PHONE: Final = 7

R = TypeVar("R", Partner, Person)


@dataclass(frozen=True, slots=True)
class Twins(Generic[R]):
    """Two records that seem to be one, the fuller first, and what gives them away."""

    kept: R
    lost: R
    why: str | Promise


Pairs = dict[tuple[int, int], str | Promise]


def partner_pairs() -> Pairs:
    """Return the numbers of partners whose names, or other names, are near twins."""
    listed = Partner.objects.listed()
    named = list(listed.order_by("pk").values_list("pk", "name"))
    aliases = PartnerAlias.objects.filter(partner__in=listed)
    named += aliases.order_by("pk").values_list("partner", "name")
    return _without_apart(dict.fromkeys(_by_name(named), SAME_NAME), MergeKind.PARTNER)


def person_pairs() -> Pairs:
    """Return the numbers of people with like names, addresses or phones."""
    people = Person.objects.living().order_by("pk")
    rows = list(people.values_list("pk", "full_name", "email", "phone"))
    found: Pairs = {}
    by_address = [(pk, email or "") for pk, _name, email, _phone in rows]
    by_phone = [(pk, phone) for pk, _name, _email, phone in rows]
    by_name = [(pk, name) for pk, name, _email, _phone in rows]
    found |= dict.fromkeys(_alike(by_phone, phone_key), SAME_PHONE)
    found |= dict.fromkeys(_alike(by_address, address_key), SAME_ADDRESS)
    found |= dict.fromkeys(_by_name(by_name), SAME_NAME)
    return _without_apart(found, MergeKind.PERSON)


def address_key(email: str) -> str:
    """Return what tells mailboxes apart: most ignore dots and what follows a plus."""
    local, _at, domain = email.partition("@")
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local and domain else ""


def phone_key(phone: str) -> str:
    """Return the last digits: a number is written with its country or without."""
    digits = re.sub(r"\D", "", phone)
    return digits[-9:] if len(digits) >= DIGITS_OF_A_PHONE else ""


def _by_name(named: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int]]:
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
