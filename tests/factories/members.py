"""Factories of members."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from members.models import (
    Affiliation,
    Agreement,
    AgreementAcceptance,
    AuditEntry,
    CapacityOffer,
    Coalition,
    GroupMember,
    Handover,
    Import,
    ImportRow,
    Invitation,
    KeptApart,
    Membership,
    Merge,
    MergeKind,
    Partner,
    PartnerAlias,
    PartnerLogo,
    PermissionGrant,
    Person,
    User,
    Via,
    WorkingGroup,
)
from members.models.imports import ImportKind, ImportState, RowOutcome
from members.permissions import MemberRole, Permission
from tests.factories.base import BaseFactory, of_same


class CoalitionFactory(BaseFactory):
    class Meta:
        model = Coalition

    slug = factory.Sequence(lambda n: f"coalition-{n}")
    name = factory.Sequence(lambda n: f"Coalition {n}")
    timezone = "UTC"


class UserFactory(BaseFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")


class PartnerLogoFactory(BaseFactory):
    class Meta:
        model = PartnerLogo

    coalition = factory.SubFactory(CoalitionFactory)
    data = b"\x89PNG drawn by us"


class PartnerFactory(BaseFactory):
    class Meta:
        model = Partner

    coalition = factory.SubFactory(CoalitionFactory)
    name = factory.Sequence(lambda n: f"Partner {n}")


class PartnerAliasFactory(BaseFactory):
    class Meta:
        model = PartnerAlias

    partner = factory.SubFactory(PartnerFactory)
    coalition = factory.SelfAttribute("partner.coalition")
    name = factory.Sequence(lambda n: f"Also known as {n}")


class PersonFactory(BaseFactory):
    class Meta:
        model = Person

    coalition = factory.SubFactory(CoalitionFactory)
    full_name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    consent_digest = True
    consent_at = factory.LazyFunction(timezone.now)


class AffiliationFactory(BaseFactory):
    class Meta:
        model = Affiliation

    partner = factory.SubFactory(PartnerFactory)
    coalition = factory.SelfAttribute("partner.coalition")
    person = of_same(PersonFactory)


class CapacityOfferFactory(BaseFactory):
    class Meta:
        model = CapacityOffer

    partner = factory.SubFactory(PartnerFactory)
    coalition = factory.SelfAttribute("partner.coalition")
    kind = "Meeting rooms"


class AgreementFactory(BaseFactory):
    class Meta:
        model = Agreement

    coalition = factory.SubFactory(CoalitionFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = "Points of unity"
    text = "We speak with one voice."
    published_at = factory.LazyFunction(timezone.now)


class AgreementAcceptanceFactory(BaseFactory):
    class Meta:
        model = AgreementAcceptance

    partner = factory.SubFactory(PartnerFactory)
    coalition = factory.SelfAttribute("partner.coalition")
    agreement = of_same(AgreementFactory)
    recorded_by = of_same(PersonFactory)
    accepted_on = factory.LazyFunction(timezone.localdate)


class MembershipFactory(BaseFactory):
    class Meta:
        model = Membership

    coalition = factory.SubFactory(CoalitionFactory)
    person = of_same(PersonFactory)
    user = factory.SubFactory(
        UserFactory, email=factory.SelfAttribute("..person.email")
    )
    role = MemberRole.MEMBER


class AuditEntryFactory(BaseFactory):
    class Meta:
        model = AuditEntry

    coalition = factory.SubFactory(CoalitionFactory)
    actor = of_same(PersonFactory)
    via = Via.WEB
    action = "edited"
    model = "members.Partner"
    target_pk = "1"


class InvitationFactory(BaseFactory):
    class Meta:
        model = Invitation

    coalition = factory.SubFactory(CoalitionFactory)
    person = of_same(PersonFactory)
    email = factory.LazyAttribute(lambda made: made.person.email or "")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class HandoverFactory(BaseFactory):
    class Meta:
        model = Handover

    coalition = factory.SubFactory(CoalitionFactory)
    # Not a SubFactory, as `taker` is: those who plant one person for each would meet
    # the rule that the two are not the same.
    giver = factory.LazyAttribute(
        lambda made: (
            MembershipFactory(
                coalition=made.coalition, role=MemberRole.COORDINATOR
            ).person
        )
    )
    taker = of_same(PersonFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class ImportFactory(BaseFactory):
    class Meta:
        model = Import

    coalition = factory.SubFactory(CoalitionFactory)
    person = of_same(PersonFactory)
    kind = ImportKind.PARTNERS
    state = ImportState.PREVIEW
    file_name = "partners.csv"
    sha256 = "0" * 64
    data = b"name\nPartner\n"
    titles = factory.LazyFunction(lambda: ["name"])
    records = 1


class ImportRowFactory(BaseFactory):
    class Meta:
        model = ImportRow

    source = factory.SubFactory(ImportFactory)
    line = factory.Sequence(lambda n: n + 2)
    outcome = RowOutcome.NEW
    name = factory.Sequence(lambda n: f"Partner {n}")


class MergeFactory(BaseFactory):
    class Meta:
        model = Merge

    kept_person = factory.SubFactory(PersonFactory)
    coalition = factory.SelfAttribute("kept_person.coalition")
    kind = MergeKind.PERSON
    lost_pk = factory.Sequence(lambda n: 10**9 + n)
    lost_name = factory.Sequence(lambda n: f"Twin {n}")


class KeptApartFactory(BaseFactory):
    class Meta:
        model = KeptApart

    coalition = factory.SubFactory(CoalitionFactory)
    kind = MergeKind.PERSON
    low_pk = factory.Sequence(lambda n: 10**9 + n)
    high_pk = factory.Sequence(lambda n: 2 * 10**9 + n)


class WorkingGroupFactory(BaseFactory):
    class Meta:
        model = WorkingGroup

    coalition = factory.SubFactory(CoalitionFactory)
    name = factory.Sequence(lambda n: f"Group {n}")


class GroupMemberFactory(BaseFactory):
    class Meta:
        model = GroupMember

    group = factory.SubFactory(WorkingGroupFactory)
    coalition = factory.SelfAttribute("group.coalition")
    person = of_same(PersonFactory)


class PermissionGrantFactory(BaseFactory):
    class Meta:
        model = PermissionGrant

    coalition = factory.SubFactory(CoalitionFactory)
    person = of_same(PersonFactory)
    permission = Permission.COMMENTS_MODERATE
    because = "Keeps the peace"
    source = factory.Sequence(lambda n: f"test:{n}")
    from_on = date(2026, 1, 1)
