"""A part that goes to somebody else: the old row stays, and stands no more."""

import pytest

from members.models import AuditEntry
from members.queries import Carrier
from tasks.errors import (
    AskedAlready,
    HandedOver,
    NotAtPartner,
    NotYourAssignment,
    TaskIsDone,
)
from tasks.models import Assignment, Task
from tasks.services.assignments import (
    accept_assignment,
    decline_assignment,
    withdraw_assignment,
)
from tasks.services.handovers import (
    hand_over_assignment,
    hand_over_parts,
    take_parts_back,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def part(harbor, bob, clinic):
    task = TaskFactory(goal__coalition=harbor)
    part = AssignmentFactory(task=task, person=bob.person, partner=clinic, letter="A")
    return accept_assignment(assignment=part, by=acting(bob))


def test_the_old_row_says_whom_it_went_to_and_the_new_one_is_asked(
    part, bob, ana, clinic
):
    new = hand_over_assignment(assignment=part, to=Carrier(ana, clinic), by=acting(bob))
    assert (new.person, new.partner, new.letter) == (ana, clinic, "A")
    assert (new.status, new.asked_by) == ("proposed", bob.person)
    old = Assignment.objects.get(pk=part.pk)
    assert (old.status, old.handed_to, old.person) == ("handed_over", ana, bob.person)
    assert old.handed_at is not None
    assert old.answered_at is not None
    assert list(Assignment.objects.standing()) == [new]
    entry = AuditEntry.objects.get(action="hand over")
    assert entry.after["handed_to"] == ana.pk


def test_a_coordinator_hands_over_for_them_and_to_anybody(part, alice, bob, vera):
    to = Carrier(vera.person, None)
    hand_over_assignment(assignment=part, to=to, by=acting(alice))
    assert Assignment.objects.standing().get().person == vera.person
    entry = AuditEntry.objects.get(action="hand over")
    assert (entry.actor, entry.on_behalf_of) == (alice.person, bob.person)


def test_it_is_ones_own_to_hand_over_within_the_partner(part, bob, vera, ana, clinic):
    with pytest.raises(NotYourAssignment):
        hand_over_assignment(assignment=part, to=Carrier(ana, clinic), by=acting(vera))
    with pytest.raises(NotAtPartner):
        hand_over_assignment(
            assignment=part, to=Carrier(vera.person, None), by=acting(bob)
        )
    with pytest.raises(NotAtPartner):
        hand_over_assignment(
            assignment=part, to=Carrier(vera.person, clinic), by=acting(bob)
        )
    assert Assignment.objects.get().status == "accepted"


def test_whoever_has_it_already_is_not_asked_twice(part, bob, ana, clinic):
    Assignment.objects.filter(pk=part.pk).update(letter="R")
    AssignmentFactory(task=part.task, person=ana, partner=clinic)
    with pytest.raises(AskedAlready):
        hand_over_assignment(assignment=part, to=Carrier(ana, clinic), by=acting(bob))
    assert Assignment.objects.standing().count() == 2


@pytest.mark.parametrize(
    "act", (accept_assignment, decline_assignment, withdraw_assignment)
)
def test_what_was_handed_over_is_answered_no_more(part, alice, ana, clinic, act):
    to = Carrier(ana, clinic)
    hand_over_assignment(assignment=part, to=to, by=acting(alice))
    with pytest.raises(HandedOver):
        act(assignment=part, by=acting(alice))
    with pytest.raises(HandedOver):
        hand_over_assignment(assignment=part, to=to, by=acting(alice))


def test_a_done_task_stays_as_it_is(part, bob, ana, clinic):
    Task.objects.filter(pk=part.task_id).update(done_at=part.answered_at)
    with pytest.raises(TaskIsDone):
        hand_over_assignment(assignment=part, to=Carrier(ana, clinic), by=acting(bob))


@pytest.mark.parametrize("answered", (True, False))
def test_parts_come_back_as_they_were(part, alice, vera, answered):
    if not answered:
        Assignment.objects.filter(pk=part.pk).update(
            status="proposed", answered_at=None
        )
    before = list(Assignment.objects.values())
    heirs = {part: Carrier(vera.person, None)}
    handed = hand_over_parts(heirs=heirs, by=acting(alice))
    assert take_parts_back(handed=handed, by=acting(alice)) == 0
    assert list(Assignment.objects.values()) == before


def test_parts_do_not_come_back_over_an_answer(part, alice, vera):
    heirs = {part: Carrier(vera.person, None)}
    handed = hand_over_parts(heirs=heirs, by=acting(alice))
    accept_assignment(assignment=Assignment.objects.standing().get(), by=acting(vera))
    assert take_parts_back(handed=handed, by=acting(alice)) == 1
    assert Assignment.objects.standing().get().person == vera.person


def test_parts_left_open_do_not_come_back_where_somebody_is_accountable_by_now(
    part, alice, vera
):
    handed = hand_over_parts(heirs={part: None}, by=acting(alice))
    AssignmentFactory(task=part.task, person=vera.person, letter="A")
    assert take_parts_back(handed=handed, by=acting(alice)) == 1
