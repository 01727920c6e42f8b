"""Whose yes to the agreement runs out soon, and who may renew it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.models import Affiliation, Agreement, AgreementAcceptance, Membership
from members.models.agreement import RENEWAL_REMINDS
from members.models.partner import PartnerStatus
from members.models.person import Authority
from members.permissions import Permission


@dataclass(frozen=True, slots=True)
class Renewal:
    """A yes that runs out, and one person who may renew it."""

    acceptance: AgreementAcceptance
    person_id: int


def running_out(today: date) -> QuerySet[AgreementAcceptance]:
    """Keep the last yes of active partners to a current version, in its last month."""
    newer = Agreement.objects.published().filter(
        coalition=OuterRef("coalition"), number__gt=OuterRef("agreement__number")
    )
    renewed = AgreementAcceptance.objects.filter(
        Q(renew_on=None) | Q(renew_on__gt=OuterRef("renew_on")),
        agreement=OuterRef("agreement"),
        partner=OuterRef("partner"),
    )
    return AgreementAcceptance.objects.filter(
        ~Exists(newer),
        ~Exists(renewed),
        renew_on__gt=today,
        renew_on__lte=today + RENEWAL_REMINDS,
        partner__status=PartnerStatus.ACTIVE,
        partner__archived_at=None,
    )


def renewals(today: date, *, of: Collection[int] | None = None) -> Iterator[Renewal]:
    """Yield each person who may say yes again, in two statements."""
    soon = running_out(today).select_related("agreement", "partner", "coalition")
    found = soon if of is None else soon.filter(pk__in=of)
    by_partner = {acceptance.partner_id: acceptance for acceptance in found}
    trusted = Membership.objects.who_may(Permission.AGREEMENTS_ACCEPT)
    speaking = Affiliation.objects.speaking(today).filter(
        partner__in=by_partner,
        authority=Authority.DECIDES,
        person__membership__in=trusted,
    )
    pairs = speaking.order_by("id").values_list("partner_id", "person_id")
    for partner_id, person_id in dict.fromkeys(pairs):
        yield Renewal(by_partner[partner_id], person_id)
