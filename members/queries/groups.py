"""Working groups as their pages show them: who is in which, and who leads."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from coalition.common.text import fold_search
from members.models import Affiliation, GroupMember, Partner, Person, WorkingGroup

if TYPE_CHECKING:
    from members.models.group import GroupMemberQuerySet


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group, who is in it by name, and who of them leads."""

    group: WorkingGroup
    places: list[GroupMember]

    @property
    def leads(self) -> list[GroupMember]:
        return [place for place in self.places if place.leads]

    @property
    def led_by(self) -> str:
        return ", ".join(str(place.person) for place in self.leads)

    def place_of(self, person: Person) -> GroupMember | None:
        return next((p for p in self.places if p.person_id == person.pk), None)

    def holds(self, words: str) -> bool:
        """Say whether every word is in what one reads about it."""
        said = [self.group.name, self.group.purpose]
        text = fold_search(" ".join([*said, *(str(p.person) for p in self.places)]))
        return all(word in text for word in fold_search(words).split())


@dataclass(frozen=True, slots=True)
class GroupPage:
    line: GroupLine
    partners: Mapping[int, list[Partner]]
    past: list[GroupMember]

    @property
    def rows(self) -> list[tuple[GroupMember, list[Partner]]]:
        """Return who is in it and whom they stand for, those who lead first."""
        ordered = sorted(self.line.places, key=lambda place: not place.leads)
        return [(place, self.partners.get(place.person_id, [])) for place in ordered]

    @property
    def partner_count(self) -> int:
        found = {partner for each in self.partners.values() for partner in each}
        return len(found)


@dataclass(frozen=True, slots=True)
class GroupOfPartner:
    """A group in which people of a partner are."""

    group: WorkingGroup
    people: list[Person]


def group_lines(words: str = "") -> list[GroupLine]:
    """Return the open groups that hold the words; there are never many."""
    groups = WorkingGroup.objects.open().prefetch_related(_inside())
    lines = [_line(group) for group in groups]
    return [line for line in lines if line.holds(words)]


def group_page(pk: int, today: date) -> GroupPage | None:
    group = WorkingGroup.objects.filter(pk=pk).prefetch_related(_inside()).first()
    if group is None:
        return None
    line = _line(group)
    past = GroupMember.objects.filter(group=group, left_at__isnull=False)
    return GroupPage(
        line,
        partners=_stand_for([place.person_id for place in line.places], today),
        past=list(past.select_related("person").order_by("-left_at", "-id")),
    )


def places_of(person: Person) -> "GroupMemberQuerySet":
    """Return the open groups that a person is in now."""
    current = GroupMember.objects.current().of_open_groups().filter(person=person)
    return current.select_related("group").order_by("group__name", "id")


def groups_of_partner(partner: Partner, today: date) -> list[GroupOfPartner]:
    """Return the open groups in which people are who stand for the partner now."""
    standing = Affiliation.objects.current(today).filter(partner=partner)
    places = GroupMember.objects.current().of_open_groups()
    found: dict[WorkingGroup, list[Person]] = defaultdict(list)
    for place in (
        places.filter(person__in=standing.values("person"))
        .select_related("group", "person")
        .order_by("group__name", "group", "person__name_key", "id")
    ):
        found[place.group].append(place.person)
    return [GroupOfPartner(group, people) for group, people in found.items()]


def _inside() -> Prefetch:  # type: ignore[type-arg]
    places = GroupMember.objects.current().select_related("person__membership")
    ordered = places.order_by("person__name_key", "id")
    return Prefetch("members", ordered, to_attr="inside")


def _line(group: WorkingGroup) -> GroupLine:
    places: list[GroupMember] = group.inside  # type: ignore[attr-defined]
    return GroupLine(group, places)


def _stand_for(people: Collection[int], today: date) -> dict[int, list[Partner]]:
    found: dict[int, list[Partner]] = defaultdict(list)
    current = Affiliation.objects.current(today).filter(
        person__in=people, partner__archived_at=None
    )
    for place in current.select_related("partner").order_by("partner__name_key"):
        found[place.person_id].append(place.partner)
    return found
