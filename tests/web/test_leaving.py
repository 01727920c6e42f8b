"""Letting somebody go: what they carry passes on, the access ends, all or nothing."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from members.models import Affiliation, AuditEntry, Membership
from members.models.person import AffiliationKind
from members.permissions import MemberRole
from tasks.models import Assignment, AssignmentStatus, RoleAssignment
from tests.factories.checkins import RoleAssignmentFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def carried(bob):
    """Give Bob a goal, a part that he accepted, and a partner only he speaks for."""
    coalition = bob.coalition
    goal = GoalFactory(coalition=coalition, owner=bob.person, title="Clean air")
    task = TaskFactory(goal=goal, title="Write to the mayor")
    part = AssignmentFactory(
        task=task,
        person=bob.person,
        letter="A",
        status=AssignmentStatus.ACCEPTED,
        answered_at=timezone.now(),
    )
    partner = PartnerFactory(coalition=coalition, name="Harbor Clinic")
    place = AffiliationFactory(person=bob.person, partner=partner)
    return goal, part, place


def leave(alice, leaver, client_of, **said):
    url = at(alice, "web:person_leave", leaver.person_id)
    return client_of(alice).post(url, {"state": "removed"} | said)


def now_of(record):
    with scopes_disabled():
        return type(record).objects.get(pk=record.pk)


def standing(task):
    with scopes_disabled():
        return [
            (part.person_id, part.letter, part.status)
            for part in Assignment.objects.standing().filter(task=task)
        ]


def speakers(partner):
    with scopes_disabled():
        later = timezone.localdate() + timedelta(days=1)
        speaking = Affiliation.objects.speaking(later).filter(partner=partner)
        return [affiliation.person_id for affiliation in speaking]


def test_the_page_shows_what_they_carry(alice, bob, carried, charlie, client_of):
    GoalFactory(coalition=charlie.coalition, title="Foreign goal")
    page = client_of(alice).get(at(alice, "web:person_leave", bob.person_id)).text
    for shown in ("Clean air", "Write to the mayor (Accountable)", "Harbor Clinic"):
        assert shown in page
    assert "Foreign goal" not in page
    assert now_of(bob).state == "active"


def test_one_person_takes_everything_over(alice, bob, stella, carried, client_of):
    goal, part, place = carried
    client_of(bob)
    leave(alice, bob, client_of, everything="Stella Stone", reason="Moves away")
    assert now_of(bob).state == "removed"
    assert now_of(goal).owner_id == stella.person_id
    assert standing(part.task) == [(stella.person_id, "A", "proposed")]
    assert speakers(place.partner) == [stella.person_id]
    with scopes_disabled():
        entry = AuditEntry.objects.get(action="leave")
    assert (entry.reason, entry.before) == (
        "Moves away",
        {"affiliations": [place.pk], "groups": []},
    )


def test_single_things_go_to_others(alice, bob, stella, carried, client_of):
    goal, part, _place = carried
    said = {f"goal-{goal.pk}": "Alice Adams", "everything": "Stella Stone"}
    leave(alice, bob, client_of, **said)
    assert now_of(goal).owner_id == alice.person_id
    assert standing(part.task) == [(stella.person_id, "A", "proposed")]


def test_what_nobody_takes_is_open(alice, bob, carried, client_of):
    goal, part, place = carried
    leave(alice, bob, client_of)
    assert now_of(goal).owner is None
    assert standing(part.task) == []
    assert speakers(place.partner) == []


def test_a_suspended_person_keeps_what_nobody_takes(
    alice, bob, stella, carried, client_of
):
    goal, part, place = carried
    said = {f"part-{part.pk}": "Stella Stone"}
    leave(alice, bob, client_of, state="suspended", **said)
    assert now_of(bob).state == "suspended"
    assert now_of(goal).owner_id == bob.person_id
    assert standing(part.task) == [(stella.person_id, "A", "proposed")]
    assert speakers(place.partner) == [bob.person_id]


def test_whoever_has_the_part_or_the_place_keeps_it(
    alice, bob, stella, carried, client_of
):
    _, part, place = carried
    partner = place.partner
    staff = AffiliationKind.STAFF
    AffiliationFactory(person=stella.person, partner=partner, kind=staff)
    doing = {"task": part.task, "letter": "R"}
    AssignmentFactory(person=bob.person, **doing)
    AssignmentFactory(person=stella.person, **doing)
    leave(alice, bob, client_of, everything="Stella Stone · Harbor Clinic")
    assert standing(part.task) == [
        (stella.person_id, "A", "proposed"),
        (stella.person_id, "R", "proposed"),
    ]
    assert speakers(partner) == [stella.person_id]


def test_only_somebody_who_stays_takes_over(alice, bob, vera, carried, client_of):
    with scopes_disabled():
        Membership.objects.filter(pk=vera.pk).update(state="suspended")
    for name in ("Bob Brown", "Vera Vance"):
        page = leave(alice, bob, client_of, everything=name)
        assert page.status_code == 422
        assert f"{name} cannot take it over" in page.text
    assert now_of(bob).state == "active"


def test_the_last_coordinator_stays_and_nothing_is_handed_over(
    alice, stella, client_of
):
    goal = GoalFactory(coalition=alice.coalition, owner=alice.person)
    page = leave(alice, alice, client_of, everything="Stella Stone")
    assert page.status_code == 422
    assert "needs one coordinator" in page.text
    assert now_of(goal).owner_id == alice.person_id


def test_how_long_is_asked(alice, bob, client_of):
    page = leave(alice, bob, client_of, state="")
    assert page.status_code == 422
    assert "Choose one of these." in page.text


@pytest.mark.parametrize("elsewhere", (True, False))
def test_sessions_end_unless_there_is_another_coalition(
    elsewhere, alice, bob, charlie, client_of
):
    if elsewhere:
        MembershipFactory(coalition=charlie.coalition, user=bob.user)
    his = client_of(bob)
    key = his.session.session_key
    UserSession.objects.create(user=bob.user, session_key=key, ip="127.0.0.1")
    leave(alice, bob, client_of)
    assert his.get(at(bob, "web:home")).status_code == (404 if elsewhere else 302)
    assert UserSession.objects.filter(user=bob.user).exists() is elsewhere


def test_they_can_be_brought_back(alice, bob, stella, carried, client_of):
    goal, _part, place = carried
    leave(alice, bob, client_of, everything="Stella Stone")
    client_of(alice).post(at(alice, "web:person_return", bob.person_id))
    assert now_of(bob).state == "active"
    assert set(speakers(place.partner)) == {bob.person_id, stella.person_id}
    assert now_of(goal).owner_id == stella.person_id
    page = client_of(alice).get(at(alice, "members:person_detail", bob.person_id)).text
    assert "Came back" in page


def test_they_are_brought_back_into_their_groups(alice, bob, client_of):
    of = {"person": bob.person, "group__coalition": bob.coalition}
    left = GroupMemberFactory(leads=True, **of)
    before = GroupMemberFactory(left_at=timezone.now(), **of)
    leave(alice, bob, client_of)
    assert now_of(left).left_at
    client_of(alice).post(at(alice, "web:person_return", bob.person_id))
    assert now_of(left).left_at is None
    assert now_of(left).leads
    assert now_of(before).left_at


def test_after_thirty_days_only_the_access_comes_back(alice, bob, carried, client_of):
    *_, place = carried
    group = GroupMemberFactory(person=bob.person, group__coalition=bob.coalition)
    leave(alice, bob, client_of)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        client_of(alice).post(at(alice, "web:person_return", bob.person_id))
        assert now_of(bob).state == "active"
        assert speakers(place.partner) == []
        assert now_of(group).left_at


def test_a_newer_place_is_left_as_it_is(alice, bob, carried, client_of):
    *_, place = carried
    leave(alice, bob, client_of)
    AffiliationFactory(person=bob.person, partner=place.partner)
    client_of(alice).post(at(alice, "web:person_return", bob.person_id))
    assert now_of(bob).state == "active"
    assert speakers(place.partner) == [bob.person_id]


def test_bringing_back_who_is_here_does_nothing(alice, bob, client_of):
    client_of(alice).post(at(alice, "web:person_return", bob.person_id))
    with scopes_disabled():
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("rows", (1, 3))
def test_the_page_costs_the_same_for_any_load(
    rows, alice, bob, client_of, django_assert_num_queries
):
    for _ in range(rows):
        GoalFactory(coalition=bob.coalition, owner=bob.person)
        AssignmentFactory(person=bob.person, task__goal__coalition=bob.coalition)
        AffiliationFactory(person=bob.person, partner__coalition=bob.coalition)
    client = client_of(alice)
    with django_assert_num_queries(9):
        client.get(at(alice, "web:person_leave", bob.person_id))
    assert now_of(bob).role == MemberRole.MEMBER


def test_roles_end_for_good_and_are_theirs_again_when_undone(alice, bob, client_of):
    today = timezone.localdate()
    begun = RoleAssignmentFactory(
        person=bob.person, role__coalition=bob.coalition, from_on=today
    )
    coming = RoleAssignmentFactory(
        person=bob.person,
        role__coalition=bob.coalition,
        from_on=today + timedelta(days=9),
    )
    leave(alice, bob, client_of)
    with scopes_disabled():
        assert RoleAssignment.objects.get().to_on == today
        entry = AuditEntry.objects.filter(action="bulk people").latest("pk")
    undo = at(alice, "web:person_bulk_undo", entry.pk)
    client_of(alice).post(undo)
    assert now_of(begun).to_on is None
    assert now_of(coming).from_on == coming.from_on


def test_the_page_says_which_roles_become_free(alice, bob, client_of):
    today = timezone.localdate()
    for name, ends in (("Press", None), ("Notes", today - timedelta(days=1))):
        RoleAssignmentFactory(
            person=bob.person,
            role__coalition=bob.coalition,
            role__name=name,
            to_on=ends,
        )
    page = client_of(alice).get(at(alice, "web:person_leave", bob.person_id)).text
    assert "Roles that become free" in page
    assert "Press" in page
    assert "Notes" not in page


def test_who_is_away_for_a_while_keeps_the_roles(alice, bob, client_of):
    held = RoleAssignmentFactory(person=bob.person, role__coalition=bob.coalition)
    leave(alice, bob, client_of, state="suspended")
    assert now_of(held).to_on is None
