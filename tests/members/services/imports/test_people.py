"""People from a file: whom a row is about, and what becomes of it."""

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import Affiliation, AuditEntry, Membership, Person
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.imports import Outcome
from tests.factories.members import (
    AffiliationFactory,
    PartnerAliasFactory,
    PersonFactory,
)
from tests.members.services.imports.reading import (
    PEOPLE,
    counts,
    places,
    read_people,
    rosa,
    rows_of,
)

ACCEPTED, WARNED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS


@time_machine.travel("2026-05-14", tick=False)
def test_import_people_creates_people_with_all_their_columns(in_harbor, alice, acme):
    report = read_people(
        "ACME,Rosa Silva,Rosa@Example.org,observer,+32 2 555,europe/brussels,FR,Yes,"
        '2024-02-29,"a\nb"\n',
        alice,
        header=PEOPLE,
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
    report = read_people("Acme,Rosa Silva,rosa@example.org\n", alice, apply=False)

    assert counts(report) == (1, 1, 0, 0)
    assert not Person.objects.filter(email="rosa@example.org").exists()


def test_import_people_again_changes_nothing(in_harbor, alice, acme, beta):
    text = (
        "Acme,Rosa Silva,rosa@example.org,member,+32 1234,UTC,en,yes,2024-01-01,x\n"
        "Beta,Rosa Silva,rosa@example.org,,,,,,,\n"
        "Beta,Ben Roy,ben@example.org,,,,,no,,\n"
    )
    first = read_people(text, alice, header=PEOPLE)
    before = rows_of(Person, Membership, Affiliation, AuditEntry)

    again = read_people(text, alice, header=PEOPLE)

    assert counts(first) == (3, 2, 1, 0)
    assert again.outcome == ACCEPTED
    assert counts(again) == (3, 0, 0, 3)
    assert rows_of(Person, Membership, Affiliation, AuditEntry) == before


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

    report = read_people(
        "Acme,ROSA SILVA,ROSA@example.org,,113,,,,,\n", alice, header=PEOPLE
    )

    assert counts(report) == (1, 0, 1, 0)
    person.refresh_from_db()
    assert person.full_name == "Rosa Silva"
    assert (person.phone, person.language, person.version) == ("113", "fr", 2)


def test_import_people_adds_another_organisation(in_harbor, alice, acme, beta):
    person = PersonFactory(
        coalition=in_harbor, full_name="Rosa Silva", email="rosa@example.org"
    )
    AffiliationFactory(person=person, partner=acme)

    report = read_people(
        "Acme,Rosa Silva,rosa@example.org\nBeta,Rosa Silva,rosa@example.org\n", alice
    )

    assert report.outcome == ACCEPTED
    assert counts(report) == (2, 0, 1, 1)
    assert {link.partner for link in person.affiliations.all()} == {acme, beta}


def test_import_people_reads_rows_of_one_person_together(in_harbor, alice, acme, beta):
    report = read_people(
        "Acme,Rosa Silva,rosa@example.org,,112,,,,,\n"
        "Beta,Rosa Silva,rosa@example.org,,,UTC,,yes,,\n"
        "acme,rosa silva,rosa@example.org,,112,,,,,\n",
        alice,
        header=PEOPLE,
    )

    assert report.outcome == WARNED
    assert places(report.warnings) == [(4, "email")]
    assert counts(report) == (3, 1, 1, 1)
    assert (rosa().phone, rosa().timezone, rosa().consent_digest) == (
        "112",
        "UTC",
        True,
    )


def test_import_people_finds_the_partner_by_alias(in_harbor, alice, acme):
    PartnerAliasFactory(partner=acme, name="A.C.M.E.")

    read_people("a.c.m.e.,Rosa Silva,rosa@example.org\n", alice)

    assert rosa().affiliations.get().partner == acme


def test_import_people_leaves_people_of_other_coalitions_alone(
    in_harbor, alice, acme, charlie
):
    email = charlie.person.email

    report = read_people(f"Acme,Rosa Silva,{email}\n", alice)

    assert counts(report) == (1, 1, 0, 0)
    with scope(coalition=charlie.coalition):
        assert Person.objects.get(email=email).full_name == "Charlie Canary"


def test_import_people_gives_an_address_to_somebody_who_had_none(
    in_harbor, alice, acme
):
    person = PersonFactory(coalition=in_harbor, full_name="Rosa Silva", email=None)
    AffiliationFactory(person=person, partner=acme)

    report = read_people(
        "Acme,rosa silva,rosa@example.org\nAcme,Rosa Silva,rs@example.org\n", alice
    )

    assert counts(report) == (2, 1, 1, 0)
    person.refresh_from_db()
    assert person.email == "rosa@example.org"


def test_import_people_warns_of_namesakes_at_one_partner(in_harbor, alice, acme):
    person = PersonFactory(
        coalition=in_harbor, full_name="Rosa Silva", email="old@example.org"
    )
    AffiliationFactory(person=person, partner=acme)

    report = read_people(
        "Acme,Rosa Silva,rosa@example.org\n"
        "Acme,Ben Roy,ben@example.org\n"
        "Acme,Ben Roy,roy@example.org\n",
        alice,
    )

    assert report.outcome == WARNED
    assert places(report.warnings) == [(2, "full_name"), (4, "full_name")]
    assert counts(report) == (3, 3, 0, 0)


def test_import_people_writes_the_trail(in_harbor, alice, acme, beta):
    old = PersonFactory(
        coalition=in_harbor, full_name="Ben Roy", email="ben@example.org", phone="112"
    )

    read_people(
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
            report = read_people(
                rows, alice, header="organisation,full_name,email,phone\n"
            )
        assert report.is_accepted
        return len(captured)

    assert queries([1]) == queries([2, 3, 4])
