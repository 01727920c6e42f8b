"""The partner list and page, as people use them."""

import re

import pytest
from django.urls import reverse

from coalition.common.tenancy import scope
from members.models import AuditEntry, KeptApart, Partner, PartnerAlias
from tests.factories.members import (
    AffiliationFactory,
    PartnerAliasFactory,
    PartnerFactory,
)
from tests.utils import at

HTMX = {"HX-Request": "true"}


def url(name, **kwargs):
    return reverse(f"members:{name}", kwargs={"slug": "harbor", **kwargs})


@pytest.mark.parametrize("rows", (1, 3))
def test_partner_list_costs_the_same_for_any_rows(
    rows, alice, client_of, django_assert_num_queries
):
    for partner in PartnerFactory.create_batch(rows, coalition=alice.coalition):
        AffiliationFactory(partner=partner)
    client = client_of(alice)
    client.get(url("partner_list"))
    with django_assert_num_queries(7):
        client.get(url("partner_list"))


def test_partner_list_finds_without_case_and_accents(alice, client_of, charlie):
    PartnerFactory(coalition=alice.coalition, name="Ärzte für Übermorgen")
    PartnerFactory(coalition=alice.coalition, name="Food Bank")
    PartnerFactory(coalition=charlie.coalition, name="Arzte Canary")
    page = client_of(alice).get(url("partner_list"), {"q": "arzte UBER"}, headers=HTMX)
    assert "Ärzte für Übermorgen" in page.text
    assert "Food Bank" not in page.text
    assert "Canary" not in page.text
    assert "<html" not in page.text


def test_partner_list_finds_by_alias(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition, name="Dockside Tenants Union")
    PartnerAliasFactory(partner=partner, name="DTU")
    page = client_of(alice).get(url("partner_list"), {"q": "dtu"})
    assert "Dockside Tenants Union" in page.text


def test_partner_list_takes_as_many_words_as_fit(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition, name="Acme")
    PartnerAliasFactory.create_batch(3, partner=partner)
    needle = {"q": "a c m e " * 25}
    assert "Acme" in client_of(alice).get(url("partner_list"), needle).text


def test_partner_list_says_what_to_do_when_empty(alice, client_of):
    page = client_of(alice).get(url("partner_list"))
    assert "No partners yet" in page.text


def test_partner_create_adds_an_active_partner(alice, client_of):
    client_of(alice).post(
        url("partner_create"), {"name": "Harbor Clinic", "tags": "health, port"}
    )
    with scope(coalition=alice.coalition):
        partner = Partner.objects.get()
        assert (partner.name, partner.status) == ("Harbor Clinic", "active")
        assert partner.tags == ["health", "port"]
        assert AuditEntry.objects.get().actor == alice.person


def test_what_is_said_next_stays_on_the_server(alice, client_of):
    client = client_of(alice)
    client.post(url("partner_create"), {"name": "Acme"})
    assert client.cookies.keys() <= {"sessionid", "csrftoken"}
    client.logout()
    assert "Acme" not in client.get(reverse("account_login")).text


@pytest.mark.parametrize("name", ("HARBOR  clinic", "The Clinic"))
def test_partner_create_refuses_a_name_that_is_here(alice, client_of, name):
    partner = PartnerFactory(coalition=alice.coalition, name="Harbor Clinic")
    PartnerAliasFactory(partner=partner, name="The Clinic")
    page = client_of(alice).post(
        url("partner_create"), {"name": name, "notes": "typed"}
    )
    assert page.status_code == 422
    assert "is here already" in page.text
    assert "typed" in page.text


def test_partner_create_says_what_is_wrong_beside_the_field(alice, client_of):
    page = client_of(alice).post(
        url("partner_create"), {"name": "", "contact_email": "nobody"}
    )
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize(
    "website",
    (
        "javascript:alert(1)",
        "ftp://example.org/",
        "https://bank.example@evil.example/",
        "https://bank.example\\@evil.example/",
        "data:text/html,x",
    ),
)
def test_partner_create_takes_a_website_that_leads_where_it_says(
    website, alice, client_of
):
    data = {"name": "Acme", "website": website}
    assert client_of(alice).post(url("partner_create"), data).status_code == 422


@pytest.mark.parametrize(
    "address", ("a@example.org;b@example.org", "Desk <a@example.org>", "a@faß.example")
)
def test_partner_create_takes_one_plain_contact_address(address, alice, client_of):
    data = {"name": "Acme", "contact_email": address}
    assert client_of(alice).post(url("partner_create"), data).status_code == 422


