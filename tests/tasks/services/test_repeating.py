from dataclasses import dataclass
from datetime import date
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from coalition.common.tenancy import scope
from tasks.errors import TaskIsDone
from tasks.models import Task
from tasks.models.repeating import next_due
from tasks.services.bulk import BulkAct, change_tasks, undo_bulk
from tasks.services.parts import tick_item
from tasks.services.tasks import complete_task, delete_task, reopen_task, restore_task
from tests.factories.tasks import AssignmentFactory, ChecklistItemFactory, TaskFactory
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
LONG_AGO = date(2020, 1, 1)


@dataclass
class Rhythm:
    due: date | None
    repeat_every: int | None
    repeat_unit: str
    repeat_day: int | None = None


@pytest.fixture
def task(harbor):
    return TaskFactory(
        goal__coalition=harbor,
        title="Bake for the meeting",
        start=date(2026, 5, 10),
        due=date(2026, 5, 15),
        repeat_every=2,
        repeat_unit="weeks",
    )


@pytest.mark.parametrize(
    ("due", "every", "unit", "day", "following"),
    (
        (date(2026, 5, 15), 2, "weeks", None, date(2026, 5, 29)),
        (date(2026, 1, 31), 1, "months", None, date(2026, 2, 28)),
        (date(2026, 2, 28), 1, "months", 31, date(2026, 3, 31)),
        (date(2026, 2, 28), 1, "months", None, date(2026, 3, 28)),
        (date(2026, 4, 15), 1, "months", 31, date(2026, 5, 15)),
        (date(2024, 2, 29), 12, "months", 29, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, "months", 30, date(2027, 2, 28)),
    ),
)
def test_next_due_keeps_the_rhythm(due, every, unit, day, following):
    assert next_due(Rhythm(due, every, unit, day), LONG_AGO) == following


def test_next_due_leaves_out_what_is_past():
    weekly = Rhythm(date(2026, 5, 1), 1, "weeks")
    assert next_due(weekly, date(2026, 5, 13)) == date(2026, 5, 15)


def test_monthly_series_comes_back_to_the_last_day(harbor, alice):
    task = TaskFactory(
        goal__coalition=harbor,
        due=date(2027, 1, 31),
        repeat_every=1,
        repeat_unit="months",
    )
    dues = []
    for _ in range(3):
        complete_task(task=task, by=acting(alice))
        task = Task.objects.get(previous=task)
        dues.append(task.due)
    assert dues == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_next_one_keeps_who_accepted_and_unticks_the_steps(task, alice, bob, vera):
    accepted = {"status": "accepted", "answered_at": "2026-05-01T09:00Z"}
    AssignmentFactory(task=task, letter="A", person=bob.person, **accepted)
    AssignmentFactory(task=task, person=vera.person)
    tick_item(item=ChecklistItemFactory(task=task), done=True, by=acting(alice))
    complete_task(task=task, by=acting(alice))
    following = Task.objects.get(previous=task)
    assert (following.start, following.due) == (date(2026, 5, 24), date(2026, 5, 29))
    assert list(following.assignments.values_list("person", "status")) == [
        (bob.person.pk, "accepted"),
        (vera.person.pk, "proposed"),
    ]
    assert following.checklist.get().done_at is None


def test_next_one_is_made_once(task, alice):
    complete_task(task=task, by=acting(alice))
    with pytest.raises(TaskIsDone):
        complete_task(task=task, by=acting(alice))
    following = Task.objects.get(previous=task)
    Task.objects.filter(pk=following.pk).update(version=2)  # somebody works on it
    reopen_task(task=task, by=acting(alice))
    complete_task(task=task, by=acting(alice))
    assert Task.objects.filter(previous=task).get() == following


def test_reopening_takes_the_untouched_next_one_away(task, alice):
    complete_task(task=task, by=acting(alice))
    reopen_task(task=task, by=acting(alice))
    assert Task.objects.get() == task


def test_stop_repeating_can_be_taken_back(task, alice):
    entry = change_tasks(pks=[task.pk], act=BulkAct.STOP, by=acting(alice))
    assert Task.objects.get().repeat_every is None
    undo_bulk(entry=entry, by=acting(alice))
    assert Task.objects.get().repeat_every == 2
    change_tasks(pks=[task.pk], act=BulkAct.STOP, by=acting(alice))
    complete_task(task=task, by=acting(alice))
    assert Task.objects.count() == 1


def test_deleted_one_comes_back_before_its_next(task, alice):
    complete_task(task=task, by=acting(alice))
    following = Task.objects.get(previous=task)
    Task.objects.filter(pk=task.pk).update(done_at=None, done_by=None)
    entry = delete_task(task=task, by=acting(alice))
    assert Task.objects.get().previous is None
    restore_task(entry=entry, by=acting(alice))
    following.refresh_from_db()
    assert following.previous == task


@pytest.mark.parametrize(
    "values",
    (
        {"repeat_every": 2, "repeat_unit": ""},
        {"repeat_every": None, "repeat_unit": "weeks"},
        {"repeat_every": 0, "repeat_unit": "weeks"},
        {"repeat_every": 2, "repeat_unit": "weeks", "due": None},
    ),
)
def test_database_refuses_half_a_rhythm(task, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**values)


def test_task_form_asks_for_a_day(client_of, alice):
    form = {"title": "Bake", "repeat_every": "2", "repeat_unit": "months"}
    client, url = client_of(alice), at(alice, "tasks:task_create")
    answer = client.post(url, form)
    assert answer.status_code == 422
    assert "Say by when, for a task that repeats." in answer.text
    client.post(url, {**form, "due": "2026-06-01"})
    task = Task.objects.get()
    assert task.rhythm == "every 2 months"
    page = client.get(at(alice, "tasks:task_detail", task.pk)).text
    assert "Stop repeating" in page
    done = client.post(at(alice, "tasks:task_complete", task.pk), follow=True)
    assert "The next one is due Saturday 1 August." in done.text


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite in memory waits for no lock"
)
def test_two_who_say_done_at_once_make_one_next(transactional_db, harbor, alice):
    task = TaskFactory(
        goal__coalition=harbor,
        due=date(2026, 5, 15),
        repeat_every=1,
        repeat_unit="weeks",
    )

    def work():
        try:
            with scope(coalition=harbor):
                complete_task(task=task, by=acting(alice))
        except TaskIsDone:
            pass
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Task.objects.filter(previous=task).count() == 1
