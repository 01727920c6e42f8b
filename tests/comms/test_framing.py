"""A draft that goes to others, or at another time, is not what was approved."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from comms.models import Issue, Reach
from comms.services.announcements import draft_announcement, edit_announcement
from comms.services.issues import approve_issue, recall_issue
from comms.services.release import release_issue
from comms.updates.addressees import Addressees
from comms.updates.changes import changes_since_approval
from comms.updates.content import digest_of
from comms.updates.happenings import Gathering
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

SAME = b"It is word for word what was approved before."
FAIR = Gathering(
    title="Street fair",
    starts_at=datetime(2027, 5, 3, 10, tzinfo=UTC),
    place="Hall A",
    link="https://example.org/a",
)


@pytest.fixture
def clinic(harbor, bob):
    partner = PartnerFactory(coalition=harbor, name="Clinic")
    AffiliationFactory(person=bob.person, partner=partner)
    return Addressees(Reach.PARTNERS, (partner.pk,), "Clinic")


@pytest.fixture
def called_back(clinic, alice) -> Issue:
    by = acting(alice)
    issue = draft_announcement(happening=FAIR, addressees=clinic, by=by)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=by)
    issue.refresh_from_db()
    release_issue(issue=issue, now=timezone.now(), at_once=False, by=by)
    return recall_issue(issue=issue, by=by)


def edited(issue, alice, **fields) -> list[tuple[str, str, str]]:
    edit_announcement(issue=issue, version=issue.version, by=acting(alice), **fields)
    stored = Issue.objects.get(pk=issue.pk)
    return [(str(c.what), c.before, c.after) for c in changes_since_approval(stored)]


def test_other_readers_are_told(called_back, alice):
    told = edited(called_back, alice, happening=FAIR)
    assert told == [("Who gets it", "Everybody at Clinic", "Everybody")]


def test_who_answers_is_told(called_back, clinic, alice, bob):
    told = edited(
        called_back, alice, happening=FAIR, addressees=clinic, answered_by=bob.person
    )
    usual = "Whoever reads the replies to updates"
    assert told == [("Replies go to", usual, bob.person.full_name)]


@pytest.mark.parametrize(
    ("change", "what"),
    (
        ({"starts_at": datetime(2027, 5, 3, 12, tzinfo=UTC)}, "When"),
        ({"place": "Hall B"}, "Where"),
        ({"link": "https://example.org/b"}, "Link"),
        ({"link": ""}, "Link"),
        ({"title": "Fair"}, "Says something else"),
    ),
)
def test_another_time_place_or_link_is_told(called_back, clinic, alice, change, what):
    event = replace(FAIR, **change)
    told = edited(called_back, alice, happening=event, addressees=clinic)
    found = {label: (before, after) for label, before, after in told}
    before, after = found[what]
    assert before != after


def test_nothing_is_the_same_that_has_another_hash(called_back, alice):
    called_back.approved_form["content"]["sections"][0]["items"][0]["percent"] = 7
    called_back.save()
    (change,) = changes_since_approval(called_back)
    assert str(change.what) == "Something that the words shown here do not tell"


def test_the_page_says_the_same_only_of_the_very_same(called_back, alice, client_of):
    page = f"/c/harbor/updates/{called_back.pk}/"
    assert SAME in client_of(alice).get(page).content
    edited(called_back, alice, happening=FAIR)
    seen = client_of(alice).get(page).content
    assert SAME not in seen
    assert b"<del>Everybody at Clinic</del>" in seen


def test_another_signature_is_told(called_back, alice, bob):
    form = called_back.approved_form
    form["own_note"] = called_back.own_note = "See you there"
    form["own_note_by_id"] = bob.person.pk
    called_back.own_note_by = alice.person
    called_back.content_sha256 = digest_of(called_back)
    called_back.save()
    (change,) = changes_since_approval(called_back)
    assert (change.before, change.after) == (
        bob.person.full_name,
        alice.person.full_name,
    )
