"""Whoever may renew a partner's yes is reminded once, before it runs out."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut, MailPreference, Wish
from comms.sending.mail import Skip
from members.models import AgreementAcceptance, Membership, Person
from members.models.person import AffiliationKind, Authority
from members.permissions import MemberRole
from tests.comms.test_notices import mail_of
from tests.factories.members import (
    AffiliationFactory,
    AgreementAcceptanceFactory,
    AgreementFactory,
    CoalitionFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
UNTIL = date(2026, 6, 2)


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def speaker(partner, role=MemberRole.MEMBER, **standing):
    member = MembershipFactory(coalition=partner.coalition, role=role)
    AffiliationFactory(partner=partner, person=member.person, **standing)
    return member.person


def accepted(coalition, *, until=UNTIL, partner=None, agreement=None):
    return AgreementAcceptanceFactory(
        partner=partner or PartnerFactory(coalition=coalition, name="Bay Union"),
        agreement=agreement or AgreementFactory(coalition=coalition),
        accepted_on=date(2025, 6, 2),
        renew_on=until,
    )


def told(now=NOW):
    tell(now)
    rows = Delivery.objects.filter(kind="agreement_renewal").order_by("pk")
    return [row.person for row in rows]


def test_who_may_accept_is_reminded_once(harbor):
    given = accepted(harbor)
    decides = speaker(given.partner)
    for standing in (
        {"authority": Authority.ASKS},
        {"kind": AffiliationKind.STAFF},
        {"role": MemberRole.OBSERVER},
        {"to_on": date(2026, 5, 1)},
    ):
        speaker(given.partner, **standing)
    Membership.objects.filter(person=speaker(given.partner)).update(state="suspended")
    assert told() == [decides]
    assert told(NOW + timedelta(days=1)) == [decides]
    row = Delivery.objects.get()
    assert row.lane == Lane.BULK
    assert timezone.localdate(row.expires_at, harbor.zone) == UNTIL


def test_a_yes_recorded_anew_for_the_same_day_is_no_second_mail(harbor):
    given = accepted(harbor)
    decides = speaker(given.partner)
    told()
    agreement, partner = given.agreement, given.partner
    given.delete()
    accepted(harbor, agreement=agreement, partner=partner)
    assert told() == [decides]


def test_the_next_renewal_is_another_mail(harbor):
    given = accepted(harbor)
    decides = speaker(given.partner)
    told()
    AgreementAcceptanceFactory(
        agreement=given.agreement,
        partner=given.partner,
        accepted_on=NOW.date(),
        renew_on=date(2027, 6, 2),
    )
    year = NOW + timedelta(days=365)
    with time_machine.travel(year, tick=False):
        assert told(year) == [decides, decides]


@pytest.mark.parametrize(
    "until", (None, date(2026, 5, 13), date(2026, 6, 13)), ids=("never", "over", "far")
)
def test_nobody_is_reminded_too_early_too_late_or_without_need(harbor, until):
    speaker(accepted(harbor, until=until).partner)
    assert told() == []


@pytest.mark.parametrize("gone", ({"status": "left"}, {"archived_at": NOW}))
def test_a_partner_that_is_gone_is_not_reminded(harbor, gone):
    partner = PartnerFactory(coalition=harbor, **gone)
    speaker(accepted(harbor, partner=partner).partner)
    assert told() == []


def test_only_the_version_that_is_asked_for_is_renewed(harbor):
    given = accepted(harbor, agreement=AgreementFactory(coalition=harbor, number=1))
    speaker(given.partner)
    AgreementFactory(coalition=harbor, number=2, published_at=None)
    AgreementFactory(coalition=CoalitionFactory(), number=3)
    assert len(told()) == 1
    Delivery.objects.all().delete()
    AgreementFactory(coalition=harbor, number=4)
    assert told() == []


def test_the_mail_says_what_until_when_and_leads_to_the_button(harbor, client_of):
    given = accepted(harbor)
    decides = speaker(given.partner)
    told()
    mail = mail_of(Delivery.objects.get())
    assert mail["Subject"] == "For Bay Union: renew “Points of unity”"
    path = at(decides.membership, "members:agreement_accept", given.partner_id)
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        assert "That yes holds until 2 June 2026." in " ".join(body.split())
        assert path in body
    assert "List-Unsubscribe" in mail
    assert "To be renewed" in client_of(decides.membership).get(path).text


@pytest.mark.parametrize(
    ("change", "reason"),
    (
        (lambda given: given.delete(), LeftOut.WITHDRAWN),
        (lambda given: AgreementFactory(coalition=given.coalition), LeftOut.WITHDRAWN),
        (
            lambda given: given.partner.affiliations.update(authority=Authority.ASKS),
            LeftOut.WITHDRAWN,
        ),
        (lambda _: Person.objects.update(consent_digest=False), LeftOut.NO_CONSENT),
        (
            lambda given: MailPreference.objects.create(
                person=Person.objects.get(affiliations__partner=given.partner),
                updates=Wish.NONE,
            ),
            LeftOut.NO_UPDATES,
        ),
    ),
    ids=("taken back", "new version", "asks its board", "no consent", "no updates"),
)
def test_what_changed_since_it_was_queued_holds(harbor, change, reason):
    given = accepted(harbor)
    speaker(given.partner)
    told()
    row = Delivery.objects.get()
    change(given)
    assert render([row])[row.pk] == Skip(reason)


def test_who_wants_only_what_concerns_them_is_reminded(harbor):
    decides = speaker(accepted(harbor).partner)
    MailPreference.objects.create(person=decides, updates=Wish.CONCERNING)
    told()
    row = Delivery.objects.get()
    assert not isinstance(render([row])[row.pk], Skip)


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_partners(
    harbor, count, django_assert_max_num_queries
):
    agreement = AgreementFactory(coalition=harbor)
    for _ in range(count):
        partner = PartnerFactory(coalition=harbor)
        speaker(accepted(harbor, agreement=agreement, partner=partner).partner)
    told()
    rows = list(Delivery.objects.all())
    assert len(rows) == count
    with django_assert_max_num_queries(6):
        render(rows)


def test_coordinators_see_who_is_to_renew(harbor, alice, client_of):
    accepted(harbor, agreement=AgreementFactory(coalition=harbor, renewal_months=12))
    client = client_of(alice)
    home = client.get(at(alice, "web:home")).text
    assert "1 partner is to renew the agreement" in home
    page = client.get(at(alice, "members:agreement_list")).text
    assert "To be renewed soon" in page
    AgreementAcceptance.objects.update(renew_on=date(2026, 7, 30))
    assert "to renew the agreement" not in client.get(at(alice, "web:home")).text
    page = client.get(at(alice, "members:agreement_list")).text
    assert "To be renewed soon" not in page
