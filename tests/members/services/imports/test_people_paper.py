"""A list of people says who reads on paper, and who brings it."""

import pytest

from members.models import AuditEntry, ImportRow, PaperReader, Person
from members.models.imports import ImportKind
from members.services.imports import Outcome
from members.services.imports.steps import apply_import, start_import, undo_import
from members.services.imports.work import work_off
from tests.factories.comms import PaperReaderFactory
from tests.factories.members import AffiliationFactory, PersonFactory
from tests.members.services.imports.reading import counts, places, read_people
from tests.utils import acting

HEADER = "organisation,full_name,email,paper,courier\n"
ROSA = "Acme,Rosa Silva,rosa@example.org,yes,bob@example.org\n"


@pytest.fixture
def read(in_harbor, alice, acme):
    def read(rows, **options):
        return read_people(rows, alice, header=HEADER, **options)

    return read


def on_paper():
    readers = PaperReader.objects.select_related("person", "courier")
    return {r.person.full_name: r.courier and r.courier.full_name for r in readers}


def by_address(bob):
    return ROSA.replace("bob@example.org", bob.person.email)


def test_whoever_is_new_or_here_is_put_on_paper(read, harbor, bob, acme):
    here = PersonFactory(coalition=harbor, full_name="Ada Here", email="a@example.org")
    AffiliationFactory(coalition=harbor, person=here, partner=acme)
    report = read(f"{by_address(bob)}Acme,Ada Here,a@example.org,sí,bob BROWN\n")
    assert report.outcome == Outcome.ACCEPTED
    assert counts(report) == (2, 1, 1, 0)
    assert on_paper() == {"Rosa Silva": "Bob Brown", "Ada Here": "Bob Brown"}
    told = AuditEntry.objects.filter(action="paper").values_list("after", flat=True)
    assert list(told) == [{"on_paper": True, "courier": bob.person_id}] * 2


def test_the_same_list_again_changes_nothing(read, bob):
    read(by_address(bob))
    report = read(by_address(bob))
    assert report.outcome == Outcome.ACCEPTED
    assert counts(report) == (1, 0, 0, 1)


def test_who_brings_it_may_come_with_the_list(read):
    report = read(
        "Acme,Rosa Silva,rosa@example.org,yes,Carla Cruz\n"
        "Acme,Carla Cruz,carla@example.org,,\n"
    )
    assert report.outcome == Outcome.ACCEPTED
    assert on_paper() == {"Rosa Silva": "Carla Cruz"}


def test_nobody_need_bring_it_yet_and_no_is_no_change(read):
    read("Acme,Rosa Silva,rosa@example.org,yes,\nAcme,Bo Berg,bo@example.org,no,\n")
    assert on_paper() == {"Rosa Silva": None}


def test_whoever_reads_on_paper_keeps_what_stands_on_their_page(read, harbor, bob):
    read(by_address(bob))
    report = read("Acme,Rosa Silva,rosa@example.org,no,\n")
    assert places(report.warnings) == [(2, "paper")]
    PersonFactory(coalition=harbor, full_name="Other", email="other@example.org")
    report = read("Acme,Rosa Silva,rosa@example.org,yes,other@example.org\n")
    assert places(report.warnings) == [(2, "courier")]
    assert on_paper() == {"Rosa Silva": "Bob Brown"}


@pytest.mark.parametrize(
    ("row", "column"),
    (
        ("yes,Nobody Known", "courier"),
        ("yes,Twin Name", "courier"),
        ("yes,rosa@example.org", "courier"),
        (",Bob Brown", "courier"),
        ("no,Bob Brown", "courier"),
        ("perhaps,", "paper"),
    ),
)
def test_what_cannot_be_is_an_error_of_the_row(read, harbor, bob, row, column):
    PersonFactory.create_batch(2, coalition=harbor, full_name="Twin Name")
    report = read(f"Acme,Rosa Silva,rosa@example.org,{row}\n")
    assert places(report.errors) == [(2, column)]
    assert not PaperReader.objects.exists()


def test_nobody_of_another_coalition_brings_it(read, charlie):
    report = read(f"Acme,Rosa Silva,rosa@example.org,yes,{charlie.person.email}\n")
    assert places(report.errors) == [(2, "courier")]


def test_it_is_taken_back_with_the_list(in_harbor, alice, bob, acme):
    here = PersonFactory(coalition=in_harbor, full_name="Ada", email="ada@example.org")
    AffiliationFactory(coalition=in_harbor, person=here, partner=acme)
    kept = PaperReaderFactory(coalition=in_harbor)
    rows = (
        "Acme,Rosa Silva,rosa@example.org,yes,Carla Cruz\n"
        "Acme,Carla Cruz,carla@example.org,,\n"
        "Acme,Ada,ada@example.org,yes,carla@example.org\n"
    )
    data, by = (HEADER + rows).encode(), acting(alice)
    imported = start_import(
        kind=ImportKind.PEOPLE, data=data, original=data, file_name="list.csv", by=by
    )
    work_off(imported)
    imported.refresh_from_db()
    seen = ImportRow.objects.get(source=imported, line=4)
    assert seen.after == {"paper": True, "courier": "Carla Cruz"}
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    work_off(imported)
    assert PaperReader.objects.count() == 3
    imported.refresh_from_db()
    undo_import(imported=imported, by=by)
    work_off(imported)
    assert list(PaperReader.objects.all()) == [kept]
    assert not Person.objects.filter(email="carla@example.org").exists()
    assert not ImportRow.objects.filter(source=imported).exclude(kept="").exists()
