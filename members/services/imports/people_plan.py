"""What a file of people would do, and doing it in a handful of statements."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from members.models import Affiliation, Membership, PaperReader, Partner, Person
from members.permissions import MemberRole
from members.services.apart import keep_new_apart
from members.services.audit import Actor, Change, snapshot
from members.services.imports.effects import CHANGED, NEW, UNCHANGED, Effect
from members.services.imports.run import Batches, save_edits
from members.services.people import FIELDS


@dataclass(slots=True)
class Entry:
    """What the file says of one person, in one row or in several that agree.

    `places` has a row's line for each partner that it names.
    """

    line: int
    person: Person | None
    values: dict[str, Any]
    partners: dict[int, Partner] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.values["full_name"])

    @property
    def role(self) -> MemberRole:
        return MemberRole(self.values.get("role", MemberRole.MEMBER))


@dataclass(slots=True)
class PeoplePlan:
    by: Actor
    effects: list[Effect] = field(default_factory=list)
    new: list[tuple[Person, Entry]] = field(default_factory=list)
    edits: list[tuple[Person, dict[str, Any]]] = field(default_factory=list)
    joins: list[tuple[Person, Partner]] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    affiliations: list[Affiliation] = field(default_factory=list)
    recognised: list[tuple[Person, str]] = field(default_factory=list)
    apart: list[tuple[Person, Person]] = field(default_factory=list)
    papers: list[PaperReader] = field(default_factory=list)

    def add(self, person: Person, entry: Entry) -> None:
        """Plan a new person: access first, then each partner that a row names."""
        self.new.append((person, entry))
        membership = Membership(
            coalition=self.by.coalition, person=person, role=entry.role
        )
        self.memberships.append(membership)
        effects = self._effects(person, entry)
        first = effects[entry.line]
        first.outcome = NEW
        first.made.append(membership)
        named = [name for name in FIELDS if name in entry.values]
        first.after |= snapshot(person, named) | {"role": entry.role}
        for partner in entry.partners.values():
            self._join(effects[entry.places[partner.pk]], person, partner)

    def change(
        self,
        person: Person,
        entry: Entry,
        before: dict[str, Any],
        joins: list[Partner],
    ) -> None:
        effects = self._effects(person, entry)
        for partner in joins:
            self.joins.append((person, partner))
            self._join(effects[entry.places[partner.pk]], person, partner)
        if before:
            self.edits.append((person, before))
            lines = [entry.places[partner.pk] for partner in joins]
            shown = effects[min(lines, default=entry.line)]
            shown.outcome = CHANGED
            shown.before |= before
            shown.after |= snapshot(person, before)

    def put_on_paper(
        self, person: Person, entry: Entry, courier: Person | None
    ) -> None:
        """Let somebody read on paper who does not yet."""
        reader = PaperReader(
            coalition=self.by.coalition, person=person, courier=courier
        )
        self.papers.append(reader)
        (effect,) = (e for e in self.effects if e.line == entry.line)
        effect.made.append(reader)
        effect.after["paper"] = True
        if courier:
            effect.after["courier"] = courier.full_name
        if effect.outcome == UNCHANGED:
            effect.outcome = CHANGED

    def _effects(self, person: Person, entry: Entry) -> dict[int, Effect]:
        effects = {
            line: Effect(line, UNCHANGED, person, entry.name) for line in entry.lines
        }
        self.effects += effects.values()
        return effects

    def _join(self, effect: Effect, person: Person, partner: Partner) -> None:
        affiliation = Affiliation(
            coalition=self.by.coalition, person=person, partner=partner
        )
        self.affiliations.append(affiliation)
        effect.made.append(affiliation)
        effect.after["organisation"] = partner.name
        if effect.outcome == UNCHANGED:
            effect.outcome = CHANGED

    @property
    def size(self) -> int:
        made = len(self.new) + len(self.memberships) + len(self.affiliations)
        return made + len(self.edits) + len(self.papers)

    def write(self, batches: Batches) -> list[Change]:
        for people in batches(person for person, _entry in self.new):
            Person.objects.bulk_create(people)
        for memberships in batches(self.memberships):
            Membership.objects.bulk_create(memberships)
        for affiliations in batches(self.affiliations):
            Affiliation.objects.bulk_create(affiliations)
        for papers in batches(self.papers):
            PaperReader.objects.bulk_create(papers)
        for edits in batches(self.edits):
            save_edits(edits)
        return list(self._changes())

    def _changes(self) -> Iterator[Change]:
        for person, entry in self.new:
            after = {"role": entry.role, "partners": list(entry.partners)}
            yield Change("create", person, {}, snapshot(person, FIELDS) | after)
        for person, before in self.edits:
            yield Change("edit", person, before, snapshot(person, before))
        for person, partner in self.joins:
            yield Change("affiliate", person, {}, {"partner": partner})
        for reader in self.papers:
            told: dict[str, Any] = {"on_paper": True, "courier": reader.courier_id}
            yield Change("paper", reader.person, {}, told)
        for person, name in self.recognised:
            yield Change("recognise", person, {}, {"called": name})
        yield from keep_new_apart(self.apart)
