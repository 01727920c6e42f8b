"""Partners from a file: the same file changes nothing, blanks wipe nothing."""

import unicodedata
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scope
from members.models import AuditEntry, Partner
from members.models.partner import PartnerStatus
from members.services.imports import Outcome
from tests.factories.members import (
    PartnerAliasFactory,
    PartnerFactory,
)
from tests.members.services.imports.reading import (
    counts,
    places,
    read_partners,
    rows_of,
)

ACCEPTED, WARNED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS
COLUMNS = "name,website,country,region,contact_email,tags,notes\n"
REAL_LIST = (
    Path(__file__).parents[5] / "shared" / "data" / "partners"
).resolve() / "trade_justice_members.csv"


def test_import_partners_creates_active_partners_with_all_their_columns(
    in_harbor, alice
):
    report = read_partners(
        COLUMNS + "Harbor Watch,harborwatch.example.org,Norway,North,"
        'Hello@HarborWatch.Example.org,"Water; health","Two\nlines"\n',
        alice,
    )

    assert report.outcome == ACCEPTED
    assert report.applied
    assert counts(report) == (1, 1, 0, 0)
    partner = Partner.objects.get()
    assert partner.name == "Harbor Watch"
    assert partner.website == "https://harborwatch.example.org"
    assert (partner.country, partner.region) == ("Norway", "North")
    assert partner.contact_email == "hello@harborwatch.example.org"
    assert partner.tags == ["Water", "health"]
    assert partner.notes == "Two\nlines"
    assert partner.status == PartnerStatus.ACTIVE
    assert partner.search_text.startswith("harbor watch norway")


def test_import_partners_without_apply_only_looks(in_harbor, alice):
    report = read_partners("name\nHarbor Watch\n", alice, apply=False)

    assert counts(report) == (1, 1, 0, 0)
    assert not report.applied
    assert not Partner.objects.exists()
    assert not AuditEntry.objects.exists()


def test_import_partners_again_changes_nothing(in_harbor, alice):
    data = COLUMNS + "Acme,acme.example,,,info@acme.example,a;b,note\nBeta,,,,,,\n"
    read_partners(data, alice)
    before = rows_of(Partner, AuditEntry)

    report = read_partners(data, alice)

    assert report.outcome == ACCEPTED
    assert counts(report) == (2, 0, 0, 2)
    assert (rows_of(Partner, AuditEntry)) == before


def test_import_partners_updates_what_the_file_says_and_wipes_nothing(in_harbor, alice):
    partner = PartnerFactory(
        coalition=in_harbor, name="Acme", country="Chile", notes="old", tags=["a"]
    )

    report = read_partners(COLUMNS + "ACME,,,South,,,new\n", alice)

    assert counts(report) == (1, 0, 1, 0)
    partner.refresh_from_db()
    assert partner.name == "Acme"
    assert (partner.country, partner.region) == ("Chile", "South")
    assert (partner.notes, partner.tags) == ("new", ["a"])
    assert partner.version == 2
    assert "south" in partner.search_text


def test_import_partners_finds_partners_by_alias(in_harbor, alice):
    partner = PartnerFactory(coalition=in_harbor, name="Fair Trade Network")
    PartnerAliasFactory(partner=partner, name="FTN")

    report = read_partners("name,country\nftn,Fiji\n", alice)

    assert counts(report) == (1, 0, 1, 0)
    partner.refresh_from_db()
    assert (partner.name, partner.country) == ("Fair Trade Network", "Fiji")


def test_import_partners_leaves_the_status_alone(in_harbor, alice):
    PartnerFactory(coalition=in_harbor, name="Acme", status=PartnerStatus.LEFT)

    read_partners("name,country\nAcme,Fiji\n", alice)

    assert Partner.objects.get().status == PartnerStatus.LEFT


def test_import_partners_reads_composed_and_decomposed_letters_as_one(in_harbor, alice):
    composed = "Société Civile"
    decomposed = unicodedata.normalize("NFD", composed)
    PartnerFactory(coalition=in_harbor, name=composed)

    report = read_partners(f"name,country\n{decomposed},France\n{composed},\n", alice)

    assert counts(report) == (2, 0, 1, 1)
    assert Partner.objects.get().name == composed


def test_import_partners_merges_rows_that_agree(in_harbor, alice):
    report = read_partners(
        "name,country,region\nAcme,Fiji,\nacme,,South\nACME,Fiji,\n", alice
    )

    assert report.outcome == WARNED
    assert places(report.warnings) == [(3, "name"), (4, "name")]
    assert "Line 2" in report.warnings[0].message
    assert counts(report) == (3, 1, 0, 2)
    assert Partner.objects.values_list("name", "country", "region").get() == (
        "Acme",
        "Fiji",
        "South",
    )


