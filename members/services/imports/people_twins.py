"""People who look like somebody here: shown side by side, never taken for one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from coalition.common.names import near_twins
from members.models import Person
from members.services.imports.books import PartnerBook, PeopleBook, name_key
from members.services.imports.run import Findings
from members.services.imports.twins import SAME_PERSON

# More to choose from would be a directory.
MOST: Final = 3
COMPARED: Final = ("organisation", "email", "phone")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the list makes new unless a person says who it is, and what they said."""

    line: int
    values: Mapping[str, Any]
    partners: set[int]
    answer: str
    same: Person | None = None


class PeopleTwins:
    """Who is here under nearly the same name; each name is compared once."""

    def __init__(self, people: PeopleBook, partners: PartnerBook) -> None:
        self._people = people
        self._partners = partners
        self._named: dict[str, list[Person]] = defaultdict(list)
        for person in people.by_pk.values():
            self._named[person.name_key].append(person)
        # Names of one word resemble everybody who has it: they come last.
        self._keys = sorted(self._named, key=_is_one_word)

    def find(
        self, asked: Sequence[Asked], findings: Findings
    ) -> Iterator[tuple[Asked, list[Person], dict[str, Any]]]:
        """Yield whom each resembles; warn unless somebody said who it is."""
        twins = near_twins(self._keys, [str(a.values["full_name"]) for a in asked])
        for place, one in enumerate(asked, len(self._keys)):
            found = self._candidates(one, twins.get(place))
            if found:
                first, *others = [self._told(one, person) for person in found]
                twin = {**first, "also": others, "answer": one.answer}
                yield one, found, twin
            if found and not one.answer:
                _warn(findings, one, found[0])

    def _candidates(self, one: Asked, place: int | None) -> list[Person]:
        """Return the likeliest first: of the same name, then at the same partner."""
        key = name_key(one.values["full_name"])
        near = self._keys[place] if place is not None and self._is_here(place) else key
        found = {person.pk: person for person in self._named.get(key, ())}
        for person in self._named.get(near, ()):
            if self._is_beside(one, person) or not _is_one_word(key, near):
                found[person.pk] = person
        if one.same:
            found[one.same.pk] = one.same
        ranked = sorted(
            found.values(),
            key=lambda person: (
                person != one.same,
                not self._is_beside(one, person),
                person.name_key != key,
            ),
        )
        return ranked[:MOST]

    def _is_here(self, place: int) -> bool:
        return place < len(self._keys)

    def _is_beside(self, one: Asked, person: Person) -> bool:
        return not one.partners.isdisjoint(self._people.places[person.pk])

    def _told(self, one: Asked, person: Person) -> dict[str, Any]:
        return {
            "same_as": f"{SAME_PERSON}:{person.pk}",
            "name": person.full_name,
            "differs": list(self._differences(one, person)),
        }

    def _differences(self, one: Asked, person: Person) -> Iterator[list[str]]:
        """Yield what the two say of themselves, where it is not the same."""
        here = self._names_of(self._people.places[person.pk])
        listed = self._names_of(one.partners)
        for name in COMPARED:
            value = str(one.values.get(name) or "")
            ours = str(getattr(person, name, None) or "")
            if name == "organisation":
                value, ours = listed or value, here
            if name_key(value) != name_key(ours) and (value or ours):
                yield [name, ours, value]

    def _names_of(self, partners: set[int]) -> str:
        names = (self._partners.by_pk[pk].name for pk in sorted(partners))
        return "; ".join(names)


def _is_one_word(*names: str) -> bool:
    return any(" " not in name for name in names)


def _warn(findings: Findings, one: Asked, person: Person) -> None:
    name = str(one.values["full_name"])
    if person.name_key == name_key(name):
        message = _("Somebody of this name is here already with another address.")
    else:
        message = _("This looks like “%(name)s”, who is here already.") % {
            "name": person.full_name
        }
    findings.warnings.add(one.line, "full_name", name, message)
