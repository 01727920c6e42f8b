"""The lists of partners and people: what narrows them, and how they are sorted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from coalition.common.sorting import SortColumn
from members.models import Affiliation, Agreement, GroupMember, Partner, Person
from members.models.membership import MembershipState
from members.models.partner import PartnerQuerySet
from members.models.person import PersonQuerySet
from members.queries.agreements import without_agreement

ARCHIVED = "archived"  # beside the statuses: what is in the archive
PARTNER_COLUMNS = (
    SortColumn("name", _("Partner"), ("name_key",)),
    SortColumn("sector", _("Sector"), ("sector", "name_key"), wide=True),
    SortColumn("place", _("Place"), ("country", "region", "name_key"), wide=True),
    SortColumn("people", _("People"), ("people_count", "name_key"), wide=True),
    SortColumn("joined", _("With us since"), ("joined_on", "name_key"), True, True),
    SortColumn("status", _("Status"), ("status", "name_key")),
)
PERSON_COLUMNS = (
    SortColumn("name", _("Person"), ("name_key", "id")),
    SortColumn("joined", _("With us since"), ("joined_on", "name_key"), True, True),
    SortColumn("access", _("Access"), ("membership__role", "name_key")),
)


class PersonState(StrEnum):
    """Whether a person is with us; without a choice all but the removed are."""

    ACTIVE = "active"
    NEW = "new"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    ALL = "all"


class Missing(StrEnum):
    """What a partner may lack."""

    AGREEMENT = "agreement"
    DELEGATE = "delegate"


class Public(StrEnum):
    """What may be shown of a partner outside the coalition."""

    NAME = "name"
    LOGO = "logo"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Facets:
    """The words that the partners here can be narrowed by, and who has which tag."""

    countries: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    tags: dict[str, list[int]] = field(default_factory=dict)


def partner_facets() -> Facets:
    """Read them in one statement: no database looks into lists as the other does."""
    rows = list(
        Partner.objects.order_by().values_list(
            "pk", "country", "region", "sector", "tags"
        )
    )
    tags: dict[str, list[int]] = {}
    for pk, _country, _region, _sector, words in rows:
        for word in words:
            tags.setdefault(word, []).append(pk)
    return Facets(
        countries=_in_use(row[1] for row in rows),
        regions=_in_use(row[2] for row in rows),
        sectors=_in_use(row[3] for row in rows),
        tags=dict(sorted(tags.items(), key=lambda item: item[0].casefold())),
    )


def _in_use(words: Iterable[str]) -> list[str]:
    return sorted(Counter(word for word in words if word), key=str.casefold)


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    words: str = ""
    status: str = ""
    country: str = ""
    region: str = ""
    sector: str = ""
    tag: str = ""
    missing: str = ""
    public: str = ""


def partners_matching(
    wanted: PartnerFilter, facets: Facets, today: date
) -> QuerySet[Partner]:
    """Return them in no order; the archive only when it is asked for."""
    found = Partner.objects.matching(wanted.words)
    if wanted.status == ARCHIVED:
        found = found.archived()
    else:
        found = found.listed()
        if wanted.status:
            found = found.filter(status=wanted.status)
    same = {
        name: value
        for name in ("country", "region", "sector")
        if (value := getattr(wanted, name))
    }
    found = found.filter(**same)
    if wanted.tag:
        found = found.filter(pk__in=facets.tags.get(wanted.tag, []))
    if wanted.public:
        found = _shown_in_public(found, wanted.public)
    return _lacking(found, wanted.missing, today)


def _shown_in_public(partners: PartnerQuerySet, what: str) -> PartnerQuerySet:
    if what == Public.NAME:
        return partners.nameable()
    if what == Public.LOGO:
        return partners.with_public_logo()
    return partners.exclude(pk__in=Partner.objects.nameable())


def _lacking(
    partners: QuerySet[Partner], missing: str, today: date
) -> QuerySet[Partner]:
    if missing == Missing.AGREEMENT:
        return without_agreement(partners, Agreement.objects.current(), today)
    if missing == Missing.DELEGATE:
        speaking = Affiliation.objects.speaking(today).exclude(
            person__membership__state=MembershipState.SUSPENDED
        )
        return partners.filter(~Exists(speaking.filter(partner=OuterRef("pk"))))
    return partners


def with_people_count(partners: QuerySet[Partner], today: date) -> QuerySet[Partner]:
    """Annotate `people_count`: counted for the rows of a page, not for all."""
    people = (
        Affiliation.objects.current(today)
        .filter(partner=OuterRef("pk"))
        .order_by()
        .values("partner")
        .annotate(n=Count("person", distinct=True))
    )
    return partners.annotate(people_count=Coalesce(Subquery(people.values("n")), 0))


@dataclass(frozen=True, slots=True)
class PersonFilter:
    words: str = ""
    partner: str = ""
    group: str = ""
    state: str = ""
    role: str = ""
    consent: str = ""
    address: str = ""


def people_matching(
    wanted: PersonFilter, today: date, *, by_address: bool
) -> PersonQuerySet:
    """Return people, the archive only when asked; by address if it may be seen."""
    found = _in_state(wanted.state)
    found = found.matching(wanted.words, by_address=by_address)
    if wanted.partner:
        partners = Partner.objects.offered().matching(wanted.partner)
        current = Affiliation.objects.current(today).filter(partner__in=partners)
        found = found.filter(Exists(current.filter(person=OuterRef("pk"))))
    if wanted.group:
        places = GroupMember.objects.current().filter(group=int(wanted.group))
        found = found.filter(pk__in=places.values("person"))
    if wanted.role:
        found = found.filter(membership__role=wanted.role)
    if wanted.consent:
        found = found.filter(consent_digest=wanted.consent == "yes")
    if wanted.address:
        found = found.filter(email__isnull=wanted.address == "no")
    return found


def _in_state(wanted: str) -> PersonQuerySet:
    """Return who is with us in that way."""
    people: PersonQuerySet = Person.objects.all()
    match wanted:
        case PersonState.ALL:
            return people.living()
        case PersonState.ACTIVE:
            return people.with_access()
        case PersonState.NEW:
            return people.with_access().filter(membership__user=None)
        case PersonState.SUSPENDED:
            return people.living().filter(membership__state=wanted)
        case PersonState.REMOVED:
            return people.archived()
    return people.listed()
