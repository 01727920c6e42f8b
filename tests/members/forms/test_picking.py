from datetime import date

import pytest
from django import forms
from django.urls import reverse

from coalition.common.forms import StyledForm
from members.forms.picking import CarrierField, PartyField, PersonField
from members.models.partner import PartnerStatus
from tests.factories.members import AffiliationFactory, PartnerFactory, PersonFactory

pytestmark = pytest.mark.usefixtures("in_harbor")


class AskForm(StyledForm, forms.Form):
    who = CarrierField(label="Who")


class PartForm(StyledForm, forms.Form):
    who = PartyField(label="Who")


class OwnerForm(StyledForm, forms.Form):
    owner = PersonField(label="Owner", required=False)


def at(harbor, person, *names):
    return [
        AffiliationFactory(
            person=person, partner=PartnerFactory(coalition=harbor, name=name)
        ).partner
        for name in names
    ]


def carrier(text, key=""):
    form = AskForm({"who": text, "who-pick": key})
    assert form.is_valid(), form.errors
    return form.cleaned_data["who"].person, form.cleaned_data["who"].partner


def offered(form):
    assert not form.is_valid()
    return [str(c) for _, c in form.fields["who"].widget.offered]


def test_who_stands_for_one_partner_speaks_for_it(harbor, bob):
    (union,) = at(harbor, bob.person, "Tenants Union")
    assert carrier("bob brown") == (bob.person, union)


def test_who_stands_for_nobody_is_taken_alone(bob):
    assert carrier("Bob Brown") == (bob.person, None)


def test_who_stands_for_several_is_asked_about(harbor, bob):
    union, clinic = at(harbor, bob.person, "Tenants Union", "Clinic")
    form = AskForm({"who": "Bob Brown"})
    assert offered(form) == ["Bob Brown · Clinic", "Bob Brown · Tenants Union"]
    assert "Whom do you mean?" in form.errors["who"][0]
    assert f'value="{bob.person.pk}-{clinic.pk}"' in str(form["who"])
    picked = f"{bob.person.pk}-{union.pk}"
    assert carrier("Bob Brown", picked) == (bob.person, union)


def test_a_suggestion_names_person_and_partner(harbor, bob):
    union, _ = at(harbor, bob.person, "Tenants Union", "Clinic")
    assert carrier("Bob Brown · Tenants Union") == (bob.person, union)


def test_a_part_of_a_name_asks_and_never_guesses(bob, vera):
    assert offered(AskForm({"who": "bob"})) == ["Bob Brown"]
    assert carrier("bob", f"{bob.person.pk}-0") == (bob.person, None)
    assert offered(AskForm({"who": "bob", "who-pick": f"{vera.person.pk}-0"}))


def test_the_only_one_who_fits_is_ticked_and_waits_for_a_yes(bob):
    form = AskForm({"who": "bob"})
    assert form.errors["who"] == ["Do you mean this one? Then go on as before."]
    assert f'value="{bob.person.pk}-0" checked' in str(form["who"])


def test_people_are_found_by_their_partner(harbor, bob):
    at(harbor, bob.person, "Tenants Union")
    assert offered(AskForm({"who": "tenants"})) == ["Bob Brown · Tenants Union"]


def test_a_past_or_departed_partner_is_not_offered(harbor, bob):
    AffiliationFactory(
        person=bob.person,
        partner__coalition=harbor,
        to_on=date(2020, 1, 1),
    )
    (gone,) = at(harbor, bob.person, "Gone")
    gone.status = PartnerStatus.LEFT
    gone.save(update_fields=["status"])
    assert carrier("Bob Brown") == (bob.person, None)


@pytest.mark.parametrize("text", ("Nobody Here", "Charlie Canary", "\x00"))
def test_nobody_else_is_known(text, charlie, bob):
    form = AskForm({"who": text, "who-pick": f"{charlie.person.pk}-0"})
    assert not form.is_valid()
    assert offered(form) == []


def test_somebody_is_required():
    assert AskForm({}).errors["who"] == ["Please fill this in."]


def test_a_person_is_offered_once_whatever_they_stand_for(harbor, bob):
    at(harbor, bob.person, "Tenants Union", "Clinic")
    form = OwnerForm({"owner": "Bob Brown"})
    assert form.is_valid()
    assert form.cleaned_data["owner"] == bob.person


def test_two_of_one_name_are_told_apart(harbor, bob):
    twin = PersonFactory(coalition=harbor, full_name="Bob Brown")
    at(harbor, twin, "Clinic")
    assert not OwnerForm({"owner": "Bob Brown"}).is_valid()
    form = OwnerForm({"owner": "Bob Brown", "owner-pick": f"{twin.pk}-0"})
    assert form.is_valid()
    assert form.cleaned_data["owner"] == twin


def test_the_present_owner_stands_in_the_form_and_stays(harbor, bob):
    PersonFactory(coalition=harbor, full_name="Bob Brown")
    html = str(OwnerForm(initial={"owner": bob.person.pk})["owner"])
    assert 'value="Bob Brown"' in html
    assert f'name="owner-pick" value="{bob.person.pk}-0"' in html


def test_suggestions_are_of_this_coalition(client_of, harbor, alice, bob, charlie):
    at(harbor, bob.person, "Canary Street")
    url = reverse("members:person_options_panel", kwargs={"slug": harbor.slug})
    answer = client_of(alice).get(url, {"field": "who", "who": "canary"})
    assert "Bob Brown · Canary Street" in answer.text
    assert "Charlie" not in answer.text


def test_suggestions_wait_for_two_letters(client_of, harbor, alice):
    url = reverse("members:person_options_panel", kwargs={"slug": harbor.slug})
    assert client_of(alice).get(url, {"q": "a"}).text.strip() == ""


def test_a_part_is_for_a_person_or_a_partner(harbor, bob):
    (union,) = at(harbor, bob.person, "Tenants Union")
    form = PartForm({"who": "tenants union"})
    assert form.is_valid()
    assert (form.cleaned_data["who"].person, form.cleaned_data["who"].partner) == (
        None,
        union,
    )
    form = PartForm({"who": "tenants"})
    assert offered(form) == ["Tenants Union", "Bob Brown · Tenants Union"]
    assert f'value="partner-{union.pk}"' in str(form["who"])
    assert "whoever it names" in str(form["who"])
    assert "&amp;partners=1" in str(form["who"])
    form = PartForm({"who": "Nobody"})
    assert "No person and no partner here" in form.errors["who"][0]


def test_partners_are_suggested_where_one_can_be_asked(client_of, harbor, alice, bob):
    at(harbor, bob.person, "Canary Street")
    PartnerFactory(coalition=harbor, name="Clinic", region="Canary Islands")
    url = reverse("members:person_options_panel", kwargs={"slug": harbor.slug})
    asked = {"field": "who", "who": "canary"}
    page = client_of(alice).get(url, asked | {"partners": "1"}).text
    assert page.index('value="Canary Street"') < page.index("Bob Brown · Canary")
    assert "Clinic" not in page
    assert 'value="Canary Street"' not in client_of(alice).get(url, asked).text
