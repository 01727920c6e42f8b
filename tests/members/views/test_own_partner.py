"""The partner's page in the hands of those who speak for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import Affiliation, AuditEntry
from members.models.person import AffiliationKind, Authority
from tests.factories.members import (
    AffiliationFactory,
    AgreementAcceptanceFactory,
    AgreementFactory,
    CapacityOfferFactory,
    GroupMemberFactory,
    MergeFactory,
    PartnerAliasFactory,
    PartnerFactory,
)
from tests.members.views.speaking import speaks
from tests.utils import HTMX, at

TOMORROW = timezone.localdate() + timedelta(days=2)
LONG_AGO = timezone.localdate() - timedelta(days=2)


def test_partner_edit_lets_a_delegate_change_what_the_table_says(bob, client_of):
    partner = speaks(bob)
    client = client_of(bob)
    page = client.get(at(bob, "members:partner_edit", partner.pk))
    assert "communities" in page.text
    assert 'name="name"' not in page.text
    assert 'name="notes"' not in page.text
    form = {
        "name": "Another name",
        "tags": "mine",
        "communities": "night workers, young parents",
        "sector": "Health",
        "why_joined": "Our patients cough.",
        "version": 1,
    }
    client.post(at(bob, "members:partner_edit", partner.pk), form)
    partner.refresh_from_db()
    assert (partner.name, partner.tags) == ("Harbor Clinic", [])
    assert partner.communities == ["night workers", "young parents"]
    assert (partner.sector, partner.why_joined) == ("Health", "Our patients cough.")
    assert "night workers" in partner.search_text


@pytest.mark.parametrize(
    "standing",
    (
        {"kind": AffiliationKind.STAFF},
        {"from_on": TOMORROW},
        {"to_on": LONG_AGO},
    ),
)
def test_partner_edit_turns_away_who_does_not_speak_for_it(standing, bob, client_of):
    partner = speaks(bob, **standing)
    client = client_of(bob)
    url = at(bob, "members:partner_edit", partner.pk)
    page = client.post(url, {"sector": "Mine", "version": 1}, follow=True)
    assert "Only those who speak for Harbor Clinic" in page.text
    assert client.get(url, headers=HTMX).headers["HX-Redirect"] == at(
        bob, "members:partner_detail", partner.pk
    )
    partner.refresh_from_db()
    assert partner.sector == ""


def test_partner_edit_is_not_for_an_observer(vera, client_of):
    partner = speaks(vera)
    page = client_of(vera).get(at(vera, "members:partner_edit", partner.pk))
    assert page.status_code == 403


def test_partner_page_offers_to_edit_only_to_those_who_may(bob, client_of):
    own, other = speaks(bob), PartnerFactory(coalition=bob.coalition)
    client = client_of(bob)
    edit = "/edit/"
    assert edit in client.get(at(bob, "members:partner_detail", own.pk)).text
    assert edit not in client.get(at(bob, "members:partner_detail", other.pk)).text


@pytest.mark.parametrize("rows", (1, 3))
def test_partner_page_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    partner = PartnerFactory(coalition=alice.coalition)
    agreement = AgreementFactory(coalition=alice.coalition)
    for n in range(rows):
        person = AffiliationFactory(partner=partner).person
        GroupMemberFactory(group__coalition=alice.coalition, person=person)
        PartnerAliasFactory(partner=partner)
        CapacityOfferFactory(partner=partner)
        MergeFactory(
            kind="partner",
            kept_partner=partner,
            kept_person=None,
            coalition=alice.coalition,
        )
        AgreementAcceptanceFactory(
            partner=partner,
            agreement=agreement,
            accepted_on=timezone.localdate() - timedelta(days=n),
        )
    client = client_of(alice)
    url = at(alice, "members:partner_detail", partner.pk)
    client.get(url)
    with django_assert_num_queries(14):
        client.get(url)


def test_partner_listing_is_no_until_somebody_agrees(bob, client_of):
    partner = speaks(bob)
    client = client_of(bob)
    url = at(bob, "members:partner_listing", partner.pk)
    assert partner.listing_agreed_at is None
    client.post(url, {"agreed": "1"})
    partner.refresh_from_db()
    assert partner.listing_agreed_by == bob.person
    assert partner.listing_agreed_at is not None
    client.post(url, {"agreed": "1"})
    client.post(url)
    partner.refresh_from_db()
    assert (partner.listing_agreed_at, partner.listing_agreed_by) == (None, None)
    with scope(coalition=bob.coalition):
        told = AuditEntry.objects.order_by("id").values_list("action", flat=True)
        assert list(told) == ["agree to be listed", "no longer be listed"]


def test_partner_listing_is_not_for_others_to_say(bob, client_of):
    partner = PartnerFactory(coalition=bob.coalition)
    url = at(bob, "members:partner_listing", partner.pk)
    page = client_of(bob).post(url, {"agreed": "1"}, follow=True)
    assert "Only those who speak for" in page.text
    partner.refresh_from_db()
    assert partner.listing_agreed_at is None


def standing_of(membership):
    with scope(coalition=membership.coalition):
        return Affiliation.objects.get(person=membership.person)


def test_affiliation_edit_changes_what_somebody_may_do(alice, bob, client_of):
    partner = speaks(bob)
    affiliation = standing_of(bob)
    client = client_of(alice)
    url = at(alice, "members:affiliation_edit", affiliation.pk)
    assert "Must ask their board" in client.get(url).text
    form = {"kind": "alternate", "authority": "asks", "version": 1}
    answer = client.post(url, form)
    assert answer["Location"] == at(alice, "members:partner_detail", partner.pk)
    affiliation.refresh_from_db()
    assert (affiliation.kind, affiliation.authority) == ("alternate", Authority.ASKS)
    late = client.post(url, {**form, "kind": "staff"})
    assert late.status_code == 422
    assert "Somebody else saved" in late.text
    with scope(coalition=alice.coalition):
        entry = AuditEntry.objects.get(action="change affiliation")
        assert entry.before == {"kind": "delegate", "authority": "decides"}


def test_affiliation_edit_says_what_is_wrong(alice, bob, client_of):
    speaks(bob, to_on=TOMORROW)
    affiliation = standing_of(bob)
    form = {
        "kind": "delegate",
        "authority": "asks",
        "from_on": TOMORROW + timedelta(days=1),
        "version": 1,
    }
    page = client_of(alice).post(
        at(alice, "members:affiliation_edit", affiliation.pk), form
    )
    assert page.status_code == 422
    assert "It cannot end before it starts." in page.text
