from datetime import date
from itertools import pairwise
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from coalition.common.tenancy import scope
from members.errors import RecordElsewhere
from tasks.errors import GoesInACircle, SaidAlready, WaitsForItself
from tasks.models import Task, TaskDependency
from tasks.queries.dependencies import delays, ties
from tasks.services.dependencies import (
    add_dependency,
    remove_dependency,
    restore_dependency,
)
from tasks.services.tasks import complete_task, delete_task, restore_task
from tests.factories.goals import GoalFactory
from tests.factories.tasks import TaskDependencyFactory, TaskFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def chain(harbor, alice):
    """D waits for C, C for B, B for A; each of another goal."""
    tasks = [TaskFactory(goal__coalition=harbor, title=title) for title in "ABCD"]
    for first, then in pairwise(tasks):
        add_dependency(task=then, needs=first, by=acting(alice))
    return tasks


def edges():
    return set(TaskDependency.objects.values_list("needs__title", "task__title"))


def test_nothing_waits_for_itself(chain, alice):
    with pytest.raises(WaitsForItself):
        add_dependency(task=chain[0], needs=chain[0], by=acting(alice))
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskDependencyFactory(task=chain[0], needs=chain[0])


def test_a_circle_is_refused_and_named(chain, alice):
    with pytest.raises(GoesInACircle, match="“A” → “D” → “C” → “B” → “A”"):
        add_dependency(task=chain[0], needs=chain[3], by=acting(alice))
    assert edges() == {("A", "B"), ("B", "C"), ("C", "D")}


def test_said_twice_is_refused(chain, alice):
    with pytest.raises(SaidAlready):
        add_dependency(task=chain[1], needs=chain[0], by=acting(alice))


def test_tasks_of_another_coalition_are_refused(chain, alice, charlie):
    foreign = TaskFactory(goal=GoalFactory(coalition=charlie.coalition))
    with pytest.raises(RecordElsewhere):
        add_dependency(task=chain[0], needs=foreign, by=acting(alice))


def test_delay_counts_all_the_way_and_leaves_out_what_is_done(chain, alice):
    delay = ties(chain[0]).delay
    assert ([str(task) for task in delay.next], delay.count) == (["B"], 3)
    complete_task(task=chain[2], by=acting(alice))
    assert delays([chain[0].pk])[chain[0].pk].count == 1
    assert delays([chain[2].pk]) == {}


def test_delay_counts_a_task_once_however_it_is_reached(harbor, alice):
    top, left, right, end = (TaskFactory(goal__coalition=harbor) for _ in range(4))
    for then, first in ((left, top), (right, top), (end, left), (end, right)):
        add_dependency(task=then, needs=first, by=acting(alice))
    assert delays([top.pk])[top.pk].count == 3


@pytest.mark.parametrize("count", (1, 3))
def test_delays_need_the_same_queries_for_any_number(
    harbor, count, django_assert_num_queries
):
    late = [
        TaskDependencyFactory(task__goal__coalition=harbor).needs for _ in range(count)
    ]
    with django_assert_num_queries(2):
        assert len(delays([task.pk for task in late])) == count


def test_restore_dependency_refuses_a_circle_made_since(chain, alice):
    tie = TaskDependency.objects.get(task=chain[1])
    entry = remove_dependency(dependency=tie, by=acting(alice))
    add_dependency(task=chain[0], needs=chain[3], by=acting(alice))
    with pytest.raises(GoesInACircle):
        restore_dependency(entry=entry, by=acting(alice))
    assert ("A", "B") not in edges()


def test_deleted_task_comes_back_with_what_still_fits(chain, alice):
    a, b, c, _d = chain
    gone = delete_task(task=b, by=acting(alice))
    assert edges() == {("C", "D")}
    add_dependency(task=a, needs=c, by=acting(alice))
    restore_task(entry=gone, by=acting(alice))
    # B waited for A, and C for B: with A waiting for C, one of the two is left out.
    assert len(edges()) == 3
    assert ("C", "A") in edges()


def test_two_deleted_tasks_come_back_in_any_order(chain, alice):
    first = delete_task(task=chain[0], by=acting(alice))
    second = delete_task(task=chain[1], by=acting(alice))
    restore_task(entry=first, by=acting(alice))
    restore_task(entry=second, by=acting(alice))
    assert Task.objects.count() == 4
    assert edges() == {("B", "C"), ("C", "D")}


def test_late_task_tells_what_it_delays(client_of, alice, chain):
    Task.objects.filter(pk=chain[0].pk).update(due=date(2026, 5, 1))
    client, slug = client_of(alice), alice.coalition.slug
    for path in (f"tasks/{chain[0].pk}/", "tasks/?state=late"):
        page = client.get(f"/c/{slug}/{path}").text
        assert "Delays 3 tasks:" in page
    page = client.get(f"/c/{slug}/tasks/{chain[1].pk}/").text
    assert "To be done first" in page
    assert "Waits for this" in page


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite in memory waits for no lock"
)
def test_two_halves_of_a_circle_do_not_pass_each_other(transactional_db, harbor, alice):
    one, two = (TaskFactory(goal__coalition=harbor) for _ in range(2))
    refused = []

    def say(task, needs):
        try:
            with scope(coalition=harbor):
                add_dependency(task=task, needs=needs, by=acting(alice))
        except GoesInACircle:
            refused.append(task)
        finally:
            connection.close()

    workers = [Thread(target=say, args=pair) for pair in ((one, two), (two, one))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(refused), TaskDependency.objects.count()) == (1, 1)
