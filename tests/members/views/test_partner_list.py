"""Finding, sorting and changing many partners."""

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from coalition.common.tenancy import scope
from members.models import AuditEntry, Partner
from members.models.person import AffiliationKind
from tests.factories.goals import MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    AgreementAcceptanceFactory,
    AgreementFactory,
    PartnerFactory,
    PartnerLogoFactory,
)
from tests.utils import HTMX, at

NOW = timezone.now()


@pytest.fixture
def clinic(alice):
    return PartnerFactory(
        coalition=alice.coalition,
        name="Clinic",
        country="Portugal",
        region="North",
        sector="Health",
        tags=["health", "it's free"],
        joined_on=date(2024, 1, 1),
    )


@pytest.fixture
def union(alice):
    return PartnerFactory(
        coalition=alice.coalition, name="Union", status="paused", tags=["labor"]
    )


def names(response):
    return [partner.name for partner in response.context["page"]]


@pytest.mark.parametrize(
    "query",
    (
        {"status": "active"},
        {"country": "Portugal"},
        {"region": "North"},
        {"sector": "Health"},
        {"tag": "it's free"},
        {"q": "health"},
        {"missing": "agreement"},
        {"missing": "delegate"},
    ),
)
def test_partner_list_narrows(query, alice, clinic, union, client_of):
    agreement = AgreementFactory(coalition=alice.coalition)
    AgreementAcceptanceFactory(partner=union, agreement=agreement)
    AffiliationFactory(partner=union)
    AffiliationFactory(partner=clinic, kind=AffiliationKind.STAFF)
    page = client_of(alice).get(at(alice, "members:partner_list"), query, headers=HTMX)
    assert names(page) == ["Clinic"]
    assert "<html" not in page.text


@pytest.mark.parametrize(
    ("public", "found"),
    (
        ("name", ["Named", "With logo"]),
        ("logo", ["With logo"]),
        ("nothing", ["Gone", "Logo without name", "No logo yet", "Silent"]),
    ),
)
def test_partner_list_narrows_to_what_may_be_shown(public, found, alice, client_of):
    """The list, the words of its export and the properties of one say the same."""
    agreed = {"listing_agreed_at": NOW, "listing_agreed_by": alice.person}
    shown = {"logo_agreed_at": NOW, "logo_agreed_by": alice.person}
    for name, words in (
        ("Silent", {}),
        ("Named", agreed),
        ("No logo yet", shown),
        ("With logo", agreed | shown | {"logo": logo_of(alice)}),
        ("Logo without name", shown | {"logo": logo_of(alice)}),
        ("Gone", agreed | shown | {"logo": logo_of(alice), "status": "left"}),
        ("Archived", agreed | shown | {"logo": logo_of(alice), "archived_at": NOW}),
    ):
        PartnerFactory(coalition=alice.coalition, name=name, **words)
    client = client_of(alice)
    query = {"public": public}
    listed = names(client.get(at(alice, "members:partner_list"), query))
    assert listed == found
    text = client.post(at(alice, "members:partner_export"), query).content.decode(
        "utf-8-sig"
    )
    for row in csv.DictReader(io.StringIO(text, newline="")):
        partner = Partner._base_manager.get(name=row["name"])
        assert row["may_be_named"] == ("no" if public == "nothing" else "yes")
        assert partner.may_be_named == (row["may_be_named"] == "yes")
        assert partner.may_show_logo == (row["may_show_logo"] == "yes")
        assert partner.may_show_logo == (partner.name == "With logo")


def logo_of(member):
    return PartnerLogoFactory(coalition=member.coalition)


def test_partner_list_ignores_what_it_cannot_read(alice, clinic, union, client_of):
    query = {"status": "nice", "tag": "none", "sort": "shoe", "page": "x"}
    page = client_of(alice).get(at(alice, "members:partner_list"), query)
    assert names(page) == ["Clinic", "Union"]


@pytest.mark.parametrize("key", ("name", "sector", "place", "people", "status"))
def test_partner_list_sorts_both_ways(key, alice, clinic, union, client_of):
    AffiliationFactory(partner=clinic)
    client, url = client_of(alice), at(alice, "members:partner_list")
    one = names(client.get(url, {"sort": key}))
    other = names(client.get(url, {"sort": f"-{key}"}))
    assert one == other[::-1]
    assert sorted(one) == ["Clinic", "Union"]


