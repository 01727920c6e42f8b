"""People from a file: whom a row is about, and what no file may give."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import Affiliation, AuditEntry, Membership, Person
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.imports import Outcome, import_partners, import_people
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerAliasFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.utils import acting

ACCEPTED, WARNED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS
HEADER = (
    "organisation,full_name,email,role,phone,timezone,language,consent_digest,"
    "joined_on,notes\n"
)


def read(text, alice, *, apply=True, header="organisation,full_name,email\n"):
    return import_people(data=(header + text).encode(), apply=apply, by=acting(alice))


def places(problems):
    return [(problem.line, problem.column) for problem in problems]


def counts(report):
    return report.records, report.created, report.updated, report.unchanged


def rows_of(*models):
    return [list(model.objects.order_by("pk").values()) for model in models]


def rosa():
    return Person.objects.get(email="rosa@example.org")


@pytest.fixture
def acme(in_harbor):
    return PartnerFactory(coalition=in_harbor, name="Acme")


@pytest.fixture
def beta(in_harbor):
    return PartnerFactory(coalition=in_harbor, name="Beta")


@time_machine.travel("2026-05-14", tick=False)
def test_import_people_creates_people_with_all_their_columns(in_harbor, alice, acme):
    report = read(
        "ACME,Rosa Silva,Rosa@Example.org,observer,+32 2 555,europe/brussels,FR,Yes,"
        '2024-02-29,"a\nb"\n',
        alice,
        header=HEADER,
    )

    assert report.outcome == ACCEPTED
    assert counts(report) == (1, 1, 0, 0)
    person = rosa()
    assert person.full_name == "Rosa Silva"
    assert (person.phone, person.timezone) == ("+32 2 555", "Europe/Brussels")
    assert (person.language, person.notes) == ("fr", "a\nb")
    assert str(person.joined_on) == "2024-02-29"
    assert person.consent_digest
    assert person.consent_at == timezone.now()
    assert person.membership.role == MemberRole.OBSERVER
    assert person.membership.state == MembershipState.ACTIVE
    assert person.membership.user is None
    assert [link.partner for link in person.affiliations.all()] == [acme]
    assert "rosa silva" in person.search_text


def test_import_people_without_apply_only_looks(in_harbor, alice, acme):
    report = read("Acme,Rosa Silva,rosa@example.org\n", alice, apply=False)

    assert counts(report) == (1, 1, 0, 0)
    assert not Person.objects.filter(email="rosa@example.org").exists()


def test_import_people_again_changes_nothing(in_harbor, alice, acme, beta):
    text = (
        "Acme,Rosa Silva,rosa@example.org,member,+32 1234,UTC,en,yes,2024-01-01,x\n"
        "Beta,Rosa Silva,rosa@example.org,,,,,,,\n"
        "Beta,Ben Roy,ben@example.org,,,,,no,,\n"
    )
    first = read(text, alice, header=HEADER)
    before = rows_of(Person, Membership, Affiliation, AuditEntry)

    again = read(text, alice, header=HEADER)

    assert counts(first) == (3, 2, 1, 0)
    assert again.outcome == ACCEPTED
    assert counts(again) == (3, 0, 0, 3)
    assert rows_of(Person, Membership, Affiliation, AuditEntry) == before


def test_import_people_defaults_to_members_without_consent(in_harbor, alice, acme):
    read("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert rosa().membership.role == MemberRole.MEMBER
    assert not rosa().consent_digest
    assert rosa().consent_at is None


@pytest.mark.parametrize(
    ("word", "given"),
    (
        ("yes", True),
        ("YES", True),
        ("y", True),
        ("sí", True),
        ("Si", True),
        ("no", False),
        ("N", False),
        ("", False),
        (" ", False),
    ),
)
def test_import_people_takes_consent_from_a_plain_yes(
    in_harbor, alice, acme, word, given
):
    read(
        f"Acme,Rosa Silva,rosa@example.org,{word}\n",
        alice,
        header="organisation,full_name,email,consent_digest\n",
    )

    assert rosa().consent_digest is given


@pytest.mark.parametrize(
    "word", ("maybe", "1", "x", "ok", "true", "TRUE", "yes?", "not yet", "yes!", "✓")
)
def test_import_people_takes_consent_from_nothing_else(in_harbor, alice, acme, word):
    report = read(
        f"Acme,Rosa Silva,rosa@example.org,{word}\n",
        alice,
        header="organisation,full_name,email,consent_digest\n",
    )

    assert report.outcome == Outcome.REJECTED_ROWS
    assert places(report.errors) == [(2, "consent_digest")]


@pytest.mark.parametrize("said", ("yes", "no"))
def test_import_people_leaves_consent_to_those_who_are_here(
    in_harbor, alice, acme, said
):
    had = said == "no"
    person = PersonFactory(
        coalition=in_harbor,
        full_name="Rosa Silva",
        email="rosa@example.org",
        consent_digest=had,
    )
    AffiliationFactory(person=person, partner=acme)

    report = read(
        f"Acme,Rosa Silva,rosa@example.org,{said}\n",
        alice,
        header="organisation,full_name,email,consent_digest\n",
    )

    assert counts(report) == (1, 0, 0, 1)
    assert places(report.warnings) == [(2, "consent_digest")]
    assert rosa().consent_digest is had


@pytest.mark.parametrize("role", ("steering", "Coordinator", "admin", "owner"))
def test_import_people_gives_no_rights(in_harbor, alice, acme, role):
    report = read(
        f"Acme,Rosa Silva,rosa@example.org,{role}\n",
        alice,
        header="organisation,full_name,email,role\n",
    )

    assert places(report.errors) == [(2, "role")]
    assert not Person.objects.filter(email="rosa@example.org").exists()


@pytest.mark.parametrize(
    ("role", "state"),
    (
        (MemberRole.COORDINATOR, MembershipState.ACTIVE),
        (MemberRole.OBSERVER, MembershipState.SUSPENDED),
        (MemberRole.OBSERVER, MembershipState.REMOVED),
    ),
)
def test_import_people_changes_no_rights(in_harbor, alice, acme, role, state):
    membership = MembershipFactory(
        coalition=in_harbor,
        role=role,
        state=state,
        person__full_name="Rosa Silva",
        person__email="rosa@example.org",
    )
    AffiliationFactory(person=membership.person, partner=acme)

    report = read(
        "Acme,Rosa Silva,rosa@example.org,member\n",
        alice,
        header="organisation,full_name,email,role\n",
    )

    assert places(report.warnings) == [(2, "role")]
    membership.refresh_from_db()
    assert (membership.role, membership.state) == (role, state)


def test_import_people_updates_what_the_file_says_and_wipes_nothing(
    in_harbor, alice, acme
):
    person = PersonFactory(
        coalition=in_harbor,
        full_name="Rosa Silva",
        email="rosa@example.org",
        phone="112",
        language="fr",
    )
    AffiliationFactory(person=person, partner=acme)

    report = read("Acme,ROSA SILVA,ROSA@example.org,,113,,,,,\n", alice, header=HEADER)

    assert counts(report) == (1, 0, 1, 0)
    person.refresh_from_db()
    assert person.full_name == "Rosa Silva"
    assert (person.phone, person.language, person.version) == ("113", "fr", 2)


def test_import_people_adds_another_organisation(in_harbor, alice, acme, beta):
    person = PersonFactory(
        coalition=in_harbor, full_name="Rosa Silva", email="rosa@example.org"
    )
    AffiliationFactory(person=person, partner=acme)

    report = read(
        "Acme,Rosa Silva,rosa@example.org\nBeta,Rosa Silva,rosa@example.org\n", alice
    )

    assert report.outcome == ACCEPTED
    assert counts(report) == (2, 0, 1, 1)
    assert {link.partner for link in person.affiliations.all()} == {acme, beta}


def test_import_people_refuses_one_address_for_two_names(in_harbor, alice, acme, beta):
    PersonFactory(coalition=in_harbor, full_name="Ben Roy", email="ben@example.org")

    report = read(
        "Acme,Rosa Silva,rosa@example.org\n"
        "Acme,Benjamin King,ben@example.org\n"
        "Beta,Rose Silver,Rosa@example.org\n",
        alice,
    )

    assert report.outcome == Outcome.REJECTED_ROWS
    assert places(report.errors) == [(3, "full_name"), (4, "full_name")]
    assert "“Ben Roy”" in report.errors[0].message
    assert "Line 2" in report.errors[1].message


def test_import_people_reads_rows_of_one_person_together(in_harbor, alice, acme, beta):
    report = read(
        "Acme,Rosa Silva,rosa@example.org,,112,,,,,\n"
        "Beta,Rosa Silva,rosa@example.org,,,UTC,,yes,,\n"
        "acme,rosa silva,rosa@example.org,,112,,,,,\n",
        alice,
        header=HEADER,
    )

    assert report.outcome == WARNED
    assert places(report.warnings) == [(4, "email")]
    assert counts(report) == (3, 1, 1, 1)
    assert (rosa().phone, rosa().timezone, rosa().consent_digest) == (
        "112",
        "UTC",
        True,
    )


def test_import_people_refuses_rows_that_contradict_each_other(
    in_harbor, alice, acme, beta
):
    report = read(
        "Acme,Rosa Silva,rosa@example.org,,112,,,yes,,\n"
        "Beta,Rosa Silva,rosa@example.org,,113,,,no,,\n",
        alice,
        header=HEADER,
    )

    assert places(report.errors) == [(3, "phone"), (3, "consent_digest")]


def test_import_people_finds_the_partner_by_alias(in_harbor, alice, acme):
    PartnerAliasFactory(partner=acme, name="A.C.M.E.")

    read("a.c.m.e.,Rosa Silva,rosa@example.org\n", alice)

    assert rosa().affiliations.get().partner == acme


def test_import_people_refuses_unknown_organisations_with_a_hint(
    in_harbor, alice, acme
):
    PartnerFactory(coalition=in_harbor, name="Harbor Watch")
    PartnerFactory(coalition=in_harbor, name="Northern Farmers Union")

    report = read(
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
    import_partners(data=f"name\n{names}".encode(), apply=True, by=acting(alice))

    report = read(
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

    report = read("Canary Trust,Rosa Silva,rosa@example.org\n", alice)

    assert places(report.errors) == [(2, "organisation")]
    assert "“" not in report.errors[0].message


def test_import_people_leaves_people_of_other_coalitions_alone(
    in_harbor, alice, acme, charlie
):
    email = charlie.person.email

    report = read(f"Acme,Rosa Silva,{email}\n", alice)

    assert counts(report) == (1, 1, 0, 0)
    with scope(coalition=charlie.coalition):
        assert Person.objects.get(email=email).full_name == "Charlie Canary"


def test_import_people_gives_an_address_to_somebody_who_had_none(
    in_harbor, alice, acme
):
    person = PersonFactory(coalition=in_harbor, full_name="Rosa Silva", email=None)
    AffiliationFactory(person=person, partner=acme)

    report = read(
        "Acme,rosa silva,rosa@example.org\nAcme,Rosa Silva,rs@example.org\n", alice
    )

    assert counts(report) == (2, 1, 1, 0)
    person.refresh_from_db()
    assert person.email == "rosa@example.org"


def test_import_people_does_not_choose_between_namesakes(in_harbor, alice, acme):
    for _place in range(2):
        person = PersonFactory(coalition=in_harbor, full_name="Rosa Silva", email=None)
        AffiliationFactory(person=person, partner=acme)

    report = read("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert places(report.errors) == [(2, "full_name")]


def test_import_people_warns_of_namesakes_at_one_partner(in_harbor, alice, acme):
    person = PersonFactory(
        coalition=in_harbor, full_name="Rosa Silva", email="old@example.org"
    )
    AffiliationFactory(person=person, partner=acme)

    report = read(
        "Acme,Rosa Silva,rosa@example.org\n"
        "Acme,Ben Roy,ben@example.org\n"
        "Acme,Ben Roy,roy@example.org\n",
        alice,
    )

    assert report.outcome == WARNED
    assert places(report.warnings) == [(2, "full_name"), (4, "full_name")]
    assert counts(report) == (3, 3, 0, 0)


@time_machine.travel("2026-05-14")
def test_import_people_does_not_take_up_what_has_ended(in_harbor, alice, acme):
    person = PersonFactory(
        coalition=in_harbor, full_name="Rosa Silva", email="rosa@example.org"
    )
    AffiliationFactory(person=person, partner=acme, to_on="2026-05-01")

    report = read("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert counts(report) == (1, 0, 0, 1)
    assert places(report.warnings) == [(2, "organisation")]
    assert person.affiliations.count() == 1


def test_import_people_makes_a_new_person_where_one_was_erased(in_harbor, alice, acme):
    gone = PersonFactory(
        coalition=in_harbor,
        full_name="Rosa Silva",
        email=None,
        consent_digest=False,
        erased_at=timezone.now(),
    )
    AffiliationFactory(person=gone, partner=acme)

    report = read("Acme,Rosa Silva,rosa@example.org\n", alice)

    assert counts(report) == (1, 1, 0, 0)
    assert rosa() != gone


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

    report = read(
        f'Acme,Good,good@example.org,,,,,,,"a\n\nb"\n{row}\n', alice, header=HEADER
    )

    assert report.outcome == Outcome.REJECTED_ROWS
    assert places(report.errors) == [(5, column)]
    assert counts(report) == (2, 0, 0, 0)
    assert rows_of(Person, Affiliation, Membership) == before


def test_import_people_writes_the_trail(in_harbor, alice, acme, beta):
    old = PersonFactory(
        coalition=in_harbor, full_name="Ben Roy", email="ben@example.org", phone="112"
    )

    read(
        "Acme,Rosa Silva,rosa@example.org,\nBeta,Ben Roy,ben@example.org,113\n",
        alice,
        header="organisation,full_name,email,phone\n",
    )

    created, edited, joined, summary = AuditEntry.objects.order_by("pk")
    assert (created.action, created.target_pk) == ("create", str(rosa().pk))
    assert created.after["partners"] == [acme.pk]
    assert created.after["role"] == "member"
    assert (edited.action, edited.target_pk) == ("edit", str(old.pk))
    assert (edited.before, edited.after) == ({"phone": "112"}, {"phone": "113"})
    assert (joined.action, joined.after) == ("affiliate", {"partner": beta.pk})
    assert (summary.action, summary.after["created"]) == ("import people", 1)


def test_import_people_asks_the_same_for_one_row_and_for_three(in_harbor, alice, acme):
    def queries(numbers):
        rows = "".join(
            f"Acme,Old {n},old{n}@example.org,113\nAcme,New {n},new{n}@example.org,\n"
            for n in numbers
        )
        for number in numbers:
            PersonFactory(
                coalition=in_harbor,
                full_name=f"Old {number}",
                email=f"old{number}@example.org",
            )
        with CaptureQueriesContext(connection) as captured:
            report = read(rows, alice, header="organisation,full_name,email,phone\n")
        assert report.is_accepted
        return len(captured)

    assert queries([1]) == queries([2, 3, 4])
