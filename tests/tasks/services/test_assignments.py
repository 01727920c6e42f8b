import pytest

from members.errors import RecordElsewhere, RecordGone
from members.models import AuditEntry
from tasks.errors import (
    AnsweredAlready,
    AskedAlready,
    NotAtPartner,
    NotYourAssignment,
    SomebodyIsAccountable,
    TaskIsDone,
)
from tasks.models import Assignment, AssignmentStatus, Letter
from tasks.services.assignments import (
    accept_assignment,
    assign,
    decline_assignment,
    restore_assignment,
    withdraw_assignment,
)
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def asked(task, bob):
    return AssignmentFactory(task=task, person=bob.person)


def test_assign_asks_a_person_at_their_partner(task, alice, bob):
    partner = AffiliationFactory(
        person=bob.person, partner__coalition=task.coalition
    ).partner
    assignment = assign(
        task=task, letter="R", person=bob.person, partner=partner, by=acting(alice)
    )
    assert Assignment.objects.get() == assignment
    assert (assignment.status, assignment.asked_by) == ("proposed", alice.person)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_pk) == ("assign", str(task.pk))


def test_assign_to_oneself_is_a_yes(task, alice):
    assignment = assign(task=task, letter="A", person=alice.person, by=acting(alice))
    assert assignment.status == AssignmentStatus.ACCEPTED


def test_assign_refuses_a_second_accountable_in_words(task, alice, bob, vera):
    assign(task=task, letter="A", person=bob.person, by=acting(alice))
    with pytest.raises(SomebodyIsAccountable, match="Bob Brown is accountable already"):
        assign(task=task, letter="A", person=vera.person, by=acting(alice))


def test_assign_may_replace_who_declined(task, alice, bob, vera):
    first = assign(task=task, letter="A", person=bob.person, by=acting(alice))
    decline_assignment(assignment=first, by=acting(bob))
    assign(task=task, letter="A", person=vera.person, by=acting(alice))
    assert Assignment.objects.standing().get().person == vera.person


def test_assign_refuses_to_ask_twice(asked, alice):
    with pytest.raises(AskedAlready, match="Bob Brown"):
        assign(
            task=asked.task,
            letter=asked.letter,
            person=asked.person,
            by=acting(alice),
        )


def test_assign_refuses_a_partner_they_do_not_stand_for(task, alice, bob):
    partner = PartnerFactory(coalition=task.coalition, name="Clinic")
    with pytest.raises(NotAtPartner, match="Bob Brown does not stand for Clinic"):
        assign(
            task=task, letter="R", person=bob.person, partner=partner, by=acting(alice)
        )


def test_assign_refuses_a_task_that_is_done(harbor, alice, bob):
    task = TaskFactory(goal__coalition=harbor, done=True)
    with pytest.raises(TaskIsDone):
        assign(task=task, letter="R", person=bob.person, by=acting(alice))


@pytest.mark.parametrize("link", ("task", "person", "partner"))
def test_assign_refuses_what_is_elsewhere(task, alice, bob, charlie, link):
    links = {"task": task, "person": bob.person, "partner": None}
    links[link] = {
        "task": TaskFactory(goal__coalition=charlie.coalition),
        "person": charlie.person,
        "partner": PartnerFactory(coalition=charlie.coalition),
    }[link]
    with pytest.raises(RecordElsewhere):
        assign(letter="R", by=acting(alice), **links)


def test_accept_assignment_is_ones_own(asked, bob):
    accept_assignment(assignment=asked, by=acting(bob))
    stored = Assignment.objects.get()
    assert stored.status == AssignmentStatus.ACCEPTED
    assert stored.answered_at is not None
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.on_behalf_of) == (
        "accept",
        bob.person,
        None,
    )


@pytest.mark.parametrize("answer", (accept_assignment, decline_assignment))
@pytest.mark.parametrize("who", ("vera", "stella"))
def test_answers_for_others_are_refused(asked, answer, who, request):
    with pytest.raises(NotYourAssignment, match="Only Bob Brown"):
        answer(assignment=asked, by=acting(request.getfixturevalue(who)))
    assert Assignment.objects.get().status == AssignmentStatus.PROPOSED


def test_coordinators_answer_on_behalf_and_the_trail_says_so(asked, alice, bob):
    decline_assignment(assignment=asked, by=acting(alice), reason="He called: no time")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.on_behalf_of, entry.reason) == (
        alice.person,
        bob.person,
        "He called: no time",
    )


def test_decline_assignment_keeps_the_reason(asked, bob):
    decline_assignment(assignment=asked, by=acting(bob), reason="Not my area")
    assert Assignment.objects.get().reason == "Not my area"


def test_an_answer_twice_is_one_act(asked, bob):
    stale = Assignment.objects.get()
    accept_assignment(assignment=asked, by=acting(bob))
    with pytest.raises(AnsweredAlready):
        accept_assignment(assignment=stale, by=acting(bob))
    assert AuditEntry.objects.count() == 1


def test_a_mind_may_change_both_ways(asked, bob):
    decline_assignment(assignment=asked, by=acting(bob), reason="No time")
    accept_assignment(assignment=asked, by=acting(bob))
    decline_assignment(assignment=asked, by=acting(bob), reason="After all, no")
    assert Assignment.objects.get().reason == "After all, no"


def test_accept_after_declining_refuses_when_the_part_is_taken(task, alice, bob, vera):
    first = AssignmentFactory(task=task, person=bob.person, letter=Letter.ACCOUNTABLE)
    decline_assignment(assignment=first, by=acting(bob))
    assign(task=task, letter="A", person=vera.person, by=acting(alice))
    with pytest.raises(SomebodyIsAccountable, match="Vera"):
        accept_assignment(assignment=first, by=acting(bob))


def test_answers_to_a_task_that_is_done_are_refused(harbor, bob):
    asked = AssignmentFactory(
        task__goal__coalition=harbor, task__done=True, person=bob.person
    )
    with pytest.raises(TaskIsDone):
        accept_assignment(assignment=asked, by=acting(bob))


def test_an_answer_to_an_assignment_elsewhere_is_refused(alice, charlie):
    asked = AssignmentFactory(
        task__goal__coalition=charlie.coalition, person=charlie.person
    )
    with pytest.raises(RecordElsewhere):
        accept_assignment(assignment=asked, by=acting(alice))


def test_withdraw_assignment_can_be_taken_back(asked, alice):
    entry = withdraw_assignment(assignment=asked, by=acting(alice))
    assert not Assignment.objects.exists()
    restore_assignment(entry=entry, by=acting(alice))
    assert Assignment.objects.get(pk=asked.pk).person == asked.person


def test_withdraw_assignment_twice_says_that_it_is_gone(asked, alice):
    stale = Assignment.objects.get()
    withdraw_assignment(assignment=asked, by=acting(alice))
    with pytest.raises(RecordGone):
        withdraw_assignment(assignment=stale, by=acting(alice))