def test_import_partners_refuses_rows_that_contradict_each_other(in_harbor, alice):
    report = read_partners("name,country\nAcme,Fiji\nBeta,\nacme,Chile\n", alice)

    assert report.outcome == Outcome.REJECTED_ROWS
    assert places(report.errors) == [(4, "country")]
    assert "Line 2" in report.errors[0].message
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    "name",
    ("AFTINET (Australia)", "AFTINIT", "The AFTINET", "\u0410FTINET", "AFTINET Ltd."),
)
def test_import_partners_warns_of_a_partner_that_a_new_one_resembles(
    in_harbor, alice, name
):
    PartnerFactory(coalition=in_harbor, name="AFTINET")

    report = read_partners(f"name\n{name}\n", alice)

    assert report.outcome == WARNED
    assert counts(report) == (1, 1, 0, 0)
    assert places(report.warnings) == [(2, "name")]
    assert "“AFTINET”, who is a partner already" in report.warnings[0].message


def test_import_partners_warns_of_aliases_and_lines_that_look_alike(in_harbor, alice):
    partner = PartnerFactory(coalition=in_harbor, name="Fair Trade Network")
    PartnerAliasFactory(partner=partner, name="Fairness")

    report = read_partners("name\nRiver Action\nFairnes\nRiver Aktion\n", alice)

    assert places(report.warnings) == [(3, "name"), (4, "name")]
    assert "“Fairness”" in report.warnings[0].message
    assert "“River Action” on line 2" in report.warnings[1].message


def test_import_partners_does_not_warn_of_partners_who_are_here(in_harbor, alice):
    for name in ("AFTINET", "AFTINET (Australia)"):
        PartnerFactory(coalition=in_harbor, name=name)

    assert read_partners("name\nAFTINET (Australia)\n", alice).outcome == ACCEPTED


def test_import_partners_knows_nothing_of_other_coalitions(in_harbor, alice, charlie):
    with scope(coalition=charlie.coalition):
        PartnerFactory(coalition=charlie.coalition, name="AFTINET")

    report = read_partners("name,country\nAFTINET,Australia\nAFTINIT,\n", alice)

    assert counts(report) == (2, 2, 0, 0)
    assert "on line 2" in report.warnings[0].message
    with scope(coalition=charlie.coalition):
        assert Partner.objects.get().country == ""


def test_import_partners_writes_the_trail(in_harbor, alice):
    old = PartnerFactory(coalition=in_harbor, name="Acme", country="Chile")

    read_partners("name,country\nAcme,Fiji\nBeta,Peru\n", alice)

    new = Partner.objects.get(name="Beta")
    found = AuditEntry.objects.order_by("pk").values_list(
        "action", "model", "target_pk", "actor"
    )
    assert list(found) == [
        ("create", "members.partner", str(new.pk), alice.person_id),
        ("edit", "members.partner", str(old.pk), alice.person_id),
        (
            "import partners",
            "members.coalition",
            str(in_harbor.pk),
            alice.person_id,
        ),
    ]
    created, edited, summary = AuditEntry.objects.order_by("pk")
    assert created.after["country"] == "Peru"
    assert (edited.before, edited.after) == ({"country": "Chile"}, {"country": "Fiji"})
    assert (summary.after["created"], summary.after["updated"]) == (1, 1)


@pytest.mark.parametrize("apply", (False, True))
def test_import_partners_asks_the_same_for_one_row_and_for_three(
    in_harbor, alice, apply
):
    def queries(numbers):
        rows = "".join(f"Old {n},Fiji\nNew {n},Peru\n" for n in numbers)
        for number in numbers:
            PartnerFactory(coalition=in_harbor, name=f"Old {number}")
        with CaptureQueriesContext(connection) as captured:
            assert read_partners(
                "name,country\n" + rows, alice, apply=apply
            ).is_accepted
        return len(captured)

    assert queries([1]) == queries([2, 3, 4])


@pytest.mark.skipif(not REAL_LIST.exists(), reason="the real list is not here")
def test_import_partners_reads_a_real_list(in_harbor, alice):
    data = REAL_LIST.read_bytes()

    first = read_partners(data, alice)

    assert first.outcome == WARNED
    assert counts(first) == (200, 200, 0, 0)
    assert {problem.column for problem in first.warnings} == {"name"}
    assert counts(read_partners(data, alice)) == (200, 0, 0, 200)
