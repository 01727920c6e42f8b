"""Read models of partners and people, each with a fixed number of statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from members.models import Affiliation, AuditEntry, Partner, PartnerAlias, Person
from members.models.partner import PartnerStatus


@dataclass(frozen=True, slots=True)
class PartnerPage:
    partner: Partner
    aliases: list[PartnerAlias]
    affiliations: list[Affiliation]
    former: list[Affiliation]
    history: list[AuditEntry]


def partner_page(partner: Partner, today: date) -> PartnerPage:
    affiliations = list(
        Affiliation.objects.filter(partner=partner)
        .select_related("person")
        .order_by("kind", "person__name_key")
    )
    return PartnerPage(
        partner=partner,
        aliases=list(PartnerAlias.objects.filter(partner=partner)),
        affiliations=[a for a in affiliations if a.is_current(today)],
        former=[a for a in affiliations if not a.is_current(today)],
        history=history_of(partner),
    )


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    affiliations: list[Affiliation]
    former: list[Affiliation]
    history: list[AuditEntry]


def person_page(person: Person, today: date) -> PersonPage:
    affiliations = list(
        Affiliation.objects.filter(person=person)
        .select_related("partner")
        .order_by("partner__name_key")
    )
    return PersonPage(
        person=person,
        affiliations=[a for a in affiliations if a.is_current(today)],
        former=[a for a in affiliations if not a.is_current(today)],
        history=history_of(person),
    )


def history_of(record: Partner | Person, limit: int = 20) -> list[AuditEntry]:
    """Return the newest audit entries about a record."""
    return list(
        AuditEntry.objects.filter(
            model=record._meta.label_lower,  # noqa: SLF001
            target_pk=str(record.pk),
        ).select_related("actor")[:limit]
    )


def partners_joined_between(start: datetime, end: datetime) -> QuerySet[Partner]:
    """Return who became a partner, by when that was recorded."""
    return (
        Partner.objects.active()
        .filter(status_since__gte=start, status_since__lt=end)
        .order_by("name_key", "id")
    )


def partners_of(people: Collection[int], today: date) -> Mapping[int, str]:
    """Return the name of the active partner that each of these people stands for."""
    rows = (
        Affiliation.objects.current(today)
        .filter(person__in=people, partner__status=PartnerStatus.ACTIVE)
        .order_by("-id")
        .values_list("person_id", "partner__name")
    )
    return dict(rows)
