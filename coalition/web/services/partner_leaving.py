"""A partner leaves: why, and who takes over what it carried; all of it or nothing."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError
from coalition.web.services.partner_load import (
    Heirs,
    Load,
    hand_back,
    hand_over,
    load_of,
)
from members.errors import NothingToChange
from members.models import Affiliation, AuditEntry, Partner
from members.models.partner import PartnerStatus
from members.queries import LEAVE, leaving_of
from members.services.affiliations import resume_affiliations
from members.services.audit import Actor, record_change
from members.services.groups import end_places, resume_places
from members.services.partners import change_partner_status
from members.services.people import end_affiliation
from members.services.records import locked, refuse_foreign
from tasks.services.departures import end_roles_of_partner, take_roles_back


class PartnerHasLeft(DomainError):  # noqa: N818
    def __init__(self, partner: object) -> None:
        super().__init__(_("%(partner)s has left already.") % {"partner": partner})


class PartnerIsBack(DomainError):  # noqa: N818
    def __init__(self, partner: object) -> None:
        super().__init__(_("%(partner)s is with us already.") % {"partner": partner})


class LoadChanged(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("What it carries has changed in the meantime. Look through it again.")
        )


def load_of_partner(partner: Partner, today: date) -> Load:
    """Return its open work, and its people's that is in nobody else's name."""
    return load_of(people=_only_there(partner, today), partner=partner)


def _only_there(partner: Partner, today: date) -> set[int]:
    """Return who stands for this partner and for no other."""
    current = Affiliation.objects.current(today)
    people = current.filter(partner=partner).values_list("person", flat=True)
    elsewhere = current.exclude(partner=partner).filter(person__in=people)
    there = set(elsewhere.values_list("person", flat=True))
    return set(people) - there


def leave_partner(
    *, partner: Partner, reason: str, heirs: Heirs, by: Actor
) -> AuditEntry:
    """Let it go; the entry is what `return_partner` takes it back from."""
    refuse_foreign(by, partner)
    with transaction.atomic():
        stored = locked(partner)
        if stored.status == PartnerStatus.LEFT:
            raise PartnerHasLeft(stored)
        load = load_of_partner(stored, timezone.localdate())
        if load.keys() != heirs.keys():
            raise LoadChanged
        before: dict[str, Any] = {
            "status": stored.status,
            "groups": _leave_groups(stored, by),
            "handed": hand_over(load=load, heirs=heirs, by=by),
            "roles": end_roles_of_partner(partner=stored, by=by),
            "affiliations": _end_affiliations(stored, by),
        }
        change_partner_status(
            partner=stored, status=PartnerStatus.LEFT, by=by, reason=reason
        )
        return record_change(action=LEAVE, target=stored, by=by, before=before)


def return_partner(*, partner: Partner, entry: AuditEntry, by: Actor) -> int:
    """Undo `leave_partner`; return how many things were changed since and stay."""
    refuse_foreign(by, partner)
    with transaction.atomic():
        stored = locked(partner)
        if stored.status != PartnerStatus.LEFT:
            raise PartnerIsBack(stored)
        if leaving_of(stored) != entry:
            raise NothingToChange
        status = PartnerStatus(entry.before["status"])
        change_partner_status(partner=stored, status=status, by=by)
        resume_affiliations(pks=entry.before["affiliations"], by=by)
        resume_places(pks=entry.before.get("groups", []), by=by)
        stayed = take_roles_back(ended=entry.before.get("roles", []), by=by)
        return stayed + hand_back(handed=entry.before["handed"], by=by)


def _leave_groups(partner: Partner, by: Actor) -> list[int]:
    people = _only_there(partner, timezone.localdate())
    return [pk for pk, _person in end_places(people=people, by=by)]


def _end_affiliations(partner: Partner, by: Actor) -> list[int]:
    standing = Affiliation.objects.filter(partner=partner, to_on=None)
    found = list(standing.select_related("person", "partner"))
    for affiliation in found:
        end_affiliation(affiliation=affiliation, by=by)
    return [affiliation.pk for affiliation in found]
