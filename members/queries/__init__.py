"""Read models of partners and people, each with a fixed number of statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Model, Prefetch, QuerySet, Value, When

from coalition.common.names import fold
from members.models import (
    Affiliation,
    AgreementAcceptance,
    AuditEntry,
    CapacityOffer,
    GroupMember,
    Invitation,
    Merge,
    Partner,
    PartnerAlias,
    Person,
)
from members.models.partner import PartnerStatus
from members.models.person import AffiliationKind, PersonQuerySet
from members.queries.agreements import PartnerStanding, partner_standings
from members.queries.groups import GroupOfPartner, groups_of_partner, places_of
from members.queries.history import HistoryLine, history_of
from members.queries.invitations import last_invitation
from members.queries.merges import merges_into

LEAVE = "leave"  # the audit action of a partner that goes with what it carried


@dataclass(frozen=True, slots=True)
class StatusChange:
    status: PartnerStatus
    at: datetime
    by: Person | None
    reason: str


@dataclass(frozen=True, slots=True)
class PartnerPage:
    partner: Partner
    aliases: list[PartnerAlias]
    affiliations: list[Affiliation]
    former: list[Affiliation]
    groups: list[GroupOfPartner]
    offers: list[CapacityOffer]
    standing: PartnerStanding | None
    acceptances: list[AgreementAcceptance]
    statuses: list[StatusChange]
    leaving: AuditEntry | None
    merges: list[Merge]
    history: list[HistoryLine]


def partner_page(partner: Partner, today: date) -> PartnerPage:
    merges = merges_into(partner)
    affiliations = list(
        Affiliation.objects.filter(partner=partner)
        .select_related("person__membership")
        .order_by(_speaks_first(), "person__name_key")
    )
    return PartnerPage(
        partner=partner,
        aliases=list(PartnerAlias.objects.filter(partner=partner)),
        affiliations=[a for a in affiliations if a.is_current(today)],
        former=[a for a in affiliations if not a.is_current(today)],
        groups=groups_of_partner(partner, today),
        offers=list(CapacityOffer.objects.filter(partner=partner)),
        standing=next(iter(partner_standings([partner], today)), None),
        acceptances=list(
            AgreementAcceptance.objects.filter(partner=partner).select_related(
                "agreement", "accepted_by", "recorded_by"
            )
        ),
        statuses=status_history(partner),
        leaving=leaving_of(partner),
        merges=merges,
        history=history_of(partner, merges),
    )


def status_history(partner: Partner) -> list[StatusChange]:
    """Read from the audit trail when it was active, paused or gone, and why."""
    return [
        StatusChange(
            status=PartnerStatus(entry.after["status"]),
            at=entry.at,
            by=entry.actor,
            reason=entry.reason,
        )
        for entry in AuditEntry.objects.filter(
            model=partner._meta.label_lower,  # noqa: SLF001
            target_pk=str(partner.pk),
            action="status",
            after__has_key="status",
        ).select_related("actor")
    ]


def leaving_of(partner: Partner) -> AuditEntry | None:
    """Return what is undone to have a partner back with all it carried, if anything."""
    if partner.status != PartnerStatus.LEFT:
        return None
    last = AuditEntry.objects.filter(
        model=partner._meta.label_lower,  # noqa: SLF001
        target_pk=str(partner.pk),
        action__in=["status", LEAVE],
    ).first()
    return last if last and last.action == LEAVE else None


def _speaks_first() -> Case:
    """Order by kind as it is declared: delegates, alternates, staff."""
    kinds = AffiliationKind.values
    return Case(*(When(kind=kind, then=Value(n)) for n, kind in enumerate(kinds)))


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    affiliations: list[Affiliation]
    former: list[Affiliation]
    places: list[GroupMember]
    invitation: Invitation | None
    merges: list[Merge]
    history: list[HistoryLine]


def person_page(person: Person, today: date) -> PersonPage:
    merges = merges_into(person)
    affiliations = list(
        Affiliation.objects.filter(person=person)
        .select_related("partner")
        .order_by("partner__name_key")
    )
    return PersonPage(
        person=person,
        affiliations=[a for a in affiliations if a.is_current(today)],
        former=[a for a in affiliations if not a.is_current(today)],
        places=list(places_of(person)),
        invitation=last_invitation(person),
        merges=merges,
        history=history_of(person, merges),
    )


def last_removal(model: type[Model], pk: int) -> AuditEntry | None:
    """Return the entry from which a removed record can be put back."""
    return AuditEntry.objects.filter(
        model=model._meta.label_lower,  # noqa: SLF001
        target_pk=str(pk),
        action="delete",
    ).first()


def partners_joined_between(start: datetime, end: datetime) -> QuerySet[Partner]:
    """Return who became a partner, by when that was recorded."""
    return (
        Partner.objects.active()
        .listed()
        .filter(status_since__gte=start, status_since__lt=end)
        .order_by("name_key", "id")
    )


def partners_spoken_for(person: Person, today: date) -> list[Partner]:
    """Return the partners whose delegate or alternate the person is now."""
    speaking = Affiliation.objects.speaking(today).filter(
        person=person, partner__archived_at=None
    )
    found = speaking.select_related("partner").order_by("partner__name_key")
    return [affiliation.partner for affiliation in found]


def partners_of(people: Collection[int], today: date) -> Mapping[int, str]:
    """Return the name of the active partner that each of these people stands for."""
    rows = (
        Affiliation.objects.current(today)
        .filter(person__in=people, partner__status=PartnerStatus.ACTIVE)
        .order_by("-id")
        .values_list("person_id", "partner__name")
    )
    return dict(rows)


PLACE = " · "
LISTED = 20


@dataclass(frozen=True, slots=True)
class Carrier:
    """Somebody who can be asked: a person, at one of the partners they stand for."""

    person: Person
    partner: Partner | None

    def __str__(self) -> str:
        return (
            f"{self.person}{PLACE}{self.partner}" if self.partner else str(self.person)
        )

    @property
    def key(self) -> str:
        return f"{self.person.pk}-{self.partner.pk if self.partner else 0}"


def carriers_named(text: str, people: PersonQuerySet, today: date) -> list[Carrier]:
    """Return whom the text names in full: "Ana Ruiz", or "Ana Ruiz · Tenants Union"."""
    name, _, place = text.partition(PLACE)
    return [
        carrier
        for carrier in _carriers(people.filter(name_key=fold(name)), today)
        if not place or (carrier.partner and carrier.partner.name_key == fold(place))
    ]


def carriers_like(text: str, people: PersonQuerySet, today: date) -> list[Carrier]:
    """Return people whose name or partner holds every one of the first words."""
    words = text.replace(PLACE, " ").split()[:4]
    return _carriers(people.matching(" ".join(words)), today)[:LISTED]


def _carriers(people: QuerySet[Person], today: date) -> list[Carrier]:
    current = (
        Affiliation.objects.current(today)
        .filter(partner__archived_at=None)
        .exclude(partner__status=PartnerStatus.LEFT)
        .select_related("partner")
        .order_by("partner__name_key")
    )
    found = people.prefetch_related(
        Prefetch("affiliations", current, to_attr="standing_for")
    )
    return [carrier for person in found[:LISTED] for carrier in _of(person)]


def _of(person: Person) -> list[Carrier]:
    standing: list[Affiliation] = person.standing_for  # type: ignore[attr-defined]
    return [Carrier(person, a.partner) for a in standing] or [Carrier(person, None)]
