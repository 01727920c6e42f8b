"""Lists taken away: what a spreadsheet may show, and what comes back unchanged."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import AuditEntry, Partner, Person
from members.permissions import MemberRole
from members.services.imports import import_partners, import_people
from tests.factories.comms import PaperReaderFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.members.services.imports.reading import counts
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''-x", "=cmd|' /C calc'!A0")


@pytest.fixture
def take(client_of, alice):
    client = client_of(alice)

    def act(name, **narrowed):
        return client.post(at(alice, name), narrowed)

    return act


def rows(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_partner_export_is_a_file_that_is_recorded(take, alice, harbor):
    PartnerFactory(coalition=harbor, name="Åland, “Bay”", tags=["a", "b"])
    answer = take("members:partner_export")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="harbor-')
    assert answer.content.startswith(b"\xef\xbb\xbfname,website,")
    assert [(r["name"], r["tags"]) for r in rows(answer)] == [("Åland, “Bay”", "a; b")]
    entry = AuditEntry.objects.get(action="export partners")
    assert entry.actor == alice.person
    assert entry.after == {"rows": 1, "narrowed by": ""}


def test_partner_export_takes_the_list_as_it_is_narrowed(take, harbor, charlie):
    PartnerFactory(coalition=harbor, name="Harbor Watch", status="paused")
    PartnerFactory(coalition=harbor, name="Harbor Nurses")
    PartnerFactory(coalition=harbor, name="Other", status="paused")
    PartnerFactory(coalition=charlie.coalition, name="Harbor Canary", status="paused")
    answer = take("members:partner_export", q="harbor", status="paused")
    assert [row["name"] for row in rows(answer)] == ["Harbor Watch"]
    entry = AuditEntry.objects.get(action="export partners")
    assert entry.after["narrowed by"] == "q: harbor, status: paused"


def test_partner_export_runs_no_formula_and_comes_back_unchanged(take, alice, harbor):
    for text in FORMULAS:
        PartnerFactory(coalition=harbor, name=text, country=text, notes=text)
    PartnerFactory(
        coalition=harbor,
        name="Spaces  within",
        notes="Two\r\nlines\n\n- a list",
        tags=["water", "=health"],
        website="https://example.org",
    )
    data = take("members:partner_export").content
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)

    report = import_partners(data=data, apply=True, by=acting(alice))
    assert counts(report) == (8, 0, 0, 8)
    assert report.warnings == []


def test_no_file_agrees_to_anything_in_public(take, alice, harbor):
    PartnerFactory(coalition=harbor, name="Harbor Watch")
    data = take("members:partner_export").content
    assert b"may_be_named,may_show_logo\r\n" in data
    said = data.replace(b",no,no", b",yes,yes").replace(
        b"Watch,", b"Watch,https://a.org"
    )
    report = import_partners(data=said, apply=True, by=acting(alice))
    assert (report.updated, report.warnings) == (1, [])
    partner = Partner.objects.get()
    assert partner.website == "https://a.org"
    assert (partner.listing_agreed_at, partner.logo_agreed_at) == (None, None)


def test_people_export_comes_back_unchanged(take, alice, harbor):
    acme, beta = (PartnerFactory(coalition=harbor, name=name) for name in "AB")
    both = MembershipFactory(coalition=harbor, person__full_name="=Both").person
    for partner in (acme, beta):
        AffiliationFactory(person=both, partner=partner)
    bare = PersonFactory(coalition=harbor, full_name="No Address", email=None)
    for partner in (acme, beta):
        AffiliationFactory(person=bare, partner=partner)
    former = PersonFactory(coalition=harbor, full_name="Former", consent_digest=False)
    yesterday = timezone.localdate() - timedelta(days=1)
    AffiliationFactory(person=former, partner=acme, to_on=yesterday)
    nowhere = PersonFactory(coalition=harbor, full_name="Nobody's", email=None)
    MembershipFactory(coalition=harbor, role=MemberRole.STEERING)
    PaperReaderFactory(coalition=harbor, person=bare, courier=both)
    PaperReaderFactory(coalition=harbor, person=nowhere)

    answer = take("members:person_export")
    told = {row["full_name"]: (row["paper"], row["courier"]) for row in rows(answer)}
    assert told["No Address"] == ("yes", both.email)
    assert (told["Nobody's"], told["'=Both"]) == (("yes", ""), ("", ""))
    found = {(row["full_name"], row["organisation"]) for row in rows(answer)}
    assert ("'=Both", "B") in found
    assert ("Former", "") in found
    assert (nowhere.full_name, "") in found
    before = list(Person.objects.order_by("pk").values())

    report = import_people(data=answer.content, apply=True, by=acting(alice))
    assert report.errors == []
    assert report.warnings == []
    assert (report.created, report.updated) == (0, 0)
    assert list(Person.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.get(action="export people").after["rows"] == len(found)


@pytest.mark.parametrize("count", (1, 3))
def test_people_export_asks_as_often_for_many(
    take, harbor, django_assert_num_queries, count
):
    for _each in range(count):
        person = MembershipFactory(coalition=harbor).person
        AffiliationFactory(person=person, partner__coalition=harbor)
    with django_assert_num_queries(8):
        take("members:person_export", q="person")