def test_partner_edit_in_place_swaps_the_card(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition, name="Old")
    client = client_of(alice)
    form = client.get(url("partner_edit", pk=partner.pk), headers=HTMX)
    assert "<html" not in form.text
    card = client.post(
        url("partner_edit", pk=partner.pk),
        {"name": "Old", "region": "North pier", "version": 1},
        headers=HTMX,
    )
    assert card.status_code == 200
    assert 'id="partner-card"' in card.text
    partner.refresh_from_db()
    assert (partner.region, partner.version) == ("North pier", 2)
    assert "north pier" in partner.search_text


def test_partner_edit_tells_the_second_editor_and_keeps_their_words(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition, name="Old")
    client = client_of(alice)
    client.post(url("partner_edit", pk=partner.pk), {"name": "First", "version": 1})
    late = client.post(
        url("partner_edit", pk=partner.pk), {"name": "2nd", "version": 1}
    )
    assert late.status_code == 422
    assert "Somebody else saved" in late.text
    assert 'value="2nd"' in late.text
    partner.refresh_from_db()
    assert partner.name == "First"
    insist = {"name": "2nd", "version": late.context["form"]["version"].value()}
    client.post(url("partner_edit", pk=partner.pk), insist)
    partner.refresh_from_db()
    assert partner.name == "2nd"