@pytest.mark.parametrize("sort", ("joined", "-joined"))
def test_partner_list_has_those_without_a_date_last(
    sort, alice, clinic, union, client_of
):
    page = client_of(alice).get(at(alice, "members:partner_list"), {"sort": sort})
    assert names(page) == ["Clinic", "Union"]
    assert 'aria-sort="' in page.text


def bulk(client, membership, act, *partners, **form):
    data = {"act": act, "pk": [partner.pk for partner in partners], **form}
    return client.post(at(membership, "members:partner_bulk"), data)


def confirm(client, membership, act, *partners, **form):
    pks = ",".join(str(partner.pk) for partner in partners)
    data = {"act": act, "pks": pks, "confirmed": "1", **form}
    return client.post(at(membership, "members:partner_bulk"), data, follow=True)


def undo(client, membership):
    with scope(coalition=membership.coalition):
        entry = AuditEntry.objects.filter(action="bulk").first()
    url = at(membership, "members:partner_bulk_undo", entry.pk)
    return client.post(url, follow=True)


def test_partner_bulk_asks_before_it_acts(alice, clinic, union, client_of):
    page = bulk(client_of(alice), alice, "pause", clinic, union)
    assert page.status_code == 200
    assert "Pause: 2 partners" in page.text
    assert "Clinic, Union" in page.text
    clinic.refresh_from_db()
    assert clinic.status == "active"


def test_partner_bulk_pauses_with_a_reason_and_back(alice, clinic, union, client_of):
    client = client_of(alice)
    page = confirm(client, alice, "pause", clinic, union, reason="Summer")
    assert "1 partner paused." in page.text
    detail = client.get(at(alice, "members:partner_detail", clinic.pk))
    (change,) = detail.context["page"].statuses
    assert (change.status, change.reason) == ("paused", "Summer")
    assert "Taken back." in undo(client, alice).text
    clinic.refresh_from_db()
    union.refresh_from_db()
    assert (clinic.status, clinic.version) == ("active", 3)
    assert (union.status, union.version) == ("paused", 1)


def test_partner_bulk_brings_back_who_is_paused(alice, clinic, union, client_of):
    gone = PartnerFactory(coalition=alice.coalition, status="left")
    confirm(client_of(alice), alice, "resume", clinic, union, gone)
    with scope(coalition=alice.coalition):
        assert set(Partner.objects.active()) == {clinic, union}
        assert Partner.objects.get(pk=gone.pk).status == "left"


def test_partner_bulk_tags_and_untags(alice, clinic, union, client_of):
    client = client_of(alice)
    confirm(client, alice, "tag", clinic, union, tag="port")
    confirm(client, alice, "untag", clinic, union, tag="labor")
    clinic.refresh_from_db()
    union.refresh_from_db()
    assert clinic.tags == ["health", "it's free", "port"]
    assert union.tags == ["port"]
    assert "port" in union.search_text
    undo(client, alice)
    union.refresh_from_db()
    assert union.tags == ["labor", "port"]


def test_partner_bulk_asks_for_the_tag(alice, clinic, client_of):
    page = confirm(client_of(alice), alice, "tag", clinic, tag="")
    assert page.status_code == 422
    assert "Please fill this in." in page.text


def test_partner_bulk_says_when_there_is_nothing_to_do(alice, clinic, client_of):
    page = confirm(client_of(alice), alice, "untag", clinic, tag="labor")
    assert page.status_code == 422
    assert "There is nothing left to change." in page.text


@pytest.mark.parametrize("form", ({"act": "archive"}, {"act": "fly", "pk": "1"}))
def test_partner_bulk_needs_partners_and_an_act(form, alice, client_of):
    page = client_of(alice).post(at(alice, "members:partner_bulk"), form, follow=True)
    assert page.redirect_chain[-1][1] == 303


def test_partner_bulk_takes_everything_in_the_list(alice, clinic, union, client_of):
    page = bulk(client_of(alice), alice, "archive", everything="1", query="q=labor")
    assert "Archive: 1 partner" in page.text
    assert page.context["form"].initial["pks"] == str(union.pk)


def test_partner_bulk_leaves_other_coalitions_alone(alice, clinic, charlie, client_of):
    theirs = PartnerFactory(coalition=charlie.coalition)
    confirm(client_of(alice), alice, "archive", clinic, theirs)
    theirs.refresh_from_db()
    assert theirs.archived_at is None


