"""The people list and page, as people use them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import Affiliation, Membership, Person
from members.permissions import MemberRole
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)

HTMX = {"HX-Request": "true"}


def url(name, **kwargs):
    return reverse(f"members:{name}", kwargs={"slug": "harbor", **kwargs})


@pytest.mark.parametrize("rows", (1, 3))
def test_person_list_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    for member in MembershipFactory.create_batch(rows, coalition=alice.coalition):
        AffiliationFactory(person=member.person, partner__coalition=alice.coalition)
    client = client_of(alice)
    with django_assert_num_queries(10):
        client.get(url("person_list"))


def test_person_list_finds_by_partner_and_shows_no_other_coalition(
    alice, charlie, client_of
):
    partner = PartnerFactory(coalition=alice.coalition, name="Clínica Sur")
    member = MembershipFactory(coalition=alice.coalition, person__full_name="Ana")
    AffiliationFactory(person=member.person, partner=partner)
    page = client_of(alice).get(url("person_list"), {"q": "clinica"})
    assert "Ana" in page.text
    assert "Charlie" not in page.text


def test_person_list_finds_by_address_only_for_who_may_read_it(alice, bob, client_of):
    needle = {"q": alice.person.email}
    assert "Alice Adams" in client_of(alice).get(url("person_list"), needle).text
    refused = client_of(bob).get(url("person_list"), needle).text
    assert "Alice Adams" not in refused
    assert "Name, address or partner" not in refused


def test_person_list_takes_as_many_words_as_fit(alice, bob, client_of):
    for partner in PartnerFactory.create_batch(3, coalition=alice.coalition):
        AffiliationFactory(person=bob.person, partner=partner)
    needle = {"q": "b o " * 50}
    for page in ("person_list", "person_options_panel"):
        assert "Bob Brown" in client_of(alice).get(url(page), needle).text


def test_person_create_gives_access_and_a_partner(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    client_of(alice).post(
        url("person_create"),
        {
            "full_name": "Ana Ruiz",
            "email": "Ana@Example.org",
            "partner": partner.pk,
            "consent_digest": "on",
        },
    )
    with scope(coalition=alice.coalition):
        person = Person.objects.get(email="ana@example.org")
        assert person.membership.role == MemberRole.MEMBER
        assert person.consent_at is not None
        assert Affiliation.objects.get().person == person


def test_person_create_refuses_an_address_that_is_here(alice, client_of):
    page = client_of(alice).post(
        url("person_create"), {"full_name": "Twin", "email": alice.person.email}
    )
    assert page.status_code == 422
    assert "has this e-mail address already" in page.text


def test_person_create_refuses_a_partner_of_another_coalition(
    alice, charlie, client_of
):
    foreign = PartnerFactory(coalition=charlie.coalition)
    page = client_of(alice).post(
        url("person_create"), {"full_name": "Ana", "partner": foreign.pk}
    )
    assert page.status_code == 422
    assert foreign.name not in page.text


def test_person_edit_in_place_swaps_the_card(alice, bob, client_of):
    card = client_of(alice).post(
        url("person_edit", pk=bob.person.pk),
        {"full_name": "Bob Brown", "email": "", "phone": "555-0100", "version": 1},
        headers=HTMX,
    )
    assert card.status_code == 200
    assert 'id="person-card"' in card.text
    assert "555-0100" in card.text
    bob.person.refresh_from_db()
    assert bob.person.email is None


def test_person_edit_renames_the_whole_page(alice, bob, client_of):
    path = url("person_edit", pk=bob.person.pk)
    data = {"full_name": "Robert Brown", "version": 1}
    answer = client_of(alice).post(path, data, headers=HTMX)
    assert answer["HX-Redirect"] == url("person_detail", pk=bob.person.pk)


def edit(client, person, **changes):
    data = {"full_name": person.full_name, "email": person.email or "", "version": 1}
    return client.post(url("person_edit", pk=person.pk), data | changes)


@pytest.mark.parametrize(
    "address",
    (
        "ana@example.org, eve@example.org",
        "ana@example.org\r\nBcc: eve@example.org",
        "Ana <ana@example.org>",
        "ana@faß.example",
        "ana@[127.0.0.1]",
        "\u0430na@example.org",
        "ana\u202e@example.org",
        f"{'a' * 65}@example.org",
        f"ana@{'a' * 250}.org",
    ),
)
def test_person_edit_refuses_what_is_not_one_plain_address(
    address, alice, bob, client_of
):
    assert edit(client_of(alice), bob.person, email=address).status_code == 422


def test_person_edit_keeps_one_spelling_of_an_address(alice, bob, client_of):
    edit(client_of(alice), bob.person, email="Bob@München.example")
    bob.person.refresh_from_db()
    assert bob.person.email == "bob@xn--mnchen-3ya.example"


def test_person_edit_of_the_address_ends_the_access_of_the_old_one(
    alice, bob, client_of
):
    as_bob, home = client_of(bob), reverse("web:home", kwargs={"slug": "harbor"})
    assert as_bob.get(home).status_code == 200
    edit(client_of(alice), bob.person, email="bob.brown@example.org")
    assert as_bob.get(home).status_code == 404


def test_person_edit_of_the_own_address_locks_nobody_out(alice, client_of):
    client = client_of(alice)
    edit(client, alice.person, email="alice.adams@example.org")
    assert client.get(url("person_list")).status_code == 200


def test_access_edit_counts_on_the_next_request(alice, stella, client_of):
    watched = client_of(stella)
    assert watched.get(url("person_edit", pk=alice.person.pk)).status_code == 403
    client_of(alice).post(
        url("access_edit", pk=stella.person.pk),
        {"role": "coordinator", "version": 1},
    )
    assert watched.get(url("person_edit", pk=alice.person.pk)).status_code == 200
    client_of(alice).post(
        url("access_edit", pk=stella.person.pk),
        {"role": "observer", "version": 2},
    )
    assert watched.get(url("person_edit", pk=alice.person.pk)).status_code == 403


def test_access_edit_on_an_old_page_gives_nothing_back(alice, bob, client_of):
    client, access = client_of(alice), url("access_edit", pk=bob.person.pk)
    client.post(access, {"role": "observer", "version": 1})
    late = client.post(access, {"role": "coordinator", "version": 1})
    assert late.status_code == 422
    assert "Somebody else saved" in late.text
    bob.refresh_from_db()
    assert (bob.role, bob.state) == (MemberRole.OBSERVER, "active")


def test_access_edit_keeps_one_coordinator(alice, client_of):
    page = client_of(alice).post(
        url("access_edit", pk=alice.person.pk),
        {"role": "member", "version": 1},
    )
    assert page.status_code == 422
    assert "needs one coordinator" in page.text
    with scope(coalition=alice.coalition):
        assert Membership.objects.get().role == MemberRole.COORDINATOR


def test_affiliation_is_added_once_and_ended(alice, bob, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    client = client_of(alice)
    data = {"partner": partner.pk, "kind": "delegate", "authority": "decides"}
    client.post(url("affiliation_create", pk=bob.person.pk), data)
    again = client.post(url("affiliation_create", pk=bob.person.pk), data)
    assert again.status_code == 422
    with scope(coalition=alice.coalition):
        affiliation = Affiliation.objects.get()
    client.post(url("affiliation_end", pk=affiliation.pk))
    affiliation.refresh_from_db()
    assert affiliation.to_on is not None
    client.post(url("affiliation_resume", pk=affiliation.pk))
    affiliation.refresh_from_db()
    assert affiliation.to_on is None


def test_affiliation_that_lies_ahead_can_be_called_off(alice, bob, client_of):
    ahead = timezone.localdate() + timedelta(days=30)
    affiliation = AffiliationFactory(
        person=bob.person, partner__coalition=alice.coalition, from_on=ahead
    )
    page = client_of(alice).post(url("affiliation_end", pk=affiliation.pk))
    assert page.status_code == 303
    affiliation.refresh_from_db()
    assert affiliation.to_on == ahead


def test_person_page_tells_its_history_in_words(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition, name="Harbor Clinic")
    client = client_of(alice)
    client.post(
        url("person_create"), {"full_name": "Ola Nordmann", "partner": partner.pk}
    )
    with scope(coalition=alice.coalition):
        person = Person.objects.get(full_name="Ola Nordmann")
    access = {"role": "steering", "version": 1}
    client.post(url("access_edit", pk=person.pk), access)
    text = client.get(url("person_detail", pk=person.pk)).text
    assert "Changed the access to Steering group" in text
    assert "Speaks for Harbor Clinic" in text
    assert "full_name" not in text.partition("What happened here")[2]


def test_person_page_hides_contact_data_from_members(alice, bob, client_of):
    assert alice.person.email in (
        client_of(alice).get(url("person_detail", pk=alice.person.pk)).text
    )
    assert alice.person.email not in (
        client_of(bob).get(url("person_detail", pk=alice.person.pk)).text
    )