def test_partner_status_keeps_the_reason(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    client_of(alice).post(
        url("partner_status", pk=partner.pk), {"status": "paused", "reason": "Summer"}
    )
    partner.refresh_from_db()
    assert partner.status == "paused"
    with scope(coalition=alice.coalition):
        assert AuditEntry.objects.get().reason == "Summer"


def test_partner_status_sends_who_leaves_to_a_page_of_its_own(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    client = client_of(alice)
    page = client.post(url("partner_status", pk=partner.pk), {"status": "left"})
    assert page.status_code == 422
    assert at(alice, "web:partner_leave", partner.pk) in page.text
    partner.refresh_from_db()
    assert partner.status == "active"


def test_partner_page_tells_its_history_in_words(alice, client_of):
    client = client_of(alice)
    client.post(url("partner_create"), {"name": "Acme", "country": "USA"})
    with scope(coalition=alice.coalition):
        partner = Partner.objects.get()
    page = url("partner_detail", pk=partner.pk)
    edit = {"name": "Acme", "country": "Canada", "tags": "port", "version": 1}
    client.post(url("partner_edit", pk=partner.pk), edit)
    pause = {"status": "paused", "reason": "No staff"}
    client.post(url("partner_status", pk=partner.pk), pause)
    client.post(url("alias_create", pk=partner.pk), {"name": "ACME"})
    client.post(url("alias_create", pk=partner.pk), {"name": "Acme Ltd"})
    text = client.get(page).text
    for said in (
        "Added\n",
        "Changed: country, tags",
        "Changed the status to Paused",
        "“No staff”",
        "Added the name “Acme Ltd”",
    ):
        assert said in text
    assert "contact_email" not in text


def test_partner_page_begins_with_who_speaks_for_it(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    for kind, name in (("staff", "Ann"), ("alternate", "Bea"), ("delegate", "Cem")):
        AffiliationFactory(partner=partner, kind=kind, person__full_name=name)
    text = client_of(alice).get(url("partner_detail", pk=partner.pk)).text
    assert text.index("Cem") < text.index("Bea") < text.index("Ann")


def test_alias_comes_and_goes(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    client = client_of(alice)
    client.post(url("alias_create", pk=partner.pk), {"name": "DTU"})
    with scope(coalition=alice.coalition):
        alias = partner.aliases.get()
    client.post(url("alias_delete", pk=alias.pk))
    with scope(coalition=alice.coalition):
        assert not partner.aliases.exists()
        entry = AuditEntry.objects.filter(action="delete").get()
    client.post(url("alias_restore", pk=entry.pk))
    with scope(coalition=alice.coalition):
        assert partner.aliases.get().name == "DTU"


def test_alias_does_not_come_back_as_the_name_of_another(alice, client_of):
    partner = PartnerFactory(coalition=alice.coalition)
    alias = PartnerAliasFactory(partner=partner, name="Acme")
    client = client_of(alice)
    client.post(url("alias_delete", pk=alias.pk))
    PartnerFactory(coalition=alice.coalition, name="Acme")
    with scope(coalition=alice.coalition):
        entry = AuditEntry.objects.get(action="delete")
    page = client.post(url("alias_restore", pk=entry.pk), follow=True)
    assert "“Acme” is here already" in page.text
    with scope(coalition=alice.coalition):
        assert not PartnerAlias.objects.exists()


def test_partner_page_hides_contact_data_from_members(alice, bob, client_of):
    partner = PartnerFactory(
        coalition=alice.coalition, contact_email="desk@example.org", notes="Private"
    )
    shown = client_of(alice).get(url("partner_detail", pk=partner.pk)).text
    hidden = client_of(bob).get(url("partner_detail", pk=partner.pk)).text
    assert "desk@example.org" in shown
    assert "desk@example.org" not in hidden
    assert "Private" not in hidden


def test_partner_create_sent_twice_is_one_act(alice, client_of):
    client = client_of(alice)
    once = client.get(url("partner_create")).context["form"]["once"].value()
    data = {"name": "Harbor Clinic", "once": str(once)}
    answers = [client.post(url("partner_create"), data) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    with scope(coalition=alice.coalition):
        assert Partner.objects.count() == 1


def test_partner_create_refused_can_be_sent_again(alice, client_of):
    taken = PartnerFactory(coalition=alice.coalition, name="Harbor Clinic")
    client = client_of(alice)
    once = client.get(url("partner_create")).context["form"]["once"].value()
    data = {"name": taken.name, "once": str(once)}
    assert client.post(url("partner_create"), data).status_code == 422
    answer = client.post(url("partner_create"), data | {"name": "Another"})
    assert answer.status_code == 303


def test_partner_create_finds_nothing_of_another_coalition(alice, charlie, client_of):
    once = client_of(charlie).get(at(charlie, "members:partner_create"))
    key = str(once.context["form"]["once"].value())
    made = {"name": "Canary Clinic", "once": key}
    client_of(charlie).post(at(charlie, "members:partner_create"), made)
    answer = client_of(alice).post(url("partner_create"), made)
    assert answer.status_code == 422
    with scope(coalition=alice.coalition):
        assert not Partner.objects.exists()


def test_partner_without_other_names_says_nothing_of_imports_to_a_member(
    alice, bob, client_of
):
    partner = PartnerFactory(coalition=alice.coalition)
    page = url("partner_detail", pk=partner.pk)
    assert "Also known as" in client_of(alice).get(page).text
    assert "Also known as" not in client_of(bob).get(page).text
    PartnerAliasFactory(partner=partner, name="DTU")
    assert "DTU" in client_of(bob).get(page).text


@pytest.fixture
def clinic(alice):
    return PartnerFactory(
        coalition=alice.coalition, name="Harbor Clinic", region="North"
    )


def test_partner_create_asks_whether_a_look_alike_is_the_same(alice, client_of, clinic):
    typed = {"name": "Harbour Clinic", "notes": "Met in May", "tags": "health, port"}
    answer = client_of(alice).post(url("partner_create"), typed)
    assert answer.status_code == 422
    assert "Is this the same as “Harbor Clinic”?" in answer.text
    assert f'href="{url("partner_detail", pk=clinic.pk)}"' in answer.text
    assert "North" in answer.text
    assert "Add it as a new one" in answer.text
    assert 'value="Harbour Clinic"' in answer.text
    assert "Met in May" in answer.text
    assert "health, port" in answer.text
    with scope(coalition=alice.coalition):
        assert Partner.objects.count() == 1


def test_partner_create_adds_a_look_alike_for_who_insists(alice, client_of, clinic):
    client = client_of(alice)
    typed = {"name": "Harbour Clinic"}
    page = client.post(url("partner_create"), typed).text
    asked = re.search(r'name="apart" value="(\d+)"', page)[1]
    client.post(url("partner_create"), typed | {"apart": asked})
    with scope(coalition=alice.coalition):
        new = Partner.objects.get(name="Harbour Clinic")
        apart = KeptApart.objects.get()
        assert (apart.low_pk, apart.high_pk) == (clinic.pk, new.pk)
        actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["create", "keep apart"]


@pytest.mark.parametrize("answer", ("0", "999", "x", "9" * 5000))
def test_partner_create_asks_again_about_another_look_alike(
    alice, client_of, clinic, answer
):
    typed = {"name": "Harbour Clinic", "apart": answer}
    page = client_of(alice).post(url("partner_create"), typed)
    assert page.status_code == 422
    assert "Is this the same as “Harbor Clinic”?" in page.text


def test_partner_create_knows_other_names_too(alice, client_of, clinic):
    PartnerAliasFactory(partner=clinic, name="Northern Surgery")
    page = client_of(alice).post(url("partner_create"), {"name": "Northern Surgeri"})
    assert "Is this the same as “Harbor Clinic”?" in page.text


@pytest.mark.parametrize("name", ("harbor clinic", "Harbor  Clinic"))
def test_partner_create_still_refuses_the_very_name(alice, client_of, clinic, name):
    page = client_of(alice).post(url("partner_create"), {"name": name})
    assert page.status_code == 422
    assert "Is this the same" not in page.text
    with scope(coalition=alice.coalition):
        assert Partner.objects.count() == 1


def test_partner_create_says_nothing_of_another_coalition(alice, client_of, charlie):
    PartnerFactory(coalition=charlie.coalition, name="Harbor Clinic")
    client_of(alice).post(url("partner_create"), {"name": "Harbour Clinic"})
    with scope(coalition=alice.coalition):
        assert Partner.objects.get().name == "Harbour Clinic"
