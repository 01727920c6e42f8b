"""Whom an announcement is for, who reads it afterwards, and what a wrong list asks."""

from datetime import date, timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.errors import NumberMissing, WrongNumber
from comms.models import Delivery, Issue, IssueKind, IssueState, LeftOut, Reach
from comms.services.announcements import edit_announcement
from comms.services.issues import approve_issue
from comms.services.planning import release_coalition
from comms.services.release import release_issue
from comms.updates import usual
from comms.updates.addressees import Addressees
from comms.updates.audience import audience
from comms.updates.draft import audience_of
from comms.updates.links import read_url
from comms.updates.seen import seen_by
from members.models.partner import PartnerStatus
from tests.comms.drafts import make_announcement, make_issue
from tests.factories.goals import GoalFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    MembershipFactory,
    PartnerFactory,
    WorkingGroupFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

TODAY = date(2026, 5, 15)


@pytest.fixture
def group(harbor, bob):
    group = WorkingGroupFactory(coalition=harbor, name="Schools")
    GroupMemberFactory(group=group, person=bob.person)
    return group


def to(reach, *rows):
    return Addressees(reach, tuple(row.pk for row in rows), "them").as_json()


def found(harbor, addressees):
    issue = make_announcement(harbor, addressees=addressees)
    Issue.objects.filter(pk=issue.pk).update(source_key=f"a:{issue.pk}")
    return {who.person_id for who in audience(harbor, TODAY, issue=issue)}


def approved(harbor, **fields):
    return make_announcement(harbor, state=IssueState.APPROVED, **fields)


def release(issue, by, **kwargs):
    now = timezone.now()
    return release_issue(issue=issue, now=now, at_once=True, by=acting(by), **kwargs)


def test_everybody_is_everybody(harbor, alice, bob):
    assert found(harbor, None) == {alice.person_id, bob.person_id}


def test_a_group_is_who_is_in_it_now(harbor, alice, group, bob):
    gone = GroupMemberFactory(group=group, person=alice.person)
    gone.left_at = timezone.now()
    gone.save()
    assert found(harbor, to(Reach.GROUP, group)) == {bob.person_id}


def test_a_group_that_is_closed_is_nobody(harbor, group):
    group.closed_at = timezone.now()
    group.save()
    assert found(harbor, to(Reach.GROUP, group)) == set()


def test_a_goal_is_who_looks_after_it_and_who_has_an_open_part(
    harbor, alice, bob, vera, stella
):
    goal = GoalFactory(coalition=harbor, owner=alice.person)
    here = TaskFactory(goal=goal)
    declined = {"status": "declined", "answered_at": timezone.now()}
    AssignmentFactory(task=here, person=bob.person)
    AssignmentFactory(task=here, person=vera.person, **declined)
    done = TaskFactory(goal=goal, done_at=timezone.now())
    AssignmentFactory(task=done, person=stella.person)
    expected = {alice.person_id, bob.person_id}
    assert found(harbor, to(Reach.GOAL, goal)) == expected


def test_partners_are_who_speaks_for_them_or_everybody_there(harbor):
    partner = PartnerFactory(coalition=harbor, status=PartnerStatus.ACTIVE)
    delegate = AffiliationFactory(partner=partner).person
    alternate = AffiliationFactory(partner=partner, kind="alternate").person
    staff = AffiliationFactory(partner=partner, kind="staff").person
    AffiliationFactory(partner=partner, to_on=TODAY - timedelta(days=1))
    speaking = {delegate.pk, alternate.pk}
    assert found(harbor, to(Reach.SPEAKERS, partner)) == speaking
    assert found(harbor, to(Reach.PARTNERS, partner)) == {*speaking, staff.pk}


def test_a_group_of_another_coalition_is_nobody(harbor, bob, charlie):
    with scopes_disabled():
        theirs = WorkingGroupFactory(coalition=charlie.coalition)
        GroupMemberFactory(group=theirs, person=charlie.person)
    assert found(harbor, to(Reach.GROUP, theirs)) == set()


def test_release_makes_rows_for_those_alone_and_the_audit_is_content(
    harbor, alice, bob, vera, group
):
    GroupMemberFactory(group=group, person=vera.person)
    vera.person.consent_digest = False
    vera.person.save()
    issue = release(approved(harbor, addressees=to(Reach.GROUP, group)), alice)
    rows = dict(Delivery.objects.values_list("person_id", "status"))
    assert rows == {bob.person_id: "queued", vera.person_id: "skipped"}
    assert issue.audience_count == 2
    call_command("mail_audit", "--issue", str(issue.pk), stdout=StringIO())
    Delivery.objects.filter(status="skipped").update(issue=None)
    with pytest.raises(CommandError, match="1 missing"):
        call_command("mail_audit", "--issue", str(issue.pk), stdout=StringIO())


def test_who_left_the_group_before_the_release_is_out_and_who_came_is_in(
    harbor, alice, vera, group
):
    issue = approved(harbor, addressees=to(Reach.GROUP, group))
    group.members.update(left_at=timezone.now())
    GroupMemberFactory(group=group, person=vera.person)
    release(issue, alice)
    assert [row.person_id for row in Delivery.objects.all()] == [vera.person_id]


def test_another_audience_drops_the_approval(harbor, alice, group):
    issue = make_announcement(harbor)
    approve_issue(issue=issue, sha256=issue.content_sha256, by=acting(alice))
    edited = edit_announcement(
        issue=issue,
        version=issue.version,
        addressees=Addressees(Reach.GROUP, (group.pk,), "Schools"),
        by=acting(alice),
    )
    assert edited.state == IssueState.AWAITING_APPROVAL
    assert edited.content_sha256 != issue.content_sha256


