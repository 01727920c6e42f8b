"""Files that are wrong somewhere: told in full, and nothing of them written."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import AuditEntry, Partner
from members.services.imports import Outcome
from tests.common.hostile import HEADER, REFUSED
from tests.factories.members import (
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


@pytest.mark.parametrize("case", REFUSED)
def test_import_partners_refuses_hostile_files(in_harbor, alice, case):
    data, line, words = REFUSED[case]

    report = read_partners(data, alice)

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

    report = read_partners(f'{COLUMNS}Good,,,,,,"a\nb"\n\n{row}\nFine,,,,,,\n', alice)

    if not row.strip(","):
        assert counts(report) == (2, 2, 0, 0)  # a row of nothing is passed over
    else:
        assert report.outcome == Outcome.REJECTED_ROWS
        assert places(report.errors) == [(5, column)]
        assert counts(report) == (3, 0, 0, 0)
        assert not Partner.objects.exists()


def test_import_partners_reports_all_errors_at_once(in_harbor, alice):
    report = read_partners(
        "name,website,contact_email\n,ftp://x,a@b.example\nAcme,x y,nobody\n", alice
    )

    assert places(report.errors) == [
        (2, "name"),
        (2, "website"),
        (3, "website"),
        (3, "contact_email"),
    ]


def test_import_partners_lists_a_hundred_errors_and_counts_the_rest(in_harbor, alice):
    report = read_partners("name,website\n" + "Acme,bad address\n" * 150, alice)

    assert places(report.errors) == [(line, "website") for line in range(2, 102)]
    assert report.errors_total == 150
    assert report.as_dict()["errors_total"] == 150


def test_import_partners_takes_words_that_only_look_dangerous(in_harbor, alice):
    names = ['=cmd|"/c calc"!A1', "'=SUM(A1)", "<script>alert(1)</script>", "O'Neil"]
    rows = "".join('"' + name.replace('"', '""') + '"\n' for name in names)

    report = read_partners("name\n" + rows, alice)

    assert report.outcome == ACCEPTED
    assert set(Partner.objects.values_list("name", flat=True)) == {
        '=cmd|"/c calc"!A1',
        "=SUM(A1)",
        "<script>alert(1)</script>",
        "O'Neil",
    }


def test_import_partners_names_unknown_columns(in_harbor, alice):
    report = read_partners("Name ,Favourite colour\nAcme,red\n", alice)

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
            read_partners("name,country\nAcme,Fiji\nBeta,Peru\n", alice)
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
        report = read_partners("name\nAcme\nBeta\n", alice)

    assert report.outcome == Outcome.REJECTED_FILE
    assert "try again" in report.errors[0].message
    assert not Partner.objects.filter(name="Acme").exists()


def test_import_partners_gives_a_report_for_any_bytes(in_harbor, alice):
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200) | st.binary(max_size=200).map(HEADER.__add__))
    def check(data):
        report = read_partners(data, alice, apply=False)
        assert report.is_accepted != bool(report.errors)

    check()
