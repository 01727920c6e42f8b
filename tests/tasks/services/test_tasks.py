from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from coalition.common.tenancy import scopes_disabled
from goals.models import Goal
from members.errors import EditedMeanwhile, RecordElsewhere, RecordIsBack
from members.models import AuditEntry
from members.queries import Carrier
from tasks.errors import DoneTaskStays, NotYourTask, TaskIsDone, TaskIsOpen
from tasks.models import Assignment, Letter, Task
from tasks.services.tasks import (
    complete_task,
    create_task,
    delete_task,
    edit_task,
    reopen_task,
    restore_task,
)
from tests.factories.goals import GoalFactory
from tests.factories.members import PartnerFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


def test_create_task_asks_the_first_people(harbor, alice, bob, vera):
    goal = GoalFactory(coalition=harbor)
    task = create_task(
        by=acting(alice),
        title="Write the letter",
        goal=goal,
        due=date(2026, 6, 1),
        accountable=Carrier(bob.person, None),
        responsible=Carrier(vera.person, None),
    )
    assert Task.objects.get() == task
    assert list(task.assignments.values_list("letter", "person")) == [
        ("A", bob.person.pk),
        ("R", vera.person.pk),
    ]
    assert [e.action for e in AuditEntry.objects.all()] == [
        "assign",
        "assign",
        "create",
    ]


def test_create_task_refuses_a_goal_from_elsewhere(alice, charlie):
    foreign = GoalFactory(coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        create_task(by=acting(alice), title="No", goal=foreign)
    assert not Task.objects.exists()


def test_create_task_is_whole_or_not_at_all(alice, charlie):
    with pytest.raises(RecordElsewhere):
        create_task(
            by=acting(alice), title="No", accountable=Carrier(charlie.person, None)
        )
    assert not Task.objects.exists()
    assert not AuditEntry.objects.exists()


def test_edit_task_tells_the_second_of_two_editors(harbor, alice):
    task, stale = TaskFactory(goal__coalition=harbor), Task.objects.get()
    edit_task(task=task, version=1, by=acting(alice), title="One")
    with pytest.raises(EditedMeanwhile):
        edit_task(task=stale, version=1, by=acting(alice), title="Two")
    assert Task.objects.get().title == "One"


def test_edit_task_refuses_a_goal_from_elsewhere(harbor, alice, charlie):
    task = TaskFactory(goal__coalition=harbor)
    foreign = GoalFactory(coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        edit_task(task=task, version=1, by=acting(alice), goal=foreign)


@pytest.mark.parametrize("letter", (Letter.ACCOUNTABLE, Letter.RESPONSIBLE))
def test_complete_task_is_for_those_who_carry_it(harbor, bob, letter):
    task = TaskFactory(goal__coalition=harbor)
    AssignmentFactory(task=task, person=bob.person, letter=letter)
    complete_task(task=task, by=acting(bob))
    assert Task.objects.get().done_by == bob.person
    assert AuditEntry.objects.get().action == "complete"


@pytest.mark.parametrize("letter", (Letter.CONSULTED, Letter.INFORMED))
def test_complete_task_is_not_for_bystanders(harbor, bob, letter):
    task = TaskFactory(goal__coalition=harbor)
    AssignmentFactory(task=task, person=bob.person, letter=letter)
    with pytest.raises(NotYourTask):
        complete_task(task=task, by=acting(bob))
    assert Task.objects.open().exists()


def test_complete_task_is_open_to_coordinators(harbor, alice):
    task = TaskFactory(goal__coalition=harbor)
    complete_task(task=task, by=acting(alice))
    assert Task.objects.get().done_by == alice.person


def test_complete_task_twice_is_one_act(harbor, alice):
    task, stale = TaskFactory(goal__coalition=harbor), Task.objects.get()
    complete_task(task=task, by=acting(alice))
    with pytest.raises(TaskIsDone):
        complete_task(task=stale, by=acting(alice))
    assert AuditEntry.objects.count() == 1


def test_complete_task_refuses_one_of_another_coalition(alice, charlie):
    task = TaskFactory(goal__coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        complete_task(task=task, by=acting(alice))


def test_reopen_task_takes_it_back(harbor, bob):
    task = TaskFactory(goal__coalition=harbor, done=True)
    AssignmentFactory(task=task, person=bob.person)
    reopen_task(task=task, by=acting(bob))
    assert (Task.objects.get().done_at, Task.objects.get().done_by) == (None, None)


def test_reopen_task_refuses_an_open_one(harbor, alice):
    with pytest.raises(TaskIsOpen):
        reopen_task(task=TaskFactory(goal__coalition=harbor), by=acting(alice))


def test_reopen_task_is_not_for_bystanders(harbor, bob):
    with pytest.raises(NotYourTask):
        reopen_task(task=TaskFactory(goal__coalition=harbor, done=True), by=acting(bob))


def test_delete_task_can_be_taken_back_with_its_people(harbor, alice, bob):
    task = TaskFactory(goal__coalition=harbor, title="Keep me")
    AssignmentFactory(task=task, person=bob.person, reason="No time", letter="A")
    before = [list(Task.objects.values()), list(Assignment.objects.values())]
    entry = delete_task(task=task, by=acting(alice))
    assert not Task.objects.exists()
    restore_task(entry=entry, by=acting(alice))
    after = [list(Task.objects.values()), list(Assignment.objects.values())]
    for rows in (*before, *after):
        rows[0].pop("updated_at", None)
    assert after == before
    with pytest.raises(RecordIsBack):
        restore_task(entry=entry, by=acting(alice))


def test_delete_task_keeps_what_was_done(harbor, alice):
    task = TaskFactory(goal__coalition=harbor, done=True)
    with pytest.raises(DoneTaskStays):
        delete_task(task=task, by=acting(alice))


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no composite keys to add"
)
@pytest.mark.parametrize(
    ("model", "link"),
    ((Task, "goal"), (Goal, "owner"), (Assignment, "person"), (Assignment, "partner")),
)
def test_the_database_refuses_links_into_another_coalition(
    harbor, charlie, model, link
):
    with scopes_disabled():
        partner = PartnerFactory(coalition=charlie.coalition)
        foreign = {
            "goal": GoalFactory(coalition=charlie.coalition),
            "owner": charlie.person,
            "person": charlie.person,
            "partner": partner,
        }[link]
        AssignmentFactory(task__goal__coalition=harbor)
        own = model.objects.filter(coalition=harbor)

        def plant():
            with transaction.atomic(), connection.cursor() as cursor:
                own.update(**{link: foreign})
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        with pytest.raises(IntegrityError, match="same_coalition"):
            plant()
