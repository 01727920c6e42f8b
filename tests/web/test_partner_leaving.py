"""A partner leaves: why, and who takes over what it carried."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.common.tenancy import scope
from coalition.web.services.partner_leaving import LoadChanged, leave_partner
from coalition.web.services.partner_load import Heirs
from goals.models import Goal, Milestone
from members.models import Affiliation, AuditEntry, GroupMember, PermissionGrant
from tasks.models import Assignment, RoleAssignment
from tasks.services.roles import create_role
from tasks.services.terms import give_role
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting, at


class Carried:
    """A partner with one part of a task, one goal and one milestone to hand over."""

    def __init__(self, coalition):
        self.partner = PartnerFactory(coalition=coalition, name="Union")
        self.ana = AffiliationFactory(
            partner=self.partner, person__full_name="Ana Ruiz"
        ).person
        self.heir = AffiliationFactory(
            partner__coalition=coalition,
            partner__name="Clinic",
            person__full_name="Hedda Heir",
        )
        self.goal = GoalFactory(coalition=coalition, owner=self.ana)
        self.part = AssignmentFactory(
            task__goal=self.goal,
            task__title="Print the leaflets",
            person=self.ana,
            partner=self.partner,
            letter="A",
        )
        for person in (self.ana, self.heir.person):
            GroupMemberFactory(group__coalition=coalition, person=person)
        self.milestone = MilestoneFactory(goal=self.goal, partner=self.partner)

    def form(self, *, task="", goal="", milestone="", **rest):
        return {
            "reason": "Merged with another union",
            f"task-{self.part.pk}": task,
            f"goal-{self.goal.pk}": goal,
            f"milestone-{self.milestone.pk}": milestone,
            **rest,
        }


@pytest.fixture
def carried(harbor):
    return Carried(harbor)


@pytest.fixture
def leave(alice, carried, client_of):
    client = client_of(alice)

    def post(**form):
        url = at(alice, "web:partner_leave", carried.partner.pk)
        return client.post(url, carried.form(**form), follow=True)

    return post


def state(carried):
    """Return what leaving changes: the partner, its people, and who has what."""
    with scope(coalition=carried.partner.coalition):
        carried.partner.refresh_from_db()
        return (
            carried.partner.status,
            carried.partner.left_on,
            sorted(Affiliation.objects.values_list("pk", "to_on")),
            list(GroupMember.objects.values("person", "left_at")),
            list(
                Assignment.objects.current().values("pk", "person", "partner", "status")
            ),
            list(Goal.objects.values("owner")),
            list(Milestone.objects.values("partner")),
        )


def undo(alice, client_of):
    with scope(coalition=alice.coalition):
        entry = AuditEntry.objects.get(action="leave")
    url = at(alice, "web:partner_leave_undo", entry.pk)
    return client_of(alice).post(url, follow=True)


def test_partner_leave_shows_what_it_carries(alice, carried, client_of):
    page = client_of(alice).get(at(alice, "web:partner_leave", carried.partner.pk))
    assert "Print the leaflets" in page.text
    assert carried.goal.title in page.text
    assert carried.milestone.title in page.text
    assert "From tomorrow its people" in page.text


def test_partner_leave_hands_over_by_name(carried, leave):
    clinic = carried.heir.partner
    page = leave(task="Hedda Heir", goal="Hedda Heir", milestone=clinic.pk)
    assert "Union has left." in page.text
    status, left_on, affiliations, _groups, parts, goals, milestones = state(carried)
    assert (status, left_on is None) == ("left", False)
    assert [to_on is None for _pk, to_on in affiliations] == [False, True]
    (part,) = parts
    assert (part["person"], part["partner"]) == (carried.heir.person_id, clinic.pk)
    assert part["status"] == "proposed"
    assert goals == [{"owner": carried.heir.person_id}]
    assert milestones == [{"partner": clinic.pk}]
    assert "Merged with another union" in page.text


def test_partner_leave_hands_the_rest_to_one(carried, leave):
    leave(rest="Hedda Heir · Clinic")
    *_, parts, goals, milestones = state(carried)
    assert [part["person"] for part in parts] == [carried.heir.person_id]
    assert goals == [{"owner": carried.heir.person_id}]
    assert milestones == [{"partner": carried.heir.partner_id}]


def test_partner_leave_leaves_open_what_is_said_to_stay_open(carried, leave):
    leave(leave_open="on")
    *_, parts, goals, milestones = state(carried)
    assert parts == []
    assert goals == [{"owner": None}]
    assert milestones == [{"partner": None}]


@pytest.mark.parametrize(
    ("form", "said"),
    (
        ({}, "Name somebody for each"),
        ({"task": "Hedda Heir"}, "Name somebody for each"),
        ({"task": "Nobody Here", "leave_open": "on"}, "Nobody here goes by that name"),
        ({"task": "Ana Ruiz", "leave_open": "on"}, "partner that leaves"),
        ({"leave_open": "on", "reason": ""}, "Please fill this in."),
        ({"milestone": "999", "leave_open": "on"}, "Select a valid choice"),
    ),
)
def test_partner_leave_says_what_is_wrong_and_does_nothing(form, said, carried, leave):
    before = state(carried)
    page = leave(**form)
    assert page.status_code == 422
    assert said in page.text
    assert state(carried) == before


def test_partner_leave_can_be_taken_back_whole(alice, carried, leave, client_of):
    before = state(carried)
    leave(task="Hedda Heir", goal="Hedda Heir", leave_open="on")
    page = undo(alice, client_of)
    assert "Union is back with all it carried." in page.text
    assert state(carried) == before
    again = undo(alice, client_of)
    assert "Union is with us already." in again.text


def test_taking_back_leaves_alone_what_was_changed_since(
    alice, carried, leave, client_of
):
    leave(rest="Hedda Heir")
    with scope(coalition=alice.coalition):
        Goal.objects.update(owner=alice.person)
        Assignment.objects.all().delete()
    page = undo(alice, client_of)
    assert "2 things were changed since" in page.text
    status, *_, parts, goals, milestones = state(carried)
    assert status == "active"
    assert parts == []
    assert goals == [{"owner": alice.person.pk}]
    assert milestones == [{"partner": carried.partner.pk}]


def test_partner_leave_gives_nobody_the_same_part_twice(carried, leave):
    AssignmentFactory(task=carried.part.task, person=carried.heir.person, letter="R")
    with scope(coalition=carried.partner.coalition):
        Assignment.objects.filter(pk=carried.part.pk).update(letter="R")
    leave(rest="Hedda Heir")
    *_, parts, _goals, _milestones = state(carried)
    assert [part["person"] for part in parts] == [carried.heir.person_id]


def test_partner_leave_keeps_what_people_do_for_others(alice, carried, client_of):
    AffiliationFactory(person=carried.ana, partner=carried.heir.partner)
    page = client_of(alice).get(at(alice, "web:partner_leave", carried.partner.pk))
    assert page.context["load"].goals == []


def test_partner_leave_of_one_that_carries_nothing(alice, harbor, client_of):
    partner = PartnerFactory(coalition=harbor, name="Shop")
    client = client_of(alice)
    url = at(alice, "web:partner_leave", partner.pk)
    assert "carries nothing" in client.get(url).text
    assert "Shop has left." in client.post(url, {"reason": "Closed"}, follow=True).text
    assert "Shop has left already." in client.get(url, follow=True).text


@pytest.mark.parametrize("elsewhere", (False, True))
def test_its_people_leave_their_groups_unless_they_stand_for_another(
    elsewhere, carried, leave
):
    if elsewhere:
        AffiliationFactory(person=carried.ana, partner=carried.heir.partner)
    leave(leave_open="on")
    with scope(coalition=carried.partner.coalition):
        standing = GroupMember.objects.current().values_list("person", flat=True)
        here = {carried.heir.person_id} | ({carried.ana.pk} if elsewhere else set())
        assert set(standing) == here


@pytest.mark.usefixtures("in_harbor")
def test_leave_partner_refuses_when_something_was_added(alice, carried):
    with pytest.raises(LoadChanged):
        leave_partner(
            partner=carried.partner, reason="x", heirs=Heirs(), by=acting(alice)
        )
    carried.partner.refresh_from_db()
    assert carried.partner.status == "active"


@pytest.mark.parametrize("rows", (1, 3))
def test_partner_leave_costs_the_same_for_any_rows(
    rows, alice, harbor, client_of, django_assert_num_queries
):
    partner = PartnerFactory(coalition=harbor)
    for _ in range(rows):
        person = AffiliationFactory(partner=partner).person
        goal = GoalFactory(coalition=harbor, owner=person)
        MilestoneFactory(goal=goal, partner=partner)
        AssignmentFactory(task__goal=goal, person=person, partner=partner)
    client = client_of(alice)
    url = at(alice, "web:partner_leave", partner.pk)
    client.get(url)
    with django_assert_num_queries(11):
        client.get(url)


def test_partner_leave_can_be_taken_back_later(alice, carried, leave, client_of):
    client, url = (
        client_of(alice),
        at(alice, "members:partner_detail", carried.partner.pk),
    )
    before = state(carried)
    leave(leave_open="on")
    with scope(coalition=alice.coalition):
        entry = AuditEntry.objects.get(action="leave")
    undo_url = at(alice, "web:partner_leave_undo", entry.pk)
    assert f'action="{undo_url}"' in client.get(url).text
    with scope(coalition=alice.coalition):  # somebody stands for it anew
        AffiliationFactory(person=carried.ana, partner=carried.partner)
    client.post(undo_url)
    assert state(carried)[4:] == before[4:]
    assert "leave_undo" not in client.get(url).text
    assert f'action="{undo_url}"' not in client.get(url).text


def test_only_the_last_leaving_can_be_taken_back(alice, carried, leave, client_of):
    leave(leave_open="on")
    client = client_of(alice)
    url = at(alice, "members:partner_detail", carried.partner.pk)
    with scope(coalition=alice.coalition):
        first = AuditEntry.objects.get(action="leave")
    client.post(
        at(alice, "members:partner_status", carried.partner.pk), {"status": "active"}
    )
    assert client.get(url).context["page"].leaving is None
    leave(leave_open="on")
    last = client.get(url).context["page"].leaving
    assert last.pk > first.pk
    old = at(alice, "web:partner_leave_undo", first.pk)
    assert "There is nothing left to change." in client.post(old, follow=True).text
    assert state(carried)[0] == "left"


def test_members_are_offered_no_undo_of_a_leaving(bob, carried, leave, client_of):
    leave(leave_open="on")
    page = client_of(bob).get(at(bob, "members:partner_detail", carried.partner.pk))
    assert "it is back with what it carried" not in page.text


@pytest.fixture
def press(alice, carried):
    """Let Ana hold a role in the name of the partner, and another in nobody's."""
    with scope(coalition=alice.coalition):
        by = acting(alice)
        press = create_role(by=by, name="Press", permissions=["goals.edit"])
        notes = create_role(by=by, name="Notes")
        today = timezone.localdate()
        give_role(role=notes, person=carried.ana, from_on=today, by=by)
        place = {"person": carried.ana, "partner": carried.partner}
        return give_role(role=press, from_on=today, by=by, **place)


