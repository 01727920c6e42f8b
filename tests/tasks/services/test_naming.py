"""A part asked of a partner, until that names somebody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coalition.common.tenancy import scope
from members.errors import RecordElsewhere
from members.models import AuditEntry, Partner
from members.queries import Carrier
from tasks.errors import (
    AnsweredAlready,
    AskedAlready,
    NobodyNamed,
    NobodySpeaks,
    NotAtPartner,
    NotYourAssignment,
    PartnerIsNotActive,
    SomebodyIsAccountable,
    TaskIsDone,
)
from tasks.models import Assignment, Task
from tasks.services.assignments import (
    accept_assignment,
    assign,
    decline_assignment,
    restore_assignment,
    withdraw_assignment,
)
from tasks.services.handovers import hand_over_assignment
from tasks.services.naming import name_person
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def asked(task, clinic, alice):
    return assign(task=task, letter="A", partner=clinic, by=acting(alice))


def test_assign_asks_a_partner_that_names_nobody_yet(asked, clinic, alice):
    assert (asked.person, asked.partner, asked.status) == (None, clinic, "proposed")
    assert asked.is_unnamed
    assert asked.who == "Clinic"
    entry = AuditEntry.objects.get(action="assign")
    assert (entry.after["person"], entry.after["partner"]) == (None, clinic.pk)


def test_assign_asks_no_partner_for_which_nobody_speaks(harbor, task, alice):
    silent = PartnerFactory(coalition=harbor, name="Shop")
    AffiliationFactory(partner=silent, kind="staff")
    with pytest.raises(NobodySpeaks, match="Nobody speaks for Shop"):
        assign(task=task, letter="R", partner=silent, by=acting(alice))
    with pytest.raises(NobodySpeaks):
        assign(task=task, letter="R", by=acting(alice))


@pytest.mark.parametrize("status", ("invited", "paused", "left"))
def test_assign_asks_no_partner_that_takes_no_part(task, clinic, alice, status):
    Partner.objects.filter(pk=clinic.pk).update(status=status)
    clinic.refresh_from_db()
    with pytest.raises(PartnerIsNotActive, match="Clinic"):
        assign(task=task, letter="R", partner=clinic, by=acting(alice))


def test_assign_asks_a_partner_once_for_a_letter(asked, task, clinic, alice, vera):
    with pytest.raises(AskedAlready, match="Clinic"):
        assign(task=task, letter="A", partner=clinic, by=acting(alice))
    with pytest.raises(SomebodyIsAccountable, match="Clinic is accountable"):
        assign(task=task, letter="A", person=vera.person, by=acting(alice))
    assign(task=task, letter="R", partner=clinic, by=acting(alice))


@pytest.mark.parametrize(
    "row",
    (
        {"person": None, "partner": None},
        {"person": None, "status": "accepted", "answered_at": timezone.now()},
        {"person": None, "letter": "A"},  # a second one
    ),
)
def test_the_database_keeps_the_rules(asked, task, clinic, row):
    columns = {"task": task, "coalition": task.coalition, "letter": "R"}
    columns |= {"partner": clinic} | row
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**columns)


def test_the_database_keeps_one_open_ask_of_a_partner(task, clinic):
    columns = {"task": task, "coalition": task.coalition, "letter": "R"}
    Assignment.objects.create(partner=clinic, **columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(partner=clinic, **columns)


def test_naming_somebody_else_asks_them(asked, ana, bob):
    before = asked.asked_at - timedelta(days=3)
    Assignment.objects.update(asked_at=before)
    name_person(assignment=asked, person=ana, by=acting(bob))
    part = Assignment.objects.get()
    assert (part.person, part.status, part.asked_by) == (ana, "proposed", bob.person)
    assert part.asked_at > before
    entry = AuditEntry.objects.get(action="name")
    assert (entry.actor, entry.after["person"]) == (bob.person, ana.pk)


def test_taking_it_oneself_is_a_yes(asked, bob):
    name_person(assignment=asked, person=bob.person, by=acting(bob))
    part = Assignment.objects.get()
    assert (part.person, part.status) == (bob.person, "accepted")
    assert part.answered_at is not None


def test_naming_is_for_who_speaks_for_it_and_coordinators(asked, ana, vera, alice):
    with pytest.raises(NotYourAssignment):
        name_person(assignment=asked, person=ana, by=acting(vera))
    name_person(assignment=asked, person=ana, by=acting(alice))
    assert Assignment.objects.get().person == ana


def test_only_somebody_of_the_partner_is_named(asked, vera, bob, charlie):
    with pytest.raises(NotAtPartner):
        name_person(assignment=asked, person=vera.person, by=acting(bob))
    with pytest.raises(RecordElsewhere):
        name_person(assignment=asked, person=charlie.person, by=acting(bob))


def test_naming_twice_is_one_act(asked, ana, bob):
    stale = Assignment.objects.get()
    name_person(assignment=asked, person=ana, by=acting(bob))
    with pytest.raises(AnsweredAlready):
        name_person(assignment=stale, person=bob.person, by=acting(bob))


def test_nobody_gets_the_same_letter_twice(task, clinic, ana, alice, bob):
    AssignmentFactory(task=task, person=ana, partner=clinic)
    asked = assign(task=task, letter="R", partner=clinic, by=acting(alice))
    with pytest.raises(AskedAlready, match="Ana Ruiz"):
        name_person(assignment=asked, person=ana, by=acting(bob))


def test_a_partner_says_no_and_may_change_its_mind(asked, ana, bob, vera, alice):
    with pytest.raises(NotYourAssignment):
        decline_assignment(assignment=asked, by=acting(vera))
    decline_assignment(assignment=asked, by=acting(bob), reason="Not our field")
    part = Assignment.objects.get()
    assert (part.status, part.reason, part.person) == (
        "declined",
        "Not our field",
        None,
    )
    name_person(assignment=part, person=ana, by=acting(bob))
    part.refresh_from_db()
    assert (part.status, part.reason, part.person) == ("proposed", "", ana)


def test_it_is_too_late_where_somebody_else_has_it(asked, task, ana, bob, vera):
    decline_assignment(assignment=asked, by=acting(bob))
    AssignmentFactory(task=task, letter="A", person=vera.person)
    with pytest.raises(SomebodyIsAccountable):
        name_person(assignment=asked, person=ana, by=acting(bob))


def test_nobody_can_say_yes_for_nobody(asked, alice):
    with pytest.raises(NobodyNamed):
        accept_assignment(assignment=asked, by=acting(alice))


def test_a_done_task_asks_nobody(asked, ana, bob):
    Task.objects.filter(pk=asked.task_id).update(done_at=timezone.now())
    with pytest.raises(TaskIsDone):
        name_person(assignment=asked, person=ana, by=acting(bob))


def test_taking_a_partner_off_can_be_undone(asked, alice):
    entry = withdraw_assignment(assignment=asked, by=acting(alice))
    assert not Assignment.objects.exists()
    restore_assignment(entry=entry, by=acting(alice))
    assert Assignment.objects.get().is_unnamed


def test_each_coalition_asks_its_own(asked, charlie):
    with scope(coalition=charlie.coalition):
        assert not Assignment.objects.exists()
    with pytest.raises(RecordElsewhere):
        decline_assignment(assignment=asked, by=acting(charlie))


@pytest.mark.parametrize("act", (decline_assignment, hand_over_assignment))
def test_whose_partner_named_somebody_meanwhile_does_not_answer_for_them(
    act, asked, clinic, bob, ana
):
    """Two speak for it: one names Ana while the other looks at the page of before."""
    before = Assignment.objects.get(pk=asked.pk)
    name_person(assignment=asked, person=ana, by=acting(bob))
    to = {"to": Carrier(bob.person, clinic)} if act is hand_over_assignment else {}
    with pytest.raises(AnsweredAlready):
        act(assignment=before, by=acting(bob), **to)
    assert Assignment.objects.get(pk=asked.pk).person == ana
