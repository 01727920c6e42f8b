"""Somebody who speaks for a partner, and their client."""

from members.models import Membership, Partner
from members.models.person import AffiliationKind, Authority
from tests.factories.members import AffiliationFactory, PartnerFactory


def speaks(
    membership: Membership, *, authority: str = Authority.DECIDES, **kwargs: object
) -> Partner:
    """Make the person a delegate of a new partner."""
    partner = PartnerFactory(coalition=membership.coalition, name="Harbor Clinic")
    kwargs.setdefault("kind", AffiliationKind.DELEGATE)
    AffiliationFactory(
        partner=partner, person=membership.person, authority=authority, **kwargs
    )
    return partner