def test_partner_leave_shows_the_roles_held_in_its_name(
    alice, carried, press, client_of
):
    page = client_of(alice).get(at(alice, "web:partner_leave", carried.partner.pk)).text
    assert "Roles that become free" in page
    assert "Press" in page
    assert "Notes" not in page


def test_partner_leave_ends_the_roles_held_in_its_name_and_gives_them_back(
    alice, carried, press, leave, client_of
):
    today = timezone.localdate()
    leave(**carried.form(leave_open="on"))
    with scope(coalition=carried.partner.coalition):
        ends = dict(RoleAssignment.objects.values_list("role__name", "to_on"))
        assert ends == {"Press": today, "Notes": None}
        assert PermissionGrant.objects.get().to_on == today
        entry = AuditEntry.objects.filter(action="leave").latest("pk")
    client_of(alice).post(at(alice, "web:partner_leave_undo", entry.pk))
    with scope(coalition=carried.partner.coalition):
        ends = dict(RoleAssignment.objects.values_list("role__name", "to_on"))
        assert ends == {"Press": None, "Notes": None}
        assert PermissionGrant.objects.get().to_on is None


def test_taking_back_says_that_a_seat_was_taken_since(
    alice, carried, press, leave, client_of
):
    leave(**carried.form(leave_open="on"))
    with scope(coalition=carried.partner.coalition):
        tomorrow = timezone.localdate() + timedelta(days=1)
        give_role(
            role=press.role,
            person=carried.heir.person,
            from_on=tomorrow,
            by=acting(alice),
        )
        entry = AuditEntry.objects.filter(action="leave").latest("pk")
    undo = at(alice, "web:partner_leave_undo", entry.pk)
    page = client_of(alice).post(undo, follow=True)
    assert "1 thing was changed since" in page.text


def test_what_it_was_to_name_somebody_for_passes_on_and_comes_back(
    alice, carried, client_of
):
    task = TaskFactory(goal=carried.goal, title="Find a hall")
    asked = AssignmentFactory(task=task, person=None, partner=carried.partner)
    client = client_of(alice)
    url = at(alice, "web:partner_leave", carried.partner.pk)
    assert "Find a hall" in client.get(url).text
    form = carried.form(rest="Hedda Heir") | {f"task-{asked.pk}": ""}
    client.post(url, form)
    with scope(coalition=alice.coalition):
        new = Assignment.objects.standing().get(task=task)
        asked.refresh_from_db()
    assert new.person == carried.heir.person
    assert (asked.status, asked.handed_to) == ("handed_over", carried.heir.person)
    undo(alice, client_of)
    with scope(coalition=alice.coalition):
        assert Assignment.objects.get(task=task).is_unnamed
