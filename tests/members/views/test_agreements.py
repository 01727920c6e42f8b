"""The agreement: written, published, accepted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from coalition.common.clock import months_after
from coalition.common.tenancy import scope
from members.models import Agreement, AgreementAcceptance, AuditEntry
from members.models.person import AffiliationKind, Authority
from tests.factories.members import (
    AgreementAcceptanceFactory,
    AgreementFactory,
    PartnerFactory,
)
from tests.members.views.speaking import speaks
from tests.utils import at

WORDS = {"title": "Points of unity", "text": "## Breathe\n\n- *together*"}


def acceptances(membership):
    with scope(coalition=membership.coalition):
        return list(AgreementAcceptance.objects.all())


def test_agreement_is_drafted_edited_and_published(alice, bob, client_of):
    client = client_of(alice)
    client.post(at(alice, "members:agreement_create"), WORDS)
    with scope(coalition=alice.coalition):
        draft = Agreement.objects.get()
    assert (draft.number, draft.published_at) == (1, None)
    page = at(alice, "members:agreement_detail", draft.pk)
    assert client_of(bob).get(page).status_code == 404
    assert (
        "Points of unity"
        not in client_of(bob).get(at(bob, "members:agreement_list")).text
    )
    edit = at(alice, "members:agreement_edit", draft.pk)
    client.post(edit, {**WORDS, "renewal_months": "12", "version": 1})
    client.post(at(alice, "members:agreement_publish", draft.pk), {"version": 2})
    draft.refresh_from_db()
    assert (draft.published_by, draft.renewal_months) == (alice.person, 12)
    assert "<em>together</em>" in client_of(bob).get(page).text


def test_agreement_publish_takes_only_the_version_that_was_read(alice, client_of):
    draft = AgreementFactory(coalition=alice.coalition, published_at=None, version=2)
    url = at(alice, "members:agreement_publish", draft.pk)
    page = client_of(alice).post(url, {"version": 1})
    assert page.status_code == 422
    assert "Somebody else saved" in page.text
    draft.refresh_from_db()
    assert draft.published_at is None


def test_agreement_create_goes_on_from_the_last_version(alice, client_of):
    AgreementFactory(coalition=alice.coalition, number=1, text="As it was")
    client = client_of(alice)
    url = at(alice, "members:agreement_create")
    assert "As it was" in client.get(url).text
    client.post(url, WORDS)
    with scope(coalition=alice.coalition):
        draft = Agreement.objects.get(number=2)
    assert client.get(url)["Location"] == at(alice, "members:agreement_edit", draft.pk)


@pytest.mark.parametrize(
    ("form", "said"),
    (
        ({"title": "", "text": "x"}, "Please fill this in."),
        ({**WORDS, "renewal_months": "0"}, "greater than or equal to 1"),
    ),
)
def test_agreement_create_says_what_is_wrong(form, said, alice, client_of):
    page = client_of(alice).post(at(alice, "members:agreement_create"), form)
    assert page.status_code == 422
    assert said in page.text


@pytest.mark.parametrize("name", ("agreement_edit", "agreement_delete"))
def test_a_published_version_stays(name, alice, client_of):
    agreement = AgreementFactory(coalition=alice.coalition)
    url = at(alice, f"members:{name}", agreement.pk)
    page = client_of(alice).post(url, {**WORDS, "version": 1}, follow=True)
    assert "its words stay" in page.text
    agreement.refresh_from_db()
    assert agreement.text == "We speak with one voice."


def test_a_dropped_draft_comes_back(alice, client_of):
    draft = AgreementFactory(coalition=alice.coalition, published_at=None)
    client = client_of(alice)
    client.post(at(alice, "members:agreement_delete", draft.pk))
    with scope(coalition=alice.coalition):
        assert not Agreement.objects.exists()
        entry = AuditEntry.objects.get(action="delete")
    client.post(at(alice, "members:agreement_restore", entry.pk))
    with scope(coalition=alice.coalition):
        assert Agreement.objects.get().text == draft.text


def test_agreement_accept_needs_the_button(bob, client_of):
    agreement = AgreementFactory(coalition=bob.coalition, renewal_months=12)
    partner = speaks(bob)
    client = client_of(bob)
    url = at(bob, "members:agreement_accept", partner.pk)
    page = client.get(url)
    client.head(url)
    assert "Accept for Harbor Clinic" in page.text
    assert acceptances(bob) == []
    answer = client.post(url, {"agreement": agreement.pk})
    assert answer["Location"] == at(bob, "members:partner_detail", partner.pk)
    (given,) = acceptances(bob)
    assert (given.accepted_by, given.recorded_by) == (bob.person, bob.person)
    assert given.renew_on == months_after(timezone.localdate(), 12)
    assert not given.on_behalf


@pytest.mark.parametrize(
    "standing",
    ({"authority": Authority.ASKS}, {"kind": AffiliationKind.STAFF}),
)
def test_agreement_accept_is_for_who_may_decide(standing, bob, client_of):
    agreement = AgreementFactory(coalition=bob.coalition)
    partner = speaks(bob, **standing)
    url = at(bob, "members:agreement_accept", partner.pk)
    client = client_of(bob)
    assert "Accept for" not in client.get(url, follow=True).text
    client.post(url, {"agreement": agreement.pk})
    assert acceptances(bob) == []


def test_agreement_accept_says_that_the_board_is_asked_first(bob, client_of):
    agreement = AgreementFactory(coalition=bob.coalition)
    partner = speaks(bob, authority=Authority.ASKS)
    url = at(bob, "members:agreement_accept", partner.pk)
    page = client_of(bob).post(url, {"agreement": agreement.pk})
    assert page.status_code == 422
    assert "Ask your board" in page.text


def test_agreement_accept_counts_for_the_version_that_was_read(bob, client_of):
    old = AgreementFactory(coalition=bob.coalition, number=1)
    AgreementFactory(coalition=bob.coalition, number=2)
    partner = speaks(bob)
    url = at(bob, "members:agreement_accept", partner.pk)
    page = client_of(bob).post(url, {"agreement": old.pk})
    assert page.status_code == 422
    assert "not the version that is asked for now" in page.text
    assert acceptances(bob) == []


def test_agreement_accept_twice_is_one_act(bob, client_of):
    agreement = AgreementFactory(coalition=bob.coalition, renewal_months=1)
    url = at(bob, "members:agreement_accept", speaks(bob).pk)
    client = client_of(bob)
    client.post(url, {"agreement": agreement.pk})
    again = client.post(url, {"agreement": agreement.pk})
    assert again.status_code == 422
    assert len(acceptances(bob)) == 1


def test_agreement_accept_is_asked_again_when_it_runs_out(bob, client_of):
    partner = speaks(bob)
    today = timezone.localdate()
    agreement = AgreementFactory(coalition=bob.coalition, renewal_months=12)
    AgreementAcceptanceFactory(
        partner=partner,
        agreement=agreement,
        accepted_on=today - timedelta(days=340),
        renew_on=today + timedelta(days=25),
    )
    client = client_of(bob)
    url = at(bob, "members:agreement_accept", partner.pk)
    assert "To be renewed" in client.get(url).text
    client.post(url, {"agreement": agreement.pk})
    assert len(acceptances(bob)) == 2
    assert "nothing to do" in client.get(url).text


def test_agreement_accept_without_an_agreement(bob, client_of):
    url = at(bob, "members:agreement_accept", speaks(bob).pk)
    assert "No agreement is published yet." in client_of(bob).get(url, follow=True).text


def test_acceptance_create_is_marked_as_recorded(alice, bob, client_of):
    agreement = AgreementFactory(coalition=alice.coalition)
    partner = speaks(bob)
    client = client_of(alice)
    url = at(alice, "members:acceptance_create", partner.pk)
    form = {
        "agreement": agreement.pk,
        "accepted_on": "2026-01-31",
        "accepted_by": bob.person.pk,
    }
    client.post(url, form)
    (given,) = acceptances(alice)
    assert (given.accepted_by, given.recorded_by) == (bob.person, alice.person)
    assert given.on_behalf
    page = client.get(at(alice, "members:partner_detail", partner.pk))
    assert "recorded by Alice Adams" in page.text
    client.post(at(alice, "members:acceptance_delete", given.pk))
    assert acceptances(alice) == []
    with scope(coalition=alice.coalition):
        entry = AuditEntry.objects.get(action="delete")
    client.post(at(alice, "members:acceptance_restore", entry.pk))
    assert acceptances(alice) == [given]


def test_acceptance_create_says_what_is_wrong(alice, bob, charlie, client_of):
    agreement = AgreementFactory(coalition=alice.coalition)
    partner = PartnerFactory(coalition=alice.coalition)
    url = at(alice, "members:acceptance_create", partner.pk)
    form = {
        "agreement": agreement.pk,
        "accepted_on": timezone.localdate() + timedelta(days=2),
        "accepted_by": charlie.person.pk,
    }
    page = client_of(alice).post(url, form)
    assert page.status_code == 422
    assert "That day has not come yet." in page.text
    assert acceptances(alice) == []


def test_agreement_list_tells_who_has_not_accepted(alice, charlie, client_of):
    agreement = AgreementFactory(coalition=alice.coalition)
    AgreementAcceptanceFactory(
        partner__coalition=alice.coalition, partner__name="Yes", agreement=agreement
    )
    AgreementAcceptanceFactory(
        partner__coalition=alice.coalition,
        partner__name="Ran out",
        agreement=agreement,
        accepted_on=date(2020, 1, 1),
        renew_on=date(2021, 1, 1),
    )
    PartnerFactory(coalition=alice.coalition, name="Paused", status="paused")
    PartnerFactory(coalition=charlie.coalition, name="Canary")
    page = client_of(alice).get(at(alice, "members:agreement_list")).context["page"]
    assert [partner.name for partner in page.missing] == ["Ran out"]


@pytest.mark.parametrize("rows", (1, 3))
def test_agreement_list_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    agreement = AgreementFactory(coalition=alice.coalition)
    for _ in range(rows):
        AgreementAcceptanceFactory(
            partner__coalition=alice.coalition, agreement=agreement
        )
        PartnerFactory(coalition=alice.coalition)
    client = client_of(alice)
    client.get(at(alice, "members:agreement_list"))
    with django_assert_num_queries(7):
        client.get(at(alice, "members:agreement_list"))
