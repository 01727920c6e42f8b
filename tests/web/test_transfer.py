"""In and out: the hub, and everything as a zip of tables."""

import csv
import io
import zipfile

import pytest

from coalition.web.exports import TABLES
from comms.models import FEEDBACK
from comms.services.feedback import create_feedback
from members.models import AuditEntry, Coalition
from tests.architecture import world
from tests.factories.comms import DeliveryFactory
from tests.factories.members import (
    AffiliationFactory,
    ImportFactory,
    PartnerFactory,
)
from tests.utils import acting, at


@pytest.fixture
def everything(client_of):
    def take(membership):
        answer = client_of(membership).post(at(membership, "web:everything_export"))
        assert answer["Content-Type"] == "application/zip"
        return zipfile.ZipFile(io.BytesIO(answer.getvalue()))

    return take


def test_transfer_shows_the_ways_in_and_out(client_of, alice, harbor, charlie):
    ImportFactory(coalition=harbor, file_name="ours.csv")
    ImportFactory(coalition=charlie.coalition, file_name="canary.csv")
    page = client_of(alice).get(at(alice, "web:transfer")).text
    assert at(alice, "web:everything_export") in page
    assert "ours.csv" in page
    assert "canary" not in page


@pytest.mark.parametrize("count", (1, 3))
def test_transfer_asks_as_often_for_many(
    client_of, alice, harbor, django_assert_num_queries, count
):
    for _each in range(count):
        ImportFactory(coalition=harbor, person=alice.person)
    client = client_of(alice)
    with django_assert_num_queries(4):
        client.get(at(alice, "web:transfer"))


def test_everything_is_one_file_for_each_kind_of_record(everything, alice, harbor):
    PartnerFactory(coalition=harbor, name="=Harbor Watch")
    archive = everything(alice)
    names = {f"{table.file}.csv" for table in TABLES}
    assert set(archive.namelist()) == names | {"README.txt"}
    text = archive.read("partners.csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["name"] == "'=Harbor Watch"
    assert "name_key" not in row
    assert "Alice Adams" in archive.read("README.txt").decode()
    entry = AuditEntry._base_manager.get(action="export everything")
    assert entry.after["rows"]["partners"] == 1


def test_everything_tells_nothing_of_what_is_said_about_ones_own(
    everything, in_harbor, alice, bob
):
    """Not in the history either, nor among the mails: both name who said it."""
    partner = PartnerFactory(coalition=in_harbor)
    about = {"kind": "concern", "text": "They shout", "goal": None}
    shared = {"visibility": "coordinators", "by": acting(bob)}
    said = create_feedback(**about, partner=partner, **shared)
    other = create_feedback(**about, partner=None, **shared)
    for feedback in (said, other):
        DeliveryFactory(
            coalition=in_harbor,
            person=bob.person,
            kind=FEEDBACK,
            source=str(feedback.pk),
        )
    AffiliationFactory(partner=partner, person=alice.person)
    archive = everything(alice)
    history = archive.read("history.csv").decode()
    assert str(other.pk) in history
    for name in archive.namelist():
        assert str(said.pk) not in archive.read(name).decode(), name
    mails = archive.read("mails.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(mails, newline="")))
    assert [row["kind"] for row in rows] == [FEEDBACK]


def test_everything_holds_nothing_of_another_coalition(everything, db):
    here = world.plant(slug="here")
    world.plant(world.mark, slug=world.CANARY)
    membership = world.MembershipFactory(coalition=here[Coalition], role="coordinator")
    archive = everything(membership)
    for name in archive.namelist():
        text = archive.read(name)
        assert world.CANARY.encode() not in text.lower(), name
        if name != "README.txt":
            assert text.count(b"\n") > 1, f"{name} has no row of ours"
