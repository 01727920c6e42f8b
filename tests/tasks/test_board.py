from datetime import date

import pytest
from django.utils import timezone

from tasks.queries.board import assignments_waiting_for, gaps, tasks_for
from tests.factories.tasks import AssignmentFactory, TaskFactory

pytestmark = pytest.mark.usefixtures("in_harbor")

TODAY = date(2026, 5, 13)
ACCEPTED = {"status": "accepted", "answered_at": timezone.now()}


def part(harbor, person, title, **fields):
    return AssignmentFactory(
        task__goal__coalition=harbor, task__title=title, person=person, **fields
    )


def test_tasks_for_begins_with_what_waits_for_an_answer(harbor, bob, vera):
    part(harbor, bob.person, "Told", letter="I")
    part(harbor, bob.person, "Later", task__due=date(2026, 8, 1), **ACCEPTED)
    part(harbor, bob.person, "Undated", task__due=None, **ACCEPTED)
    part(harbor, bob.person, "Sooner", task__due=date(2026, 6, 1), **ACCEPTED)
    part(harbor, bob.person, "Asked", task__due=date(2027, 1, 1))
    part(harbor, bob.person, "Done", task__done=True)
    part(harbor, vera.person, "Vera's")
    part(harbor, bob.person, "No", status="declined", answered_at=timezone.now())
    titles = [assignment.task.title for assignment in tasks_for(bob.person)]
    assert titles == ["Asked", "Sooner", "Later", "Undated", "Told"]


def test_assignments_waiting_for_keeps_the_order_of_asking(harbor, bob):
    first = part(harbor, bob.person, "First")
    part(harbor, bob.person, "Told", letter="C")
    part(harbor, bob.person, "Yes", **ACCEPTED)
    second = part(harbor, bob.person, "Second", letter="A")
    assert list(assignments_waiting_for(bob.person)) == [first, second]


def test_gaps_count_what_the_plan_lacks(harbor, bob, charlie):
    asked = part(harbor, bob.person, "Late", letter="A", task__due=date(2026, 5, 12))
    TaskFactory(goal__coalition=harbor)
    TaskFactory(goal__coalition=charlie.coalition)
    found = gaps(TODAY)
    assert (found.unaccounted, found.late, found.waiting.count) == (1, 1, 1)
    assert found.waiting.since == asked.asked_at
    assert found


def test_a_whole_plan_has_no_gaps(harbor, bob):
    part(harbor, bob.person, "Fine", letter="A", **ACCEPTED)
    assert not gaps(TODAY)
