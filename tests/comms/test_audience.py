"""Who gets an issue; everybody else is told apart by a reason."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.models import LeftOut, Suppression
from comms.models.delivery import SuppressionReason
from comms.sending.addresses import address_hash
from comms.updates.audience import audience
from comms.updates.draft import audience_of
from members.models.membership import MembershipState
from members.models.partner import PartnerStatus
from tests.comms.drafts import make_issue
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
    PersonFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

TODAY = date(2026, 5, 15)


def reason(harbor, person) -> LeftOut | None:
    found = {who.person_id: who.left_out for who in audience(harbor, TODAY)}
    return found[person.pk]


def at(harbor, status=PartnerStatus.ACTIVE, **fields):
    partner = PartnerFactory(coalition=harbor, status=status)
    return AffiliationFactory(partner=partner, **fields).person


def test_an_active_member_gets_it(harbor, bob):
    assert reason(harbor, bob.person) is None


def test_somebody_at_an_active_partner_gets_it(harbor):
    assert reason(harbor, at(harbor)) is None


@pytest.mark.parametrize(
    "status", (PartnerStatus.INVITED, PartnerStatus.PAUSED, PartnerStatus.LEFT)
)
def test_somebody_at_another_partner_does_not(harbor, status):
    assert reason(harbor, at(harbor, status)) == LeftOut.NOT_A_MEMBER


def test_somebody_who_left_a_partner_does_not(harbor):
    person = at(harbor, to_on=TODAY - timedelta(days=1))
    assert reason(harbor, person) == LeftOut.NOT_A_MEMBER
    assert reason(harbor, at(harbor, to_on=TODAY)) is None


@pytest.mark.parametrize("state", (MembershipState.SUSPENDED, MembershipState.REMOVED))
def test_whoever_was_suspended_is_out_wherever_they_work(harbor, state):
    person = at(harbor)
    MembershipFactory(coalition=harbor, person=person, state=state)
    assert reason(harbor, person) == LeftOut.NOT_A_MEMBER


def test_without_an_address_or_consent_nobody_gets_it(harbor):
    person = at(harbor, person__email=None)
    assert reason(harbor, person) == LeftOut.NO_ADDRESS
    person = at(harbor, person__consent_digest=False, person__consent_at=None)
    assert reason(harbor, person) == LeftOut.NO_CONSENT


@pytest.mark.parametrize("why", tuple(SuppressionReason))
@pytest.mark.parametrize("everywhere", (False, True))
def test_whoever_is_switched_off_does_not_get_it(harbor, bob, why, everywhere):
    Suppression._base_manager.create(
        coalition=None if everywhere else harbor,
        addr_hmac=address_hash(bob.person.email),
        reason=why,
    )
    assert reason(harbor, bob.person) == LeftOut(why)


def test_a_suppression_outlives_a_change_of_the_key(harbor, bob, settings):
    Suppression._base_manager.create(
        coalition=harbor,
        addr_hmac=address_hash(bob.person.email),
        reason=SuppressionReason.UNSUBSCRIBED,
    )
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key" * 6
    assert reason(harbor, bob.person) == LeftOut.UNSUBSCRIBED


def test_a_lifted_or_foreign_suppression_counts_for_nothing(harbor, bob, charlie):
    hashed = address_hash(bob.person.email)
    for coalition, lifted in ((harbor, timezone.now()), (charlie.coalition, None)):
        Suppression._base_manager.create(
            coalition=coalition, addr_hmac=hashed, reason="manual", lifted_at=lifted
        )
    assert reason(harbor, bob.person) is None


def test_the_erased_and_other_coalitions_are_not_counted(harbor, bob, charlie):
    PersonFactory(coalition=harbor, erased_at=timezone.now())
    assert [who.person_id for who in audience(harbor, TODAY)] == [bob.person.pk]


def test_each_is_written_to_in_a_language_we_speak(harbor, bob):
    type(bob.person).objects.update(language="tlh")
    (who,) = audience(harbor, TODAY)
    assert who.language == "en"


def test_the_draft_says_how_many_get_it_and_why_others_do_not(harbor, bob):
    for _ in range(2):
        at(harbor, person__email=None)
    at(harbor, person__consent_digest=False, person__consent_at=None)
    summary = audience_of(make_issue(harbor))
    assert (summary.total, summary.gets, summary.without) == (4, 1, 3)
    assert [(why, len(people)) for why, people in summary.left_out] == [
        (LeftOut.NO_CONSENT, 1),
        (LeftOut.NO_ADDRESS, 2),
    ]


@pytest.mark.parametrize("people", (1, 3))
def test_the_audience_takes_two_statements(harbor, people):
    for _ in range(people):
        at(harbor)
    with CaptureQueriesContext(connection) as seen:
        assert len(list(audience(harbor, TODAY))) == people
    assert len(seen) == 2