def test_an_archived_partner_leaves_lists_and_pickers(alice, clinic, union, client_of):
    client = client_of(alice)
    page = client.post(at(alice, "members:partner_archive", clinic.pk), follow=True)
    assert "In the archive since" in page.text
    url = at(alice, "members:partner_list")
    assert names(client.get(url)) == ["Union"]
    assert names(client.get(url, {"status": "archived"})) == ["Clinic"]
    milestone = MilestoneFactory(goal__coalition=alice.coalition, partner=clinic)
    other = MilestoneFactory(goal__coalition=alice.coalition)
    edit = client.get(at(alice, "goals:milestone_edit", milestone.pk))
    assert ">Clinic</option>" in edit.text
    assert "Clinic" not in client.get(at(alice, "goals:milestone_edit", other.pk)).text
    client.post(at(alice, "members:partner_unarchive", clinic.pk))
    assert names(client.get(url)) == ["Clinic", "Union"]
    again = client.post(at(alice, "members:partner_unarchive", clinic.pk), follow=True)
    assert "There is nothing left to change." in again.text


def test_undo_leaves_alone_what_was_changed_since(alice, clinic, union, client_of):
    client = client_of(alice)
    confirm(client, alice, "tag", clinic, union, tag="port")
    confirm(client, alice, "tag", clinic, tag="new")
    with scope(coalition=alice.coalition):
        first = AuditEntry.objects.filter(action="bulk").last()
    url = at(alice, "members:partner_bulk_undo", first.pk)
    client.post(url)
    clinic.refresh_from_db()
    union.refresh_from_db()
    assert "port" in clinic.tags
    assert union.tags == ["labor"]
    assert "There is nothing left to change." in client.post(url, follow=True).text


def test_person_list_narrows_and_sorts(alice, clinic, client_of):
    AffiliationFactory(partner=clinic, person=alice.person)
    gone = AffiliationFactory(
        partner=clinic, to_on=timezone.localdate() - timedelta(days=2)
    )
    gone.person.email, gone.person.consent_digest = None, False
    gone.person.save()
    client, url = client_of(alice), at(alice, "members:person_list")
    everybody = [str(alice.person), str(gone.person)]

    def found(**query):
        return [str(person) for person in client.get(url, query).context["page"]]

    assert found(partner="Clinic") == [str(alice.person)]
    assert found(consent="yes", address="yes") == [str(alice.person)]
    assert found(consent="no", address="no") == [str(gone.person)]
    assert found(sort="-name") == everybody[::-1]


def test_person_list_tells_members_nothing_of_consent(alice, bob, client_of):
    page = client_of(bob).get(
        at(bob, "members:person_list"), {"consent": "no", "address": "no"}
    )
    assert len(page.context["page"]) == 2
    assert 'name="consent"' not in page.text


def test_what_was_done_lately_can_still_be_undone(alice, clinic, union, client_of):
    client, url = client_of(alice), at(alice, "members:partner_list")
    confirm(client, alice, "tag", clinic, union, tag="port")
    confirm(client, alice, "archive", union)
    page = client.get(url)
    assert [done.label for done in page.context["lately"]] == ["Archive", "Add a tag"]
    (archived, tagged) = page.context["lately"]
    undo_url = at(alice, "members:partner_bulk_undo", archived.entry.pk)
    assert f'action="{undo_url}"' in page.text
    assert "Undo something" not in client.get(url, headers=HTMX).text
    client.post(undo_url)
    (left,) = client.get(url).context["lately"]
    assert left == tagged
    union.refresh_from_db()
    assert union.archived_at is None
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert not client.get(url).context["lately"]


def test_only_who_may_undo_is_told_what_was_done(alice, bob, clinic, client_of):
    confirm(client_of(alice), alice, "archive", clinic)
    page = client_of(bob).get(at(bob, "members:partner_list"))
    assert "Undo something" not in page.text


def test_an_undo_is_not_undone(alice, clinic, client_of):
    client = client_of(alice)
    confirm(client, alice, "archive", clinic)
    undo(client, alice)
    assert "There is nothing left to change." in undo(client, alice).text
    clinic.refresh_from_db()
    assert clinic.archived_at is None
