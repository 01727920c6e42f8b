"""Whom a check-in asks, and for which partners."""

from datetime import date

import pytest
import time_machine

from members.models import Affiliation
from members.models.membership import MembershipState
from members.models.partner import PartnerStatus
from tasks.models import (
    Answering,
    Audience,
    CheckIn,
    CheckInSchedule,
    CheckInState,
    CheckInVoice,
)
from tasks.services.cycles import open_due_cycles
from tasks.services.naming import name_person
from tests.factories.checkins import (
    RoleAssignmentFactory,
)
from tests.factories.goals import GoalFactory
from tests.factories.members import (
    AffiliationFactory,
    GroupMemberFactory,
    MembershipFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.tasks.rounds import FIRST, FORTNIGHT, HOUR, asked, make_delegate, member
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schedule")]


def test_a_delegate_of_two_answers_once_for_both(in_harbor, delegate):
    make_delegate(
        in_harbor, person=delegate, partner=PartnerFactory(coalition=in_harbor)
    )
    open_due_cycles(FIRST)
    assert CheckIn.objects.get().voices.count() == 2


def test_alternates_are_asked_when_the_schedule_says_so(in_harbor, delegate):
    alternate = make_delegate(
        in_harbor, partner=delegate.affiliations.get().partner, kind="alternate"
    )
    CheckInSchedule.objects.update(answering=Answering.SPEAKERS)
    open_due_cycles(FIRST)
    assert set(asked()) == {delegate, alternate}


@pytest.mark.parametrize(
    ("until", "expected"),
    (
        (date(2026, 5, 18), {"delegate": "away", "alternate": "asked"}),
        (date(2026, 5, 17), {"delegate": "asked"}),
    ),
    ids=("away", "back"),
)
def test_an_alternate_stands_in(until, expected, in_harbor, delegate):
    partner = delegate.affiliations.get().partner
    alternate = make_delegate(in_harbor, partner=partner, kind="alternate")
    type(delegate).objects.filter(pk=delegate.pk).update(away_until=until)
    open_due_cycles(FIRST)
    names = {delegate: "delegate", alternate: "alternate"}
    assert {names[person]: state for person, state in asked().items()} == expected


def test_an_alternate_who_is_away_too_is_left_alone(in_harbor, delegate):
    partner = delegate.affiliations.get().partner
    make_delegate(in_harbor, partner=partner, kind="alternate")
    type(delegate).objects.update(away_until=date(2026, 6, 1))
    open_due_cycles(FIRST)
    assert asked() == {delegate: CheckInState.AWAY}


def test_without_a_delegate_the_alternate_answers(in_harbor):
    alone = make_delegate(
        in_harbor, partner=PartnerFactory(coalition=in_harbor), kind="alternate"
    )
    open_due_cycles(FIRST)
    assert set(asked()) == {alone}


@pytest.mark.parametrize(
    "partner",
    (
        {"status": PartnerStatus.PAUSED},
        {"status": PartnerStatus.INVITED},
        {"archived_at": FIRST},
    ),
    ids=str,
)
def test_only_active_partners_are_asked(partner, in_harbor, delegate):
    here = delegate.affiliations.get().partner
    type(here).objects.filter(pk=here.pk).update(**partner)
    open_due_cycles(FIRST)
    assert asked() == {}


@pytest.mark.parametrize(
    "gone",
    (
        {"erased_at": FIRST},
        {"membership": MembershipState.SUSPENDED},
        {"membership": MembershipState.REMOVED},
        {"kind": "staff"},
        {"to_on": date(2026, 5, 17)},
        {"from_on": date(2026, 5, 19)},
    ),
    ids=str,
)
def test_who_speaks_for_nobody_now_is_left_alone(gone, in_harbor, delegate):
    if "erased_at" in gone:
        type(delegate).objects.filter(pk=delegate.pk).update(**gone)
    elif "membership" in gone:
        state = gone["membership"]
        MembershipFactory(coalition=in_harbor, person=delegate, state=state)
    else:
        Affiliation.objects.filter(person=delegate).update(**gone)
    open_due_cycles(FIRST)
    assert asked() == {}


def test_the_people_of_a_goal(in_harbor):
    owner = MembershipFactory(coalition=in_harbor).person
    goal = GoalFactory(coalition=in_harbor, owner=owner)
    carrier, former, other = (
        MembershipFactory(coalition=in_harbor).person for _ in range(3)
    )
    open_task = TaskFactory(goal=goal)
    AssignmentFactory(task=open_task, person=carrier)
    AssignmentFactory(task=TaskFactory(goal=goal, done=True), person=former)
    AssignmentFactory(task=open_task, person=former, letter="I")
    AssignmentFactory(task=TaskFactory(goal__coalition=in_harbor), person=other)
    CheckInSchedule.objects.update(audience=Audience.GOAL, goal=goal)
    open_due_cycles(FIRST)
    assert set(asked()) == {owner, carrier}
    assert not CheckInVoice.objects.exists()


def test_whoever_a_partner_names_belongs_to_the_goal_from_then_on(
    in_harbor, alice, client_of
):
    goal = GoalFactory(coalition=in_harbor)
    asked_of = PartnerFactory(coalition=in_harbor, name="Clinic")
    delegate = AffiliationFactory(partner=asked_of).person
    part = AssignmentFactory(
        task=TaskFactory(goal=goal), person=None, partner=asked_of, letter="R"
    )
    CheckInSchedule.objects.update(audience=Audience.GOAL, goal=goal)
    schedule = CheckInSchedule.objects.get()
    open_due_cycles(FIRST)
    assert asked() == {}
    with time_machine.travel(FIRST + HOUR, tick=False):
        url = at(alice, "tasks:check_in_schedule_detail", schedule.pk)
        page = client_of(alice).get(url).text
        assert "Clinic was asked for a part of it and has named nobody yet" in page
        assert "Nobody who looks after this goal" in page
        name_person(assignment=part, person=delegate, by=acting(alice))
        page = client_of(alice).get(url).text
        assert "has named nobody yet" not in page
        assert "From the next round on" in page
    open_due_cycles(FIRST + FORTNIGHT)
    assert set(asked()) == {delegate}
    with time_machine.travel(FIRST + FORTNIGHT + HOUR, tick=False):
        assert "From the next round on" not in client_of(alice).get(url).text


def test_the_holders_of_a_role(in_harbor):
    holds = RoleAssignmentFactory(
        coalition=in_harbor,
        role__coalition=in_harbor,
        person=member(in_harbor),
    )
    RoleAssignmentFactory(
        coalition=in_harbor,
        role=holds.role,
        person=member(in_harbor),
        to_on=date(2026, 5, 17),
    )
    CheckInSchedule.objects.update(audience=Audience.ROLE, role=holds.role)
    open_due_cycles(FIRST)
    assert set(asked()) == {holds.person}


def test_the_members_of_a_group(in_harbor):
    place = GroupMemberFactory(group__coalition=in_harbor, person=member(in_harbor))
    GroupMemberFactory(group=place.group, person=member(in_harbor), left_at=FIRST)
    CheckInSchedule.objects.update(audience=Audience.GROUP, group=place.group)
    open_due_cycles(FIRST)
    assert set(asked()) == {place.person}


def test_one_person_who_may_be_away(in_harbor):
    person = member(in_harbor)
    CheckInSchedule.objects.update(audience=Audience.PERSON, person=person)
    type(person).objects.update(away_until=date(2026, 6, 30))
    open_due_cycles(FIRST)
    assert asked() == {person: CheckInState.AWAY}


def test_who_has_no_place_here_is_not_asked_by_name(in_harbor):
    stranger = PersonFactory(coalition=in_harbor)
    CheckInSchedule.objects.update(audience=Audience.PERSON, person=stranger)
    open_due_cycles(FIRST)
    assert asked() == {}
