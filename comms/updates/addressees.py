"""Whom an announcement is for: everybody, or a part of the coalition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comms.models import Issue, Reach
from goals.models import Goal
from members.models import Affiliation, GroupMember
from members.models.partner import PartnerStatus
from tasks.models import Assignment

_WORDS: Final[Mapping[Reach, str | Promise]] = {
    Reach.EVERYBODY: _("Everybody"),
    Reach.GOAL: _("The people of “%(name)s”"),
    Reach.GROUP: _("The working group “%(name)s”"),
    Reach.SPEAKERS: _("Who speaks for %(name)s"),
    Reach.PARTNERS: _("Everybody at %(name)s"),
}


@dataclass(frozen=True, slots=True)
class Addressees:
    """A part of the coalition, by the numbers of its goal, group or partners.

    Who belongs to it is asked when it counts: who has left by the release is out, and
    who came is in. `name` is what it was called when it was chosen.
    """

    reach: Reach = Reach.EVERYBODY
    ids: tuple[int, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        return str(_WORDS[self.reach]) % {"name": self.name}

    @property
    def is_everybody(self) -> bool:
        return self.reach == Reach.EVERYBODY

    def as_json(self) -> dict[str, Any] | None:
        if self.is_everybody:
            return None
        return {"reach": self.reach.value, "ids": [*self.ids], "name": self.name}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self:
        if data is None:
            return cls()
        return cls(Reach(data["reach"]), tuple(data["ids"]), data["name"])


def addressees_of(issue: Issue) -> Addressees:
    return Addressees.from_json(issue.addressees)


def among(addressees: Addressees, today: date) -> Q:
    """Say which people belong to it on a day; nobody to what is no more."""
    if addressees.reach == Reach.GOAL:
        return _of_goals(addressees.ids)
    if addressees.reach == Reach.GROUP:
        places = GroupMember.objects.current().of_open_groups()
        return Q(pk__in=places.filter(group__in=addressees.ids).values("person"))
    if addressees.reach in {Reach.SPEAKERS, Reach.PARTNERS}:
        return _at_partners(addressees, today)
    return Q()


def _of_goals(ids: tuple[int, ...]) -> Q:
    """Who looks after it, and whoever has a part in what is still to do for it."""
    owners = Goal.objects.filter(pk__in=ids).exclude(owner=None)
    parts = Assignment.objects.standing().of_open_tasks().filter(task__goal__in=ids)
    return Q(pk__in=owners.values("owner")) | Q(pk__in=parts.values("person"))


def _at_partners(addressees: Addressees, today: date) -> Q:
    places = Affiliation.objects
    there = (
        places.speaking(today)
        if addressees.reach == Reach.SPEAKERS
        else places.current(today)
    ).filter(
        partner__in=addressees.ids,
        partner__status=PartnerStatus.ACTIVE,
        partner__archived_at=None,
    )
    return Q(pk__in=there.values("person"))
