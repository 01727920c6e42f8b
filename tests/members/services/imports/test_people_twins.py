"""People of a list who look like somebody here: shown, asked about, answered."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import AuditEntry, KeptApart, Person
from members.models.imports import ImportKind, ImportState
from members.services.imports.steps import (
    answer_twins,
    apply_import,
    start_import,
    undo_import,
)
from members.services.imports.work import work_off
from members.services.people import edit_person
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PersonFactory,
)
from tests.members.services.imports.reading import PEOPLE, WHO
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor", "acme", "beta")


@pytest.fixture
def by(alice):
    return acting(alice)


@pytest.fixture
def rosa(in_harbor, beta):
    person = PersonFactory(
        coalition=in_harbor, full_name="Rosa Silva", email="rosa@old.example"
    )
    AffiliationFactory(person=person, partner=beta)
    return person


def begin(rows, by, header=WHO):
    data = (header + rows).encode()
    return worked(
        start_import(
            kind=ImportKind.PEOPLE, data=data, original=data, file_name="", by=by
        )
    )


def worked(imported):
    work_off(imported)
    imported.refresh_from_db()
    return imported


def answered(imported, by, answers):
    answer_twins(imported=imported, answers=answers, by=by)
    return worked(imported)


def applied(imported, by):
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    return worked(imported)


def same_as(person):
    return f"person:{person.pk}"


LISTED = "Acme,Rosa Silvia,rosa@new.example\n"


@pytest.mark.parametrize("name", ("Rosa Silva", "Rosa Silvia", "Silva Rosa"))
def test_somebody_of_nearly_the_same_name_is_shown_with_what_differs(by, rosa, name):
    imported = begin(f"Acme,{name},rosa@new.example\n", by)
    row = imported.rows.get()
    assert row.outcome == "new"
    assert row.has_warnings
    twin = row.twin
    assert (twin["same_as"], twin["name"]) == (same_as(rosa), "Rosa Silva")
    assert twin["answer"] == ""
    differs = {field: (here, listed) for field, here, listed in twin["differs"]}
    assert differs == {
        "organisation": ("Beta", "Acme"),
        "email": ("rosa@old.example", "rosa@new.example"),
    }


def test_without_an_answer_it_is_somebody_else(by, rosa):
    applied(begin(LISTED, by), by)
    assert Person.objects.get(email="rosa@new.example") != rosa
    assert not KeptApart.objects.exists()


def test_the_same_person_gets_a_place_and_keeps_their_address(by, rosa, acme, beta):
    imported = answered(begin(LISTED, by), by, {"2": same_as(rosa)})
    row = imported.rows.get()
    assert (row.outcome, row.target_pk, row.warnings) == ("changed", rosa.pk, [])
    assert row.after == {
        "organisation": "Acme",
        "notes": "Other address: rosa@new.example",
    }
    assert not rosa.affiliations.filter(partner=acme).exists()

    applied(imported, by)
    rosa.refresh_from_db()
    assert (rosa.full_name, rosa.email) == ("Rosa Silva", "rosa@old.example")
    assert rosa.notes == "Other address: rosa@new.example"
    assert {link.partner for link in rosa.affiliations.all()} == {acme, beta}
    told = AuditEntry.objects.filter(action="recognise").get()
    assert (told.target_pk, told.after) == (str(rosa.pk), {"called": "Rosa Silvia"})


def test_the_same_list_again_and_the_same_answer_change_nothing(by, rosa):
    for _again in range(2):
        imported = answered(begin(LISTED, by), by, {"2": same_as(rosa)})
        applied(imported, by)
    assert (imported.updated, imported.unchanged) == (0, 1)
    rosa.refresh_from_db()
    assert rosa.notes.count("rosa@new.example") == 1
    assert AuditEntry.objects.filter(action="recognise").count() == 1


def test_somebody_without_an_address_gets_the_one_of_the_list(by, in_harbor):
    person = PersonFactory(coalition=in_harbor, full_name="Rosa Silva", email=None)
    imported = answered(begin(LISTED, by), by, {"2": same_as(person)})
    applied(imported, by)
    person.refresh_from_db()
    assert (person.email, person.notes) == ("rosa@new.example", "")


def test_an_answer_restores_no_right_no_consent_and_no_ended_place(by, rosa, beta):
    MembershipFactory(person=rosa, coalition=rosa.coalition, user=None)
    yesterday = timezone.localdate() - timedelta(days=1)
    rosa.affiliations.update(to_on=yesterday)
    Person.objects.filter(pk=rosa.pk).update(consent_digest=False, consent_at=None)
    imported = begin(
        "Beta,Rosa Silvia,rosa@new.example,observer,112,,,yes,,\n", by, header=PEOPLE
    )
    applied(answered(imported, by, {"2": same_as(rosa)}), by)

    rosa.refresh_from_db()
    assert rosa.phone == "112"
    assert (rosa.consent_digest, rosa.consent_at) == (False, None)
    assert rosa.membership.role == "member"
    assert rosa.affiliations.get().to_on == yesterday
    columns = {warning["column"] for warning in imported.rows.get().warnings}
    assert columns == {"role", "consent_digest", "organisation"}


def test_a_row_without_an_address_is_wrong_until_somebody_says_who_it_is(by, rosa):
    imported = begin("Acme,Rosa Silva,\n", by)
    row = imported.rows.get()
    assert (imported.errors, row.outcome) == (1, "error")
    assert (row.name, row.twin["same_as"]) == ("Rosa Silva", same_as(rosa))

    answered(imported, by, {"2": "new"})
    assert imported.errors == 1
    answered(imported, by, {"2": same_as(rosa)})
    assert (imported.errors, imported.updated) == (0, 1)
    applied(imported, by)
    assert rosa.affiliations.count() == 2


def test_several_namesakes_are_shown_those_of_the_partner_first(by, in_harbor, acme):
    people = [
        PersonFactory(coalition=in_harbor, full_name="Rosa Silva", email=f"{n}@x.org")
        for n in range(4)
    ]
    AffiliationFactory(person=people[2], partner=acme)
    twin = begin(LISTED, by).rows.get().twin
    offered = [twin["same_as"], *(also["same_as"] for also in twin["also"])]
    assert offered == [same_as(people[n]) for n in (2, 0, 1)]


def test_namesakes_without_an_address_are_asked_about_too(by, in_harbor, acme):
    people = [
        PersonFactory(coalition=in_harbor, full_name="Rosa Silva", email=None)
        for _each in range(2)
    ]
    for person in people:
        AffiliationFactory(person=person, partner=acme)
    imported = begin("Acme,Rosa Silva,rosa@new.example\n", by)
    assert imported.errors == 1
    answered(imported, by, {"2": same_as(people[1])})
    applied(imported, by)
    assert Person.objects.get(email="rosa@new.example") == people[1]


def test_a_first_name_is_a_look_alike_only_at_the_same_partner(by, in_harbor, acme):
    rosa = PersonFactory(coalition=in_harbor, full_name="Rosa", email="r@x.org")
    assert begin("Acme,Rosa Lima,lima@x.org\n", by).rows.get().twin is None
    AffiliationFactory(person=rosa, partner=acme)
    twin = begin("Acme,Rosa Lima,lima@x.org\n", by).rows.get().twin
    assert twin["same_as"] == same_as(rosa)


def test_rows_of_one_person_join_whatever_they_are_called(by, rosa, acme):
    rows = (
        "Beta,Rosa Silva,rosa@old.example\n"
        "Acme,Rosa Silvia,rosa@new.example\n"
        "Acme,R. Silva,rs@new.example\n"
    )
    said = {"3": same_as(rosa), "4": same_as(rosa)}
    imported = answered(begin(rows, by), by, said)
    assert imported.errors == 0
    applied(imported, by)
    rosa.refresh_from_db()
    assert rosa.notes.splitlines() == [
        "Other address: rosa@new.example",
        "Other address: rs@new.example",
    ]
    assert rosa.affiliations.filter(partner=acme).count() == 1


def test_two_who_were_said_to_be_two_are_not_asked_about_again(by, rosa):
    imported = answered(begin(LISTED, by), by, {"2": "new"})
    assert imported.rows.get().warnings == []
    applied(imported, by)
    new = Person.objects.get(email="rosa@new.example")
    apart = KeptApart.objects.get()
    assert (apart.low_pk, apart.high_pk) == (rosa.pk, new.pk)
    told = AuditEntry.objects.get(action="keep apart")
    assert (told.target_pk, told.after) == (str(new.pk), {"other": rosa.pk})


def test_who_changed_since_the_preview_is_shown_again(by, rosa):
    imported = answered(begin(LISTED, by), by, {"2": same_as(rosa)})
    edit_person(person=rosa, version=rosa.version, by=by, phone="112")
    applied(imported, by)
    assert imported.state == ImportState.PREVIEW
    assert "changed after this preview" in imported.notice
    assert applied(imported, by).state == ImportState.APPLIED


def test_an_answer_about_somebody_who_is_gone_is_asked_again(by, rosa):
    imported = answered(begin(LISTED, by), by, {"2": same_as(rosa)})
    rosa.affiliations.all().delete()
    rosa.delete()
    applied(imported, by)
    assert imported.state == ImportState.PREVIEW
    row = imported.rows.get()
    assert (row.outcome, row.twin) == ("new", None)


def test_an_answer_reaches_nobody_of_another_coalition(by, charlie):
    imported = begin(LISTED, by)
    answered(imported, by, {"2": same_as(charlie.person)})
    assert imported.rows.get().outcome == "new"


def test_undo_takes_place_and_notes_back(by, rosa, beta):
    imported = answered(begin(LISTED, by), by, {"2": same_as(rosa)})
    applied(imported, by)
    undo_import(imported=imported, by=by)
    worked(imported)
    assert imported.notice == "0 removed, 1 put back, 0 left as they are."
    rosa.refresh_from_db()
    assert rosa.notes == ""
    assert rosa.affiliations.get().partner == beta


def test_look_alikes_cost_the_same_statements_for_one_and_for_three(by, in_harbor):
    def queries(*surnames):
        for name in surnames:
            PersonFactory(coalition=in_harbor, full_name=f"Rosa {name}")
        rows = "".join(f"Acme,Rosa {name}a,{name}@x.org\n" for name in surnames)
        with CaptureQueriesContext(connection) as captured:
            imported = begin(rows, by)
        assert imported.rows.filter(twin__isnull=False).count() == len(surnames)
        return len(captured)

    assert queries("Silva") == queries("Moreno", "Kowalsk", "Lindqvist")


def test_look_alikes_among_ten_thousand_are_found_fast(by, in_harbor):
    Person.objects.bulk_create(
        Person(coalition=in_harbor, full_name=f"{chr(0x4E00 + n)}osa {n:05}Silva")
        for n in range(10_000)
    )
    rows = "".join(
        f"Acme,{chr(0x4E00 + n)}osa {n:05}Silvia,new{n}@x.org\n" for n in range(300)
    )
    begun = time.process_time()
    imported = begin(rows, by)
    assert time.process_time() - begun < 10
    assert imported.rows.filter(twin__isnull=False).count() == 300
