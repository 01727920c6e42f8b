"""Rows of people that are wrong, each named by line and column."""

import pytest

from members.models import Affiliation, Membership, Person
from members.services.imports import Outcome
from tests.factories.members import (
    AffiliationFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.members.services.imports.reading import (
    PEOPLE,
    counts,
    places,
    read_partners,
    read_people,
    rows_of,
)


def test_import_people_refuses_one_address_for_two_names(in_harbor, alice, acme, beta):
    PersonFactory(coalition=in_harbor, full_name="Ben Roy", email="ben@example.org")

    report = read_people(
        "Acme,Rosa Silva,rosa@example.org\n"
        "Acme,Benjamin King,ben@example.org\n"
        "Beta,Rose Silver,Rosa@example.org\n",
        alice,
    )

    assert report.outcome == Outcome.REJECTED_ROWS
    assert places(report.errors) == [(3, "full_name"), (4, "full_name")]
    assert "“Ben Roy”" in report.errors[0].message
    assert "Line 2" in report.errors[1].message


def test_import_people_refuses_rows_that_contradict_each_other(
    in_harbor, alice, acme, beta
):
    report = read_people(
        "Acme,Rosa Silva,rosa@example.org,,112,,,yes,,\n"
        "Beta,Rosa Silva,rosa@example.org,,113,,,no,,\n",
        alice,
        header=PEOPLE,
    )

    assert places(report.errors) == [(3, "phone"), (3, "consent_digest")]


def test_import_people_refuses_unknown_organisations_with_a_hint(
    in_harbor, alice, acme
):
    PartnerFactory(coalition=in_harbor, name="Harbor Watch")
    PartnerFactory(coalition=in_harbor, name="Northern Farmers Union")

    report = read_people(
        "Habor Watch,Rosa Silva,rosa@example.org\n"
        "Norther Farmer Unions,Ben Roy,ben@example.org\n"
        "Somebody Else,nobody,not an address\n",
        alice,
    )

    assert places(report.errors) == [
        (2, "organisation"),
        (3, "organisation"),
        (4, "email"),
        (4, "organisation"),
    ]
    assert "“Harbor Watch”" in report.errors[0].message
    assert "“Northern Farmers Union”" in report.errors[1].message
    assert "add the partner first" in report.errors[3].message


def test_import_people_suggests_only_look_alikes_in_a_long_list(in_harbor, alice):
    names = "".join(f"Northern Farmers Union {n}\n" for n in range(501))
    read_partners(f"name\n{names}", alice)

    report = read_people(
        "Northern Farmer Union 7,Rosa Silva,rosa@example.org\n"
        "North Farmer Union 7,Ben Roy,ben@example.org\n",
        alice,
    )

    first, second = report.errors
    assert "“Northern Farmers Union 7”" in first.message
    assert "add the partner first" in second.message


def test_import_people_does_not_see_partners_of_other_coalitions(
    in_harbor, alice, charlie
):
    PartnerFactory(coalition=charlie.coalition, name="Canary Trust")

    report = read_people("Canary Trust,Rosa Silva,rosa@example.org\n", alice)

    assert places(report.errors) == [(2, "organisation")]
    assert "“" not in report.errors[0].message


def test_import_people_does_not_choose_between_namesakes(in_harbor, alice, acme):
    for _place in range(2):
        person = PersonFactory(coalition=in_harbor, full_name="Rosa Silva", email=None)
        AffiliationFactory(person=person, partner=acme)

    report = read_people("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert places(report.errors) == [(2, "full_name")]


ROWS = {
    "no organisation": (",R,r@example.org,,,,,,,", "organisation"),
    "no name": ("Acme,,r@example.org,,,,,,,", "full_name"),
    "no address": ("Acme,R,,,,,,,,", "email"),
    "not an address": ("Acme,R,r@,,,,,,,", "email"),
    "two addresses": ('Acme,R,"r@example.org; s@example.org",,,,,,,', "email"),
    "name and address": ("Acme,R,R <r@example.org>,,,,,,,", "email"),
    "injection": ('Acme,R,"r@example.org\r\nBcc: x@example.org",,,,,,,', "email"),
    "injection in the name": ('Acme,"R\nTo: x",r@example.org,,,,,,,', "full_name"),
    "direction in the name": ("Acme,\u202eR,r@example.org,,,,,,,", "full_name"),
    "nul in the name": ("Acme,R\0,r@example.org,,,,,,,", "full_name"),
    "look-alike domain": ("Acme,R,r@ex\u0430mple..org,,,,,,,", "email"),
    "unknown access": ("Acme,R,r@example.org,boss,,,,,,", "role"),
    "phone in words": ("Acme,R,r@example.org,,ask me,,,,,", "phone"),
    "phone as a number": ("Acme,R,r@example.org,,3.2E+10,,,,,", "phone"),
    "unknown zone": ("Acme,R,r@example.org,,,Europe/Brusels,,,,", "timezone"),
    "offset": ("Acme,R,r@example.org,,,UTC+2,,,,", "timezone"),
    "language in words": ("Acme,R,r@example.org,,,,French,,,", "language"),
    "30 February": ("Acme,R,r@example.org,,,,,,2025-02-30,", "joined_on"),
    "American date": ("Acme,R,r@example.org,,,,,,02/03/2025,", "joined_on"),
    "date as a number": ("Acme,R,r@example.org,,,,,,45123,", "joined_on"),
    "year 3000": ("Acme,R,r@example.org,,,,,,3000-01-01,", "joined_on"),
    "excel error": ("Acme,R,r@example.org,,#REF!,,,,,", "phone"),
    "long notes": ("Acme,R,r@example.org,,,,,,," + "x" * 20_001, "notes"),
}


@pytest.mark.parametrize("case", ROWS)
def test_import_people_names_the_line_and_column_of_a_wrong_cell(
    in_harbor, alice, acme, case
):
    row, column = ROWS[case]
    before = rows_of(Person, Affiliation, Membership)

    report = read_people(
        f'Acme,Good,good@example.org,,,,,,,"a\n\nb"\n{row}\n', alice, header=PEOPLE
    )

    assert report.outcome == Outcome.REJECTED_ROWS
    assert places(report.errors) == [(5, column)]
    assert counts(report) == (2, 0, 0, 0)
    assert rows_of(Person, Affiliation, Membership) == before