@pytest.mark.parametrize("rows", (1, 3))
def test_the_names_take_the_same_statements(harbor, alice, group, rows):
    for _ in range(rows):
        member = MembershipFactory(coalition=harbor)
        GroupMemberFactory(group=group, person=member.person)
    issue = make_announcement(harbor, addressees=to(Reach.GROUP, group))
    with CaptureQueriesContext(connection) as seen:
        audience_of(issue)
    assert len(seen) == 2


def test_a_preview_says_for_whom_it_is_not(harbor, alice, bob, vera, group):
    issue = make_announcement(harbor, addressees=to(Reach.GROUP, group))
    seen = seen_by(issue, number=vera.person_id, default=alice.person)
    assert seen.left_out == LeftOut.NOT_ADDRESSED
    assert seen.following == bob.person
    seen = seen_by(issue, number=bob.person_id, default=alice.person)
    assert seen.left_out is None


# Reading it afterwards


@pytest.fixture
def told(harbor, alice, bob, group):
    issue = approved(
        harbor, addressees=to(Reach.GROUP, group), subject="Among ourselves"
    )
    release(issue, alice)
    now = timezone.now()
    Delivery.objects.update(status="sent", accepted_at=now, data_started_at=now)
    return issue


def archive(client):
    return client.get("/c/harbor/archive/").content.decode()


def test_those_it_was_for_and_those_who_see_drafts_read_it_again(
    client_of, told, bob, alice, stella
):
    for member in (bob, alice, stella):
        client = client_of(member)
        assert "Among ourselves" in archive(client)
        assert client.get(f"/c/harbor/archive/{told.pk}/").status_code == 200


def test_nobody_else_does(client_of, told, vera, charlie, harbor):
    other = MembershipFactory(coalition=harbor)
    for member in (vera, other):
        client = client_of(member)
        assert "Among ourselves" not in archive(client)
        assert client.get(f"/c/harbor/archive/{told.pk}/").status_code == 404
        link = urlsplit(read_url(harbor.pk, told.pk, member.person_id)).path
        assert Client().get(link).status_code == 410
    stranger = client_of(charlie)
    assert stranger.get(f"/c/harbor/archive/{told.pk}/").status_code == 404
    theirs = charlie.coalition.slug
    assert stranger.get(f"/c/{theirs}/archive/{told.pk}/").status_code == 404


# The wrong list


@pytest.fixture
def many(harbor, alice, monkeypatch):
    """Make four people, where two are few."""
    monkeypatch.setattr(usual, "FEW", 2)
    return [MembershipFactory(coalition=harbor) for _ in range(3)]


def before(harbor, count, addressees=None):
    key = Issue.objects.count()
    return make_issue(
        harbor,
        IssueState.DONE,
        kind=IssueKind.ANNOUNCEMENT,
        source_key=f"a:{key}",
        audience_count=count,
        released_at=timezone.now(),
        addressees=addressees,
    )


@pytest.mark.usefixtures("many")
def test_the_first_to_many_asks_for_its_number(harbor, alice):
    issue = approved(harbor)
    with pytest.raises(NumberMissing):
        release(issue, alice)
    assert not Delivery.objects.exists()
    assert release(issue, alice, count=4).state == IssueState.RELEASED


@pytest.mark.usefixtures("many")
def test_a_wrong_number_releases_nothing(harbor, alice):
    issue = approved(harbor)
    with pytest.raises(WrongNumber, match="You typed 3, and 4 would get it"):
        release(issue, alice, count=3)
    issue.refresh_from_db()
    assert issue.state == IssueState.APPROVED
    assert not Delivery.objects.exists()


@pytest.mark.usefixtures("many")
def test_the_number_is_that_of_the_moment_of_release(harbor, alice):
    issue = approved(harbor)
    shown = audience_of(issue).gets
    MembershipFactory(coalition=harbor)
    with pytest.raises(WrongNumber):
        release(issue, alice, count=shown)


@pytest.mark.usefixtures("many")
def test_what_is_usual_asks_for_none(harbor, alice):
    before(harbor, 4)
    assert release(approved(harbor), alice).state == IssueState.RELEASED


@pytest.mark.usefixtures("many")
def test_everybody_asks_where_it_is_a_group_as_a_rule(harbor, alice, group):
    before(harbor, 9, to(Reach.GROUP, group))
    with pytest.raises(NumberMissing):
        release(approved(harbor), alice)


@pytest.mark.usefixtures("many")
def test_a_larger_group_than_ever_asks(harbor, alice, many, group):
    before(harbor, 2, to(Reach.GROUP, group))
    for member in many:
        GroupMemberFactory(group=group, person=member.person)
    with pytest.raises(NumberMissing):
        release(approved(harbor, addressees=to(Reach.GROUP, group)), alice)


@pytest.mark.usefixtures("many")
def test_an_update_never_asks(harbor, alice):
    release(make_issue(harbor, IssueState.APPROVED), alice)


@pytest.mark.usefixtures("many")
def test_the_clock_does_not_send_it_but_asks_a_person(harbor):
    issue = approved(harbor, due_at=timezone.now())
    release_coalition(harbor, timezone.now() + timedelta(minutes=1))
    issue.refresh_from_db()
    assert issue.state == IssueState.AWAITING_APPROVAL
    assert "more people than usual" in issue.hold_reason


@pytest.mark.usefixtures("many")
def test_the_command_needs_the_number_as_well(harbor, alice):
    issue = make_announcement(harbor)
    arguments = ["approve_update", str(issue.pk), "--by", alice.person.email]
    with pytest.raises(CommandError, match="more people than usual"):
        call_command(*arguments, "--release-now", stdout=StringIO())
    call_command(*arguments, "--release-now", "--count", "4", stdout=StringIO())
    assert Delivery.objects.count() == 4
