"""Bringing in a list in the browser."""

import re
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from members.models import Import, ImportRow, Partner
from members.models.imports import ImportState, RowOutcome
from members.services.imports.work import AT_ONCE
from tests.factories.members import (
    AffiliationFactory,
    ImportFactory,
    ImportRowFactory,
    MembershipFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def paste(client, alice, text, name="members:partner_import"):
    return client.post(at(alice, name), {"text": text})


def only():
    return Import.objects.get()


def test_partner_import_asks_for_a_list(client, alice):
    page = client.get(at(alice, "members:partner_import")).text
    assert "Paste it" in page
    assert "contact_email" in page


def test_partner_import_of_a_pasted_list_leads_to_its_preview(client, alice):
    answer = paste(client, alice, "name\tcountry\nAcme, Inc\tChile\n")
    assert answer.status_code == 303
    assert answer["Location"] == at(alice, "members:import_detail", only().pk)
    page = client.get(answer["Location"]).text
    assert "This is what would happen" in page
    assert "Acme, Inc" in page
    assert not Partner.objects.exists()


def test_partner_import_of_a_file_keeps_its_name_and_hash(client, alice):
    file = SimpleUploadedFile("our list.csv", b"name;country\nAcme;Chile\n")
    client.post(at(alice, "members:partner_import"), {"file": file, "text": ""})
    assert only().file_name == "our list.csv"
    assert only().sha256 == sha256(b"name;country\nAcme;Chile\n").hexdigest()
    assert only().created == 1


@pytest.mark.parametrize(
    ("data", "words"),
    (
        ({"text": ""}, "Paste the list here, or choose a file."),
        ({"text": "name\n"}, "no rows below it"),
        ({"text": "name\nA\n", "file": b"name\nB\n"}, "not both"),
        ({"file": b"PK\x03\x04", "text": ""}, "zip file"),
        ({"file": b"", "text": ""}, "The file is empty."),
    ),
)
def test_partner_import_says_what_is_wrong_with_a_list(client, alice, data, words):
    if "file" in data:
        data = data | {"file": SimpleUploadedFile("x.csv", data["file"])}
    answer = client.post(at(alice, "members:partner_import"), data)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Import.objects.exists()


def test_person_import_writes_people(client, alice, harbor):
    PartnerFactory(coalition=harbor, name="Acme")
    text = "organisation,full_name,email\nAcme,Rosa Silva,rosa@example.org\n"
    paste(client, alice, text, "members:person_import")
    seen = {"seen": only().fingerprint}
    client.post(at(alice, "members:import_apply", only().pk), seen)
    assert only().state == ImportState.APPLIED
    page = client.get(at(alice, "members:import_detail", only().pk)).text
    assert "Brought in" in page
    assert "Take it back" in page


def test_columns_are_named_on_a_page_of_their_own(client, alice):
    answer = paste(client, alice, "Partner\tPlace\nAcme\tChile\n")
    url = at(alice, "members:import_columns", only().pk)
    assert answer["Location"] == url
    page = client.get(url).text
    assert "Which column is which?" in page
    assert "Chile" in page

    wrong = client.post(url, {"titled": "on", "column_0": "", "column_1": "country"})
    assert wrong.status_code == 422
    assert "Say which column is: Name." in wrong.text
    twice = client.post(url, {"titled": "on", "column_0": "name", "column_1": "name"})
    assert "This was chosen already." in twice.text

    client.post(url, {"titled": "on", "column_0": "name", "column_1": "country"})
    assert only().state == ImportState.PREVIEW
    assert only().rows.get().after == {"name": "Acme", "country": "Chile"}


def test_import_detail_shows_wrong_rows_and_no_way_to_write_them(client, alice):
    paste(client, alice, "name,website\nAcme,no address\n")
    page = client.get(at(alice, "members:import_detail", only().pk)).text
    assert "Line 2" in page
    assert "<mark>no address</mark>" in page
    assert "Enter a web address" in page
    assert at(alice, "members:import_apply", only().pk) not in page

    again = client.get(at(alice, "members:partner_import"), {"again": only().pk})
    assert "Acme,no address" in again.text

    seen = {"seen": only().fingerprint}
    url = at(alice, "members:import_apply", only().pk)
    assert "Correct them first" in client.post(url, seen, follow=True).text
    assert not Partner.objects.exists()


def test_import_detail_shows_before_and_after(client, alice, harbor):
    PartnerFactory(coalition=harbor, name="Acme", country="Chile", tags=["a"])
    paste(client, alice, "name,country,tags\nAcme,Peru,a;b\n")
    page = client.get(at(alice, "members:import_detail", only().pk)).text
    assert "<del>Chile</del> <ins>Peru</ins>" in page
    assert "<del>a</del> <ins>a; b</ins>" in page


def test_import_twins_takes_answers(client, alice, harbor):
    here = PartnerFactory(coalition=harbor, name="AFTINET")
    paste(client, alice, "name\nAFTINET (Australia)\n")
    page = client.get(at(alice, "members:import_detail", only().pk)).text
    assert "The same as “AFTINET”" in page

    url = at(alice, "members:import_twins", only().pk)
    bad = client.post(url, {"2": "partner:999"})
    assert bad.status_code == 422
    client.post(url, {"2": f"partner:{here.pk}"})
    assert only().rows.get().outcome == RowOutcome.CHANGED
    seen = {"seen": only().fingerprint}
    client.post(at(alice, "members:import_apply", only().pk), seen)
    assert here.aliases.get().name == "AFTINET (Australia)"


def test_import_apply_of_a_stale_page_says_so(client, alice):
    paste(client, alice, "name\nAcme\n")
    url = at(alice, "members:import_apply", only().pk)
    page = client.post(url, {"seen": "old"}, follow=True).text
    assert "See where it stands" in page
    assert not Partner.objects.exists()


def test_import_discard_forgets_the_list(client, alice):
    paste(client, alice, "name\nAcme\n")
    url = at(alice, "members:import_discard", only().pk)
    page = client.post(url, follow=True).text
    assert "What it said is not kept." in page
    assert "went on with this list" in client.post(url, follow=True).text


def test_import_undo_asks_first_and_tells_what_stays(client, alice):
    paste(client, alice, "name\nAcme\nBeta\n")
    seen = {"seen": only().fingerprint}
    client.post(at(alice, "members:import_apply", only().pk), seen)
    Partner.objects.filter(name="Acme").update(version=2)
    url = at(alice, "members:import_undo", only().pk)
    assert "Take this list back?" in client.get(url).text
    assert Partner.objects.count() == 2
    page = client.post(url, follow=True).text
    assert "1 removed, 0 put back, 1 left as they are." in page
    assert "It was edited since." in page
    assert "went on with this list" in client.post(url, follow=True).text


def test_long_lists_are_left_to_a_worker_and_the_page_polls(client, alice):
    text = "name\n" + "".join(f"Partner {n}\n" for n in range(AT_ONCE + 1))
    url = paste(client, alice, text)["Location"]
    page = client.get(url)
    assert "The list is being read" in page.text
    assert 'hx-trigger="every 2s"' in page.text
    part = client.get(url, headers=HTMX).text
    assert part.strip().startswith('<div id="import-body"')


@pytest.mark.parametrize("count", (1, 3))
@pytest.mark.parametrize("show", ("new", "errors", "twins"))
def test_import_detail_asks_as_often_for_many_rows(
    client, alice, django_assert_num_queries, count, show
):
    harbor = alice.coalition
    imported = ImportFactory(coalition=harbor)
    outcome = "error" if show == "errors" else "new"
    twin = {"same_as": "new", "name": "X", "answer": ""} if show == "twins" else None
    for _each in range(count):
        ImportRowFactory(source=imported, outcome=outcome, cells=["a"], twin=twin)
    url = at(alice, "members:import_detail", imported.pk)
    with django_assert_num_queries(6):
        client.get(url, {"show": show})


@pytest.mark.parametrize("count", (1, 3))
def test_import_list_tells_who_brought_what(
    client, alice, charlie, django_assert_num_queries, count
):
    harbor = alice.coalition
    ImportFactory(coalition=charlie.coalition, file_name="canary.csv")
    for _each in range(count):
        ImportFactory(coalition=harbor, person=alice.person, file_name="ours.csv")
    with django_assert_num_queries(5):
        page = client.get(at(alice, "members:import_list")).text
    assert page.count("ours.csv") == count
    assert "Alice Adams" in page
    assert "canary" not in page


def test_rows_of_other_coalitions_are_not_shown(client, alice, charlie):
    row = ImportRowFactory(source__coalition=charlie.coalition)
    url = at(alice, "members:import_detail", row.source_id)
    assert client.get(url).status_code == 404
    assert not ImportRow.objects.exists()


@pytest.mark.parametrize("name", ("members:partner_list", "members:person_list"))
def test_lists_offer_import_and_export_to_who_may(client_of, alice, stella, name):
    words = at(alice, name) + "import/"
    assert words in client_of(alice).get(at(alice, name)).text
    assert words not in client_of(stella).get(at(stella, name)).text


@pytest.mark.parametrize("number", ("9" * 5000, "9" * 30, "\u0663", "-1", "x", "\x00"))
def test_a_list_to_go_back_to_that_is_none_leaves_the_form_empty(
    number, alice, client_of
):
    page = client_of(alice).get(at(alice, "members:partner_import"), {"again": number})
    assert page.status_code == 200


def test_import_twins_of_people_are_asked_without_scripts(client, alice, harbor):
    rosa = PersonFactory(
        coalition=harbor, full_name="Rosa Silva", email="rosa@old.example"
    )
    MembershipFactory(coalition=harbor, person=rosa, user=None)
    AffiliationFactory(person=rosa, partner=PartnerFactory(coalition=harbor, name="A"))
    PartnerFactory(coalition=harbor, name="B")
    text = "organisation\tfull_name\temail\nB\tRosa Silvia\trosa@new.example\n"
    paste(client, alice, text, "members:person_import")
    page = client.get(at(alice, "members:import_detail", only().pk)).text
    assert "The same as “Rosa Silva”" in page
    assert "Somebody else" in page
    assert "rosa@old.example · in the list: rosa@new.example" in page
    assert "A · in the list: B" in page
    assert "Or is this" not in page

    url = at(alice, "members:import_twins", only().pk)
    assert client.post(url, {"2": f"person:{alice.person.pk}"}).status_code == 422
    client.post(url, {"2": f"person:{rosa.pk}"})
    assert only().rows.get().outcome == RowOutcome.CHANGED
    shown = client.get(at(alice, "members:import_detail", only().pk)).text
    assert re.search(rf'value="person:{rosa.pk}"[^>]* checked', shown)

    changed = at(alice, "members:import_detail", only().pk) + "?show=changed"
    assert "The same as “Rosa Silva”" in client.get(changed).text

    seen = {"seen": only().fingerprint}
    client.post(at(alice, "members:import_apply", only().pk), seen)
    assert rosa.affiliations.count() == 2
    history = client.get(at(alice, "members:person_detail", rosa.pk)).text
    assert "In a list as “Rosa Silvia”: the same person" in history


def test_a_row_without_an_address_leads_to_the_question_who_it_is(
    client, alice, harbor
):
    PersonFactory(coalition=harbor, full_name="Rosa Silva", email="rosa@old.example")
    PartnerFactory(coalition=harbor, name="B")
    text = "organisation\tfull_name\temail\nB\tRosa Silva\t\n"
    paste(client, alice, text, "members:person_import")
    url = at(alice, "members:import_detail", only().pk)
    page = client.get(url).text
    assert "Or is this “Rosa Silva”, who is here?" in page
    assert "email: This cannot be left blank." in client.get(url + "?show=twins").text
