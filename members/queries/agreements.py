"""Where partners stand with the agreement, in a fixed number of statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db.models import Exists, OuterRef, QuerySet

from members.models import Agreement, AgreementAcceptance, Partner
from members.models.agreement import RENEWAL_OPENS
from members.queries.renewals import running_out


class Standing(Enum):
    """What a template asks by name: `standing.name`."""

    MISSING = "missing"
    LAPSED = "lapsed"
    RENEWABLE = "renewable"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class PartnerStanding:
    """A partner and the current version: the newest yes, if there is one."""

    partner: Partner
    agreement: Agreement
    acceptance: AgreementAcceptance | None
    today: date

    @property
    def standing(self) -> Standing:
        if self.acceptance is None:
            return Standing.MISSING
        until = self.acceptance.renew_on
        if until is None or self.today < until - RENEWAL_OPENS:
            return Standing.ACCEPTED
        return Standing.RENEWABLE if self.today < until else Standing.LAPSED

    @property
    def is_asked(self) -> bool:
        """Say whether somebody should read and accept it now."""
        return self.standing != Standing.ACCEPTED


def partner_standings(
    partners: Collection[Partner], today: date
) -> list[PartnerStanding]:
    """Return where each stands; nothing when no agreement is published."""
    agreement = Agreement.objects.current()
    if agreement is None or not partners:
        return []
    given = AgreementAcceptance.objects.filter(
        agreement=agreement, partner__in=partners
    ).select_related("accepted_by", "recorded_by")
    newest = {a.partner_id: a for a in given.order_by("accepted_on", "id")}
    return [
        PartnerStanding(partner, agreement, newest.get(partner.pk), today)
        for partner in partners
    ]


def without_agreement(
    partners: QuerySet[Partner], agreement: Agreement | None, today: date
) -> QuerySet[Partner]:
    """Keep those who have not accepted this version, or whose yes has run out."""
    if agreement is None:
        return partners.none()
    valid = AgreementAcceptance.objects.valid(today).filter(
        partner=OuterRef("pk"), agreement=agreement
    )
    return partners.filter(~Exists(valid))


@dataclass(frozen=True, slots=True)
class AgreementPage:
    agreement: Agreement
    is_current: bool
    acceptances: list[AgreementAcceptance]
    missing: list[Partner]
    renewing: list[AgreementAcceptance]


def agreement_page(agreement: Agreement, today: date) -> AgreementPage:
    """Return one version, who accepted it, and who has not if it is the current one."""
    is_current = agreement == Agreement.objects.current()
    given = (
        AgreementAcceptance.objects.filter(agreement=agreement)
        .select_related("partner", "accepted_by", "recorded_by")
        .order_by("partner__name_key", "-accepted_on")
    )
    partners = Partner.objects.active().listed()
    missing = without_agreement(partners, agreement, today) if is_current else []
    return AgreementPage(
        agreement, is_current, list(given), list(missing), _renewing(agreement, today)
    )


def _renewing(agreement: Agreement, today: date) -> list[AgreementAcceptance]:
    if not agreement.renewal_months:
        return []
    soon = running_out(today).filter(agreement=agreement)
    return list(soon.select_related("partner").order_by("renew_on", "id"))
