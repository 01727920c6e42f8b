from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from goals.models import Milestone
from goals.services.milestones import delete_milestone, restore_milestone
from members.errors import RecordElsewhere
from members.models import AuditEntry
from tasks.errors import MilestoneOfAnotherGoal, NotYourTask, TaskIsDone
from tasks.models import ChecklistItem, Task, TaskLink
from tasks.services.parts import (
    add_item,
    add_link,
    delete_item,
    move_item,
    restore_part,
    tick_item,
)
from tasks.services.tasks import create_task, delete_task, edit_task, restore_task
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.tasks import (
    AssignmentFactory,
    ChecklistItemFactory,
    TaskFactory,
    TaskLinkFactory,
)
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def task(harbor, bob):
    task = TaskFactory(goal__coalition=harbor)
    AssignmentFactory(task=task, person=bob.person)
    return task


def texts(task):
    return [item.text for item in task.checklist.all()]


def test_task_does_not_start_after_it_is_due(alice):
    dates = {"start": date(2026, 6, 2), "due": date(2026, 6, 1)}
    with pytest.raises(ValidationError, match="cannot start after"):
        create_task(by=acting(alice), title="No", **dates)
    assert not Task.objects.exists()


def test_task_has_a_milestone_of_its_own_goal(harbor, alice):
    other, milestone = GoalFactory(coalition=harbor), None
    milestone = MilestoneFactory(goal__coalition=harbor)
    task = create_task(
        by=acting(alice), title="Yes", goal=milestone.goal, milestone=milestone
    )
    with pytest.raises(MilestoneOfAnotherGoal):
        edit_task(task=task, version=1, by=acting(alice), goal=other)
    with pytest.raises(MilestoneOfAnotherGoal):
        create_task(by=acting(alice), title="No", milestone=milestone)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="composite keys")
def test_database_refuses_a_milestone_of_another_goal(harbor):
    task = TaskFactory(goal__coalition=harbor)
    other = MilestoneFactory(goal__coalition=harbor)

    def point_elsewhere():
        with transaction.atomic():
            Task.objects.filter(pk=task.pk).update(milestone=other)
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        point_elsewhere()


def test_milestone_that_comes_back_has_its_tasks_again(harbor, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    first, second = (
        TaskFactory(goal=milestone.goal, milestone=milestone) for _ in range(2)
    )
    later = MilestoneFactory(goal=milestone.goal)
    entry = delete_milestone(milestone=milestone, by=acting(alice))
    assert set(Task.objects.values_list("milestone", flat=True)) == {None}
    Task.objects.filter(pk=second.pk).update(milestone=later)
    restore_milestone(entry=entry, by=acting(alice))
    assert Task.objects.get(pk=first.pk).milestone == Milestone.objects.first()
    assert Task.objects.get(pk=second.pk).milestone == later


def test_checklist_is_kept_by_who_carries_the_task(task, bob, vera, stella):
    item = add_item(task=task, text="Book the hall", by=acting(bob))
    ticked = tick_item(item=item, done=True, by=acting(bob))
    assert (ticked.done_by, bool(ticked.done_at)) == (bob.person, True)
    for stranger in (vera, stella):
        with pytest.raises(NotYourTask):
            tick_item(item=item, done=False, by=acting(stranger))


def test_tick_said_twice_is_said_once(task, bob):
    item = add_item(task=task, text="Book the hall", by=acting(bob))
    for _ in range(2):
        tick_item(item=item, done=True, by=acting(bob))
    assert AuditEntry.objects.filter(action="tick").count() == 1


def test_steps_change_places_and_stop_at_the_ends(task, alice):
    one, two, three = (
        add_item(task=task, text=text, by=acting(alice)) for text in ("1", "2", "3")
    )
    move_item(item=three, up=True, by=acting(alice))
    assert texts(task) == ["1", "3", "2"]
    move_item(item=one, up=True, by=acting(alice))
    move_item(item=two, up=False, by=acting(alice))
    assert texts(task) == ["1", "3", "2"]


def test_step_comes_back_to_its_place(task, alice):
    items = [add_item(task=task, text=text, by=acting(alice)) for text in "123"]
    entry = delete_item(item=items[1], by=acting(alice))
    assert texts(task) == ["1", "3"]
    restore_part(entry=entry, task=task, by=acting(alice))
    assert texts(task) == ["1", "2", "3"]


def test_done_task_takes_no_step_but_a_link(harbor, alice):
    task = TaskFactory(goal__coalition=harbor, done=True)
    with pytest.raises(TaskIsDone):
        add_item(task=task, text="Too late", by=acting(alice))
    link = add_link(
        task=task, title="Minutes", url="https://a.example/m", by=acting(alice)
    )
    assert link.host == "a.example"


def test_link_is_a_web_address(task, alice):
    with pytest.raises(ValidationError):
        add_link(task=task, title="No", url="javascript:alert(1)", by=acting(alice))
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskLinkFactory(task=task, url="ftp://a.example/")
    assert not TaskLink.objects.exists()


def test_parts_of_another_coalition_are_refused(charlie, alice):
    foreign = TaskFactory(goal__coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        add_item(task=foreign, text="No", by=acting(alice))


def test_deleted_task_brings_its_parts_back(task, alice):
    ChecklistItemFactory(task=task, text="Book the hall")
    TaskLinkFactory(task=task)
    entry = delete_task(task=task, by=acting(alice))
    assert not ChecklistItem.objects.exists()
    restore_task(entry=entry, by=acting(alice))
    assert texts(Task.objects.get()) == ["Book the hall"]
    assert TaskLink.objects.get().host == "papers.example.org"
