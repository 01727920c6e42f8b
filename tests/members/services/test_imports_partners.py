"""Partners from a file: all of it or nothing, and the same file changes nothing."""

import unicodedata
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.common.tenancy import scope
from members.models import AuditEntry, Partner
from members.models.partner import PartnerStatus
from members.services.imports import Outcome, import_partners
from tests.common.hostile import HEADER, REFUSED
from tests.factories.members import PartnerAliasFactory, PartnerFactory
from tests.utils import acting

REAL_LIST = (
    Path(__file__).parents[4] / "shared" / "data" / "partners"
).resolve() / "trade_justice_members.csv"
ACCEPTED, WARNED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_WARNINGS
COLUMNS = "name,website,country,region,contact_email,tags,notes\n"


def read(data, alice, *, apply=True):
    if isinstance(data, str):
        data = data.encode()
    return import_partners(data=data, apply=apply, by=acting(alice))


def places(problems):
    return [(problem.line, problem.column) for problem in problems]


def counts(report):
    return report.records, report.created, report.updated, report.unchanged


def rows_of(model):
    return list(model.objects.order_by("pk").values())


def test_import_partners_creates_active_partners_with_all_their_columns(
    in_harbor, alice
):
    report = read(
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
    report = read("name\nHarbor Watch\n", alice, apply=False)

    assert counts(report) == (1, 1, 0, 0)
    assert not report.applied
    assert not Partner.objects.exists()
    assert not AuditEntry.objects.exists()


def test_import_partners_again_changes_nothing(in_harbor, alice):
    data = COLUMNS + "Acme,acme.example,,,info@acme.example,a;b,note\nBeta,,,,,,\n"
    read(data, alice)
    before = rows_of(Partner), rows_of(AuditEntry)

    report = read(data, alice)

    assert report.outcome == ACCEPTED
    assert counts(report) == (2, 0, 0, 2)
    assert (rows_of(Partner), rows_of(AuditEntry)) == before


def test_import_partners_updates_what_the_file_says_and_wipes_nothing(in_harbor, alice):
    partner = PartnerFactory(
        coalition=in_harbor, name="Acme", country="Chile", notes="old", tags=["a"]
    )

    report = read(COLUMNS + "ACME,,,South,,,new\n", alice)

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

    report = read("name,country\nftn,Fiji\n", alice)

    assert counts(report) == (1, 0, 1, 0)
    partner.refresh_from_db()
    assert (partner.name, partner.country) == ("Fair Trade Network", "Fiji")


def test_import_partners_leaves_the_status_alone(in_harbor, alice):
    PartnerFactory(coalition=in_harbor, name="Acme", status=PartnerStatus.LEFT)

    read("name,country\nAcme,Fiji\n", alice)

    assert Partner.objects.get().status == PartnerStatus.LEFT


def test_import_partners_reads_composed_and_decomposed_letters_as_one(in_harbor, alice):
    composed = "Société Civile"
    decomposed = unicodedata.normalize("NFD", composed)
    PartnerFactory(coalition=in_harbor, name=composed)

    report = read(f"name,country\n{decomposed},France\n{composed},\n", alice)

    assert counts(report) == (2, 0, 1, 1)
    assert Partner.objects.get().name == composed


def test_import_partners_merges_rows_that_agree(in_harbor, alice):
    report = read("name,country,region\nAcme,Fiji,\nacme,,South\nACME,Fiji,\n", alice)

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
    report = read("name,country\nAcme,Fiji\nBeta,\nacme,Chile\n", alice)

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

    report = read(f"name\n{name}\n", alice)

    assert report.outcome == WARNED
    assert counts(report) == (1, 1, 0, 0)
    assert places(report.warnings) == [(2, "name")]
    assert "“AFTINET”, who is a partner already" in report.warnings[0].message


def test_import_partners_warns_of_aliases_and_lines_that_look_alike(in_harbor, alice):
    partner = PartnerFactory(coalition=in_harbor, name="Fair Trade Network")
    PartnerAliasFactory(partner=partner, name="Fairness")

    report = read("name\nRiver Action\nFairnes\nRiver Aktion\n", alice)

    assert places(report.warnings) == [(3, "name"), (4, "name")]
    assert "“Fairness”" in report.warnings[0].message
    assert "“River Action” on line 2" in report.warnings[1].message


def test_import_partners_does_not_warn_of_partners_who_are_here(in_harbor, alice):
    for name in ("AFTINET", "AFTINET (Australia)"):
        PartnerFactory(coalition=in_harbor, name=name)

    assert read("name\nAFTINET (Australia)\n", alice).outcome == ACCEPTED


def test_import_partners_knows_nothing_of_other_coalitions(in_harbor, alice, charlie):
    with scope(coalition=charlie.coalition):
        PartnerFactory(coalition=charlie.coalition, name="AFTINET")

    report = read("name,country\nAFTINET,Australia\nAFTINIT,\n", alice)

    assert counts(report) == (2, 2, 0, 0)
    assert "on line 2" in report.warnings[0].message
    with scope(coalition=charlie.coalition):
        assert Partner.objects.get().country == ""


def test_import_partners_writes_the_trail(in_harbor, alice):
    old = PartnerFactory(coalition=in_harbor, name="Acme", country="Chile")

    read("name,country\nAcme,Fiji\nBeta,Peru\n", alice)

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


@pytest.mark.parametrize("case", REFUSED)
def test_import_partners_refuses_hostile_files(in_harbor, alice, case):
    data, line, words = REFUSED[case]

    report = read(data, alice)

    assert report.outcome == Outcome.REJECTED_FILE
    assert [(error.line, words in error.message) for error in report.errors] == [
        (line, True)
    ]
    assert not Partner.objects.exists()


ROWS = {
    "blank name": (",,,,,,", "name"),
    "nul": ("Ac\0me,,,,,,", "name"),
    "bell": ("Acme\x07,,,,,,", "name"),
    "escape sequence": ("Acme\x1b[31m,,,,,,", "name"),
    "right to left": ("Acme \u202egnp.exe,,,,,,", "name"),
    "zero width": ("Ac\u200bme,,,,,,", "name"),
    "line break": ('"Acme\nBcc: a@b.example",,,,,,', "name"),
    "line separator": ("Acme\u2028X,,,,,,", "name"),
    "long name": ("A" * 201 + ",,,,,,", "name"),
    "excel error": ("#N/A,,,,,,", "name"),
    "excel error elsewhere": ("Acme,,#REF!,,,,", "country"),
    "script": ("Acme,javascript:alert(1),,,,,", "website"),
    "data address": ("Acme,data:text/html;x,,,,,", "website"),
    "disguised address": ("Acme,https://a.example@b.example,,,,,", "website"),
    "long address": ("Acme,https://a.example/" + "x" * 300 + ",,,,,", "website"),
    "long country": ("Acme,,," + "x" * 101 + ",,,", "region"),
    "not an e-mail": ("Acme,,,,nobody,,", "contact_email"),
    "two e-mails": ('Acme,,,,"a@b.example, c@d.example",,', "contact_email"),
    "header injection": ('Acme,,,,"a@b.example\nBcc: c@d.example",,', "contact_email"),
    "many tags": ("Acme,,,,," + ";".join(map(str, range(21))) + ",", "tags"),
    "long tag": ("Acme,,,,," + "x" * 51 + ",", "tags"),
    "nul in notes": ('Acme,,,,,,"one\ntwo\0"', "notes"),
    "direction in notes": ("Acme,,,,,,\u2067x", "notes"),
    "long notes": ("Acme,,,,,," + "x" * 20_001, "notes"),
    "too few cells": ("Acme,,,,,", None),
    "too many cells": ("Acme,,,,,,,", None),
}


@pytest.mark.parametrize("case", ROWS)
def test_import_partners_names_the_line_and_column_of_a_wrong_cell(
    in_harbor, alice, case
):
    row, column = ROWS[case]

    report = read(f'{COLUMNS}Good,,,,,,"a\nb"\n\n{row}\nFine,,,,,,\n', alice)

    if not row.strip(","):
        assert counts(report) == (2, 2, 0, 0)  # a row of nothing is passed over
    else:
        assert report.outcome == Outcome.REJECTED_ROWS
        assert places(report.errors) == [(5, column)]
        assert counts(report) == (3, 0, 0, 0)
        assert not Partner.objects.exists()


def test_import_partners_reports_all_errors_at_once(in_harbor, alice):
    report = read(
        "name,website,contact_email\n,ftp://x,a@b.example\nAcme,x y,nobody\n", alice
    )

    assert places(report.errors) == [
        (2, "name"),
        (2, "website"),
        (3, "website"),
        (3, "contact_email"),
    ]


def test_import_partners_lists_a_hundred_errors_and_counts_the_rest(in_harbor, alice):
    report = read("name,website\n" + "Acme,bad address\n" * 150, alice)

    assert places(report.errors) == [(line, "website") for line in range(2, 102)]
    assert report.errors_total == 150
    assert report.as_dict()["errors_total"] == 150


def test_import_partners_takes_words_that_only_look_dangerous(in_harbor, alice):
    names = ['=cmd|"/c calc"!A1', "'=SUM(A1)", "<script>alert(1)</script>", "O'Neil"]
    rows = "".join('"' + name.replace('"', '""') + '"\n' for name in names)

    report = read("name\n" + rows, alice)

    assert report.outcome == ACCEPTED
    assert set(Partner.objects.values_list("name", flat=True)) == {
        '=cmd|"/c calc"!A1',
        "=SUM(A1)",
        "<script>alert(1)</script>",
        "O'Neil",
    }


def test_import_partners_names_unknown_columns(in_harbor, alice):
    report = read("Name ,Favourite colour\nAcme,red\n", alice)

    assert report.outcome == WARNED
    assert places(report.warnings) == [(1, "Favourite colour")]


class Stopped(Exception):  # noqa: N818
    pass


@pytest.mark.django_db(transaction=True)
def test_import_partners_stopped_at_any_statement_leaves_nothing(
    transactional_db, in_harbor, alice
):
    PartnerFactory(coalition=in_harbor, name="Acme", country="Chile")
    before = rows_of(Partner)
    stopped = 0

    while stops_at_statement(stopped + 1, alice):
        stopped += 1
        assert rows_of(Partner) == before
        assert not AuditEntry.objects.exists()

    assert stopped > 5
    assert Partner.objects.count() == 2


def stops_at_statement(number, alice):
    statements = 0

    def stop(execute, *args):
        nonlocal statements
        statements += 1
        if statements == number:
            raise Stopped
        return execute(*args)

    try:
        with connection.execute_wrapper(stop):
            read("name,country\nAcme,Fiji\nBeta,Peru\n", alice)
    except Stopped:
        return True
    return False


def test_import_partners_gives_way_to_somebody_who_was_faster(in_harbor, alice):
    added = []

    def be_faster(execute, sql, *args):
        if sql.startswith('INSERT INTO "members_partner"') and not added:
            added.append(sql)
            PartnerFactory(coalition=in_harbor, name="Beta")
        return execute(sql, *args)

    with connection.execute_wrapper(be_faster):
        report = read("name\nAcme\nBeta\n", alice)

    assert report.outcome == Outcome.REJECTED_FILE
    assert "try again" in report.errors[0].message
    assert not Partner.objects.filter(name="Acme").exists()


@pytest.mark.parametrize("apply", (False, True))
def test_import_partners_asks_the_same_for_one_row_and_for_three(
    in_harbor, alice, apply
):
    def queries(numbers):
        rows = "".join(f"Old {n},Fiji\nNew {n},Peru\n" for n in numbers)
        for number in numbers:
            PartnerFactory(coalition=in_harbor, name=f"Old {number}")
        with CaptureQueriesContext(connection) as captured:
            assert read("name,country\n" + rows, alice, apply=apply).is_accepted
        return len(captured)

    assert queries([1]) == queries([2, 3, 4])


def test_import_partners_gives_a_report_for_any_bytes(in_harbor, alice):
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200) | st.binary(max_size=200).map(HEADER.__add__))
    def check(data):
        report = read(data, alice, apply=False)
        assert report.is_accepted != bool(report.errors)

    check()


@pytest.mark.skipif(not REAL_LIST.exists(), reason="the real list is not here")
def test_import_partners_reads_a_real_list(in_harbor, alice):
    data = REAL_LIST.read_bytes()

    first = read(data, alice)

    assert first.outcome == WARNED
    assert counts(first) == (200, 200, 0, 0)
    assert {problem.column for problem in first.warnings} == {"name"}
    assert counts(read(data, alice)) == (200, 0, 0, 200)
