"""Read models of partners and people, each with a fixed number of statements."""

from dataclasses import dataclass
from datetime import date

from members.models import Affiliation, AuditEntry, Partner, PartnerAlias, Person


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
