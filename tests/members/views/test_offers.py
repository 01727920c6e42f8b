"""What partners can lend each other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import AuditEntry, CapacityOffer
from members.models.partner import PartnerStatus
from tests.factories.members import CapacityOfferFactory, PartnerFactory
from tests.members.views.speaking import speaks
from tests.utils import HTMX, at

YESTERDAY = timezone.localdate() - timedelta(days=2)


def test_offer_create_by_a_delegate(bob, client_of):
    partner = speaks(bob)
    client = client_of(bob)
    url = at(bob, "members:offer_create", partner.pk)
    assert "Translators" in client.get(url).text
    answer = client.post(url, {"kind": "Forklift", "amount": "Two"})
    assert answer["Location"] == at(bob, "members:partner_detail", partner.pk)
    assert "Forklift" in client.get(answer["Location"]).text


@pytest.mark.parametrize(
    ("form", "said"),
    (
        ({"kind": ""}, "Please fill this in."),
        ({"kind": "Rooms", "until_on": YESTERDAY}, "That day is over already."),
    ),
)
def test_offer_create_says_what_is_wrong(form, said, bob, client_of):
    partner = speaks(bob)
    page = client_of(bob).post(at(bob, "members:offer_create", partner.pk), form)
    assert page.status_code == 422
    assert said in page.text


@pytest.mark.parametrize("name", ("offer_edit", "offer_delete"))
def test_offers_of_another_partner_stay(name, bob, client_of):
    offer = CapacityOfferFactory(partner__coalition=bob.coalition)
    url = at(bob, f"members:{name}", offer.pk)
    page = client_of(bob).post(url, {"kind": "Mine", "version": 1}, follow=True)
    assert "Only those who speak for" in page.text
    offer.refresh_from_db()
    assert offer.kind == "Meeting rooms"


def test_offer_create_for_another_partner_is_refused(bob, client_of):
    partner = PartnerFactory(coalition=bob.coalition)
    url = at(bob, "members:offer_create", partner.pk)
    page = client_of(bob).post(url, {"kind": "Mine"}, follow=True)
    assert "Only those who speak for" in page.text


def test_offer_edit_keeps_an_old_date_and_tells_the_second(bob, client_of):
    offer = CapacityOfferFactory(partner=speaks(bob), until_on=YESTERDAY)
    client = client_of(bob)
    url = at(bob, "members:offer_edit", offer.pk)
    form = {"kind": "Rooms", "amount": "40", "until_on": YESTERDAY, "version": 1}
    assert client.post(url, form).status_code == 303
    assert client.post(url, form).status_code == 422
    offer.refresh_from_db()
    assert offer.amount == "40"


def test_offer_delete_can_be_taken_back(bob, client_of):
    offer = CapacityOfferFactory(partner=speaks(bob))
    client = client_of(bob)
    client.post(at(bob, "members:offer_delete", offer.pk))
    with scope(coalition=bob.coalition):
        assert not CapacityOffer.objects.exists()
        entry = AuditEntry.objects.get(action="delete")
    client.post(at(bob, "members:offer_restore", entry.pk))
    again = client.post(at(bob, "members:offer_restore", entry.pk), follow=True)
    assert "It is back already." in again.text
    with scope(coalition=bob.coalition):
        assert CapacityOffer.objects.get().pk == offer.pk


def test_offer_restore_is_for_those_who_speak_for_it(alice, bob, client_of):
    offer = CapacityOfferFactory(partner__coalition=alice.coalition)
    client_of(alice).post(at(alice, "members:offer_delete", offer.pk))
    with scope(coalition=alice.coalition):
        entry = AuditEntry.objects.get(action="delete")
    url = at(bob, "members:offer_restore", entry.pk)
    assert "Only those who speak" in client_of(bob).post(url, follow=True).text


def test_offer_list_finds_what_is_still_on_offer(vera, charlie, client_of):
    here = {"partner__coalition": vera.coalition}
    CapacityOfferFactory(kind="Übersetzer", **here)
    CapacityOfferFactory(kind="Printing", until_on=YESTERDAY, **here)
    CapacityOfferFactory(kind="Buses", partner__status=PartnerStatus.PAUSED, **here)
    CapacityOfferFactory(kind="Canary", partner__coalition=charlie.coalition)
    client = client_of(vera)
    page = client.get(at(vera, "members:offer_list"))
    assert "Übersetzer" in page.text
    assert not any(word in page.text for word in ("Printing", "Buses", "Canary"))
    rows = client.get(at(vera, "members:offer_list"), {"q": "UBER"}, headers=HTMX)
    assert "Übersetzer" in rows.text
    assert "<html" not in rows.text
    none = client.get(at(vera, "members:offer_list"), {"q": "boats"})
    assert "Nobody lends that yet" in none.text


def test_offer_list_says_what_to_do_when_empty(vera, client_of):
    page = client_of(vera).get(at(vera, "members:offer_list"))
    assert "No offers yet" in page.text


@pytest.mark.parametrize("rows", (1, 3))
def test_offer_list_costs_the_same_for_any_rows(
    rows, vera, client_of, django_assert_num_queries
):
    CapacityOfferFactory.create_batch(rows, partner__coalition=vera.coalition)
    client = client_of(vera)
    client.get(at(vera, "members:offer_list"))
    with django_assert_num_queries(5):
        client.get(at(vera, "members:offer_list"))
