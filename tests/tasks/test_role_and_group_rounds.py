"""A role or a group is asked by a schedule: set up in the form, opened, asked once."""

from datetime import date, timedelta

import pytest
import time_machine

from members.models import GroupMember, Person
from tasks.models import CheckIn, CheckInCycle, CheckInSchedule, CheckInState
from tasks.services.cycles import open_due_cycles
from tests.factories.checkins import RoleAssignmentFactory, RoleFactory
from tests.factories.members import (
    GroupMemberFactory,
    MembershipFactory,
    WorkingGroupFactory,
)
from tests.tasks.rounds import FIRST, FORTNIGHT, member
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

CREATE = "tasks:check_in_schedule_create"


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def set_up(client, alice, whom, query=""):
    """Save the form as it is suggested, for somebody else; return the schedule."""
    url = at(alice, CREATE)
    form = client.get(url + query).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    sent = {k: v for k, v in shown.items() if v not in {None, False}}
    sent |= {"anchor_date": "2026-05-18"} | ({"whom": whom} if whom else {})
    assert client.post(url, sent).status_code == 303
    return CheckInSchedule.objects.latest("pk")


def heard(cycle=None):
    rows = CheckIn.objects.filter(cycle=cycle) if cycle else CheckIn.objects.all()
    return sorted(str(row.person) for row in rows.select_related("person"))


def rounds_at(now):
    with time_machine.travel(now, tick=False):
        open_due_cycles(now)
    return CheckInCycle.objects.filter(opens_at=now)


def test_the_holders_of_a_role_are_asked_once_each_round(client, alice, in_harbor):
    role = RoleFactory(coalition=in_harbor)
    stays, ends, comes = (member(in_harbor) for _ in range(3))
    RoleAssignmentFactory(role=role, person=stays)
    last = FIRST.date() + timedelta(days=3)
    RoleAssignmentFactory(role=role, person=ends, to_on=last)
    RoleAssignmentFactory(role=role, person=comes, from_on=last + timedelta(days=1))
    set_up(client, alice, f"role:{role.pk}")
    (first,) = rounds_at(FIRST)
    assert heard(first) == sorted(map(str, (stays, ends)))
    open_due_cycles(FIRST)
    assert CheckIn.objects.count() == 2
    (second,) = rounds_at(FIRST + FORTNIGHT)
    assert heard(second) == sorted(map(str, (stays, comes)))


def test_a_group_is_asked_as_it_is_on_the_day(client, alice, in_harbor):
    group = WorkingGroupFactory(coalition=in_harbor, name="Fair")
    stays, leaves, comes, gone = (member(in_harbor) for _ in range(4))
    for person in (stays, leaves, gone):
        GroupMemberFactory(group=group, person=person)
    MembershipFactory(coalition=in_harbor)  # in no group
    gone.membership.state = "suspended"
    gone.membership.save()
    schedule = set_up(client, alice, "", query=f"?group={group.pk}")
    assert (schedule.audience, schedule.group) == ("group", group)
    assert schedule.name == "Fair"
    (first,) = rounds_at(FIRST)
    assert heard(first) == sorted(map(str, (stays, leaves)))
    GroupMember.objects.filter(person=leaves).update(left_at=FIRST)
    GroupMemberFactory(group=group, person=comes)
    (second,) = rounds_at(FIRST + FORTNIGHT)
    assert heard(second) == sorted(map(str, (stays, comes)))
    assert heard(first) == sorted(map(str, (stays, leaves)))
    group.closed_at = FIRST + FORTNIGHT
    group.save()
    (third,) = rounds_at(FIRST + 2 * FORTNIGHT)
    assert heard(third) == []


def test_who_is_in_two_audiences_is_asked_once_by_each_schedule(
    client, alice, in_harbor
):
    person = member(in_harbor)
    group = WorkingGroupFactory(coalition=in_harbor)
    role = RoleFactory(coalition=in_harbor)
    GroupMemberFactory(group=group, person=person, left_at=FIRST)
    GroupMemberFactory(group=group, person=person)  # back again
    RoleAssignmentFactory(role=role, person=person, to_on=date(2026, 5, 18))
    RoleAssignmentFactory(role=role, person=person, from_on=date(2026, 5, 19))
    set_up(client, alice, f"role:{role.pk}")
    set_up(client, alice, f"group:{group.pk}")
    open_due_cycles(FIRST)
    open_due_cycles(FIRST)
    assert [cycle.check_ins.count() for cycle in CheckInCycle.objects.all()] == [1, 1]


def test_who_is_in_the_group_but_away_is_noted_and_not_asked(client, alice, in_harbor):
    group = WorkingGroupFactory(coalition=in_harbor)
    person = member(in_harbor)
    GroupMemberFactory(group=group, person=person)
    Person.objects.filter(pk=person.pk).update(away_until=date(2026, 5, 20))
    set_up(client, alice, f"group:{group.pk}")
    open_due_cycles(FIRST)
    assert CheckIn.objects.get().state == CheckInState.AWAY


@pytest.mark.parametrize("query", ("?group=999", "?group=x", "?group="))
def test_an_unknown_group_leaves_the_form_as_it_is(query, client, alice):
    form = client.get(at(alice, CREATE) + query).context["form"]
    assert form["whom"].value() == "partners"


def test_a_closed_or_foreign_group_is_not_offered(client, alice, charlie, in_harbor):
    closed = WorkingGroupFactory(coalition=in_harbor, closed_at=FIRST)
    theirs = WorkingGroupFactory(coalition=charlie.coalition, name="Quagga")
    for group in (closed, theirs):
        page = client.get(f"{at(alice, CREATE)}?group={group.pk}")
        assert page.context["form"]["whom"].value() == "partners"
        assert group.name not in page.text
