"""What a file of people would do, and doing it in a handful of statements."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from members.models import Affiliation, Membership, Partner, Person
from members.permissions import MemberRole
from members.services.audit import Actor, Change, snapshot
from members.services.imports.run import BATCH, Counts, save_edits
from members.services.people import FIELDS


@dataclass(slots=True)
class Entry:
    """What the file says of one person, in one row or in several that agree."""

    line: int
    person: Person | None
    values: dict[str, Any]
    partners: dict[int, Partner] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.values["full_name"])

    @property
    def role(self) -> MemberRole:
        return MemberRole(self.values.get("role", MemberRole.MEMBER))


@dataclass(slots=True)
class PeoplePlan:
    by: Actor
    counts: Counts = field(default_factory=Counts)
    new: list[tuple[Person, Entry]] = field(default_factory=list)
    edits: list[tuple[Person, dict[str, Any]]] = field(default_factory=list)
    joins: list[tuple[Person, Partner]] = field(default_factory=list)

    def write(self) -> list[Change]:
        coalition = self.by.coalition
        Person.objects.bulk_create(
            [person for person, _entry in self.new], batch_size=BATCH
        )
        Membership.objects.bulk_create(
            [
                Membership(coalition=coalition, person=person, role=entry.role)
                for person, entry in self.new
            ],
            batch_size=BATCH,
        )
        Affiliation.objects.bulk_create(
            [
                Affiliation(coalition=coalition, person=person, partner=partner)
                for person, partner in self._links()
            ],
            batch_size=BATCH,
        )
        save_edits(self.edits)
        return list(self._changes())

    def _links(self) -> Iterator[tuple[Person, Partner]]:
        for person, entry in self.new:
            for partner in entry.partners.values():
                yield person, partner
        yield from self.joins

    def _changes(self) -> Iterator[Change]:
        for person, entry in self.new:
            after = {"role": entry.role, "partners": list(entry.partners)}
            yield Change("create", person, {}, snapshot(person, FIELDS) | after)
        for person, before in self.edits:
            yield Change("edit", person, before, snapshot(person, before))
        for person, partner in self.joins:
            yield Change("affiliate", person, {}, {"partner": partner})
