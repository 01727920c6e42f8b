"""Who speaks for a partner, and what they may do in its name."""

from django.utils import timezone

from members.errors import NotYourPartner
from members.models import Affiliation, Partner, Person
from members.models.person import Authority
from members.permissions import PARTNER_FIELDS, Permission
from members.services.access import may
from members.services.audit import Actor


def speaks_for(person: Person | None, partner: Partner) -> bool:
    speaking = Affiliation.objects.speaking(timezone.localdate())
    return speaking.filter(person=person, partner=partner).exists()


def partner_fields(partner: Partner, by: Actor) -> tuple[str, ...]:
    """Return what this actor may change on the partner's page: perhaps nothing."""
    if may(by, Permission.PARTNERS_EDIT):
        return PARTNER_FIELDS[Permission.PARTNERS_EDIT]
    if may(by, Permission.PARTNERS_EDIT_OWN) and speaks_for(by.person, partner):
        return PARTNER_FIELDS[Permission.PARTNERS_EDIT_OWN]
    return ()


def refuse_stranger(partner: Partner, by: Actor) -> None:
    """Let coordinators and those who speak for the partner pass."""
    if not partner_fields(partner, by):
        raise NotYourPartner(partner)


def decides_for(person: Person | None, partner: Partner) -> bool:
    """Say whether the person speaks for the partner without asking its board."""
    speaking = Affiliation.objects.speaking(timezone.localdate())
    return speaking.filter(
        person=person, partner=partner, authority=Authority.DECIDES
    ).exists()
