from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from members.errors import NothingToChange
from members.models import AuditEntry
from tasks.errors import NotAtPartner, TaskIsDone
from tasks.models import Assignment, AssignmentStatus, Task
from tasks.services.assignments import accept_assignment
from tasks.services.bulk import BULK, BulkAct, change_tasks, undo_bulk
from tasks.services.naming import name_person
from tasks.services.tasks import complete_task, reopen_task
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import AffiliationFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory, ChecklistItemFactory, TaskFactory
from tests.utils import HTMX, acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def tasks(harbor):
    goal = GoalFactory(coalition=harbor)
    return [
        TaskFactory(goal=goal, start=date(2026, 5, 10), due=date(2026, 5, 20)),
        TaskFactory(goal=goal, due=None),
        TaskFactory(goal=goal, due=date(2026, 5, 1), done=True),
    ]


def change(tasks, act, alice, **values):
    pks = [task.pk for task in tasks]
    return change_tasks(pks=pks, act=act, by=acting(alice), **values)


def an_hour_later():
    return time_machine.travel(timezone.now() + timedelta(hours=1), tick=False)


def rows():
    return list(Task.objects.order_by("pk").values_list("start", "due", "goal"))


def test_shift_moves_both_dates_of_what_is_open(tasks, alice):
    before = rows()
    entry = change(tasks, BulkAct.SHIFT, alice, days=7)
    assert rows()[0][:2] == (date(2026, 5, 17), date(2026, 5, 27))
    assert rows()[1:] == before[1:]
    assert undo_bulk(entry=entry, by=acting(alice)) == 1
    assert rows() == before


def test_undo_leaves_what_was_changed_since(tasks, alice):
    entry = change(tasks[:2], BulkAct.DUE, alice, due=date(2026, 7, 1))
    Task.objects.filter(pk=tasks[1].pk).update(due=date(2026, 8, 1))
    assert undo_bulk(entry=entry, by=acting(alice)) == 1
    assert [due for _start, due, _goal in rows()][:2] == [
        date(2026, 5, 20),
        date(2026, 8, 1),
    ]


def test_due_before_the_beginning_takes_it_along(tasks, alice):
    change(tasks, BulkAct.DUE, alice, due=date(2026, 5, 2))
    assert rows()[0][:2] == (date(2026, 5, 2), date(2026, 5, 2))


def test_goal_takes_the_milestone_along_and_back(harbor, tasks, alice):
    milestone = MilestoneFactory(goal__coalition=harbor)
    before = rows()
    entry = change(tasks, BulkAct.GOAL, alice, goal=milestone.goal, milestone=milestone)
    moved = Task.objects.filter(milestone=milestone, goal=milestone.goal)
    assert moved.count() == 2
    undo_bulk(entry=entry, by=acting(alice))
    assert rows() == before
    assert not moved.exists()


def test_done_and_deleted_come_back(tasks, alice):
    ChecklistItemFactory(task=tasks[0])
    done = change(tasks, BulkAct.DONE, alice)
    assert Task.objects.open().count() == 0
    assert undo_bulk(entry=done, by=acting(alice)) == 2
    gone = change(tasks, BulkAct.DELETE, alice)
    assert list(Task.objects.all()) == [tasks[2]]
    assert undo_bulk(entry=gone, by=acting(alice)) == 2
    assert tasks[0].checklist.count() == 1


def test_nothing_to_change_is_said(tasks, alice):
    with pytest.raises(NothingToChange):
        change(tasks[2:], BulkAct.SHIFT, alice, days=7)
    assert not AuditEntry.objects.filter(action=BULK).exists()


def test_tasks_of_another_coalition_stay(tasks, alice, charlie):
    foreign = TaskFactory(goal__coalition=charlie.coalition, due=date(2026, 5, 20))
    change([*tasks, foreign], BulkAct.SHIFT, alice, days=7)
    foreign.refresh_from_db()
    assert foreign.due == date(2026, 5, 20)


def test_bulk_asks_then_does_it_and_offers_to_take_it_back(client_of, alice, tasks):
    client, url = client_of(alice), at(alice, "tasks:task_bulk")
    pks = [task.pk for task in tasks[:2]]
    page = client.post(url, {"act": "shift", "pk": pks}).text
    assert "Move by days: 2 tasks" in page
    form = {"act": "shift", "pks": ",".join(map(str, pks)), "confirmed": "1"}
    assert client.post(url, form).status_code == 422
    answer = client.post(url, {**form, "days": "-3"}, follow=True)
    assert "1 task is changed." in answer.text
    assert Task.objects.get(pk=pks[0]).due == date(2026, 5, 17)
    entry = AuditEntry.objects.get(action=BULK)
    client.post(at(alice, "tasks:task_bulk_undo", entry.pk))
    assert Task.objects.get(pk=pks[0]).due == date(2026, 5, 20)


def test_bulk_without_a_tick_says_so(client_of, alice, tasks):
    client, url = client_of(alice), at(alice, "tasks:task_bulk")
    answer = client.post(url, {"act": "done"}, follow=True)
    assert "Tick the tasks first" in answer.text


def test_move_on_the_board_can_be_taken_back(client_of, alice, tasks):
    client = client_of(alice)
    url = at(alice, "tasks:task_move", tasks[0].pk)
    answer = client.post(url, {"act": "week"}, headers=HTMX)
    assert "task-changed" in answer["HX-Trigger"]
    assert Task.objects.get(pk=tasks[0].pk).due == date(2026, 5, 27)
    client.post(url, {"act": "begin"}, headers=HTMX)
    assert Task.objects.get(pk=tasks[0].pk).start == date(2026, 5, 13)
    page = client.get(at(alice, "tasks:task_board")).text
    assert f'popovertarget="move-{tasks[0].pk}"' in page


def parts():
    return Assignment.objects.standing().order_by("pk")


def test_ask_leaves_what_somebody_has_already(tasks, alice, bob):
    AssignmentFactory(task=tasks[1], letter="A", person=alice.person)
    third = TaskFactory(goal=tasks[0].goal)
    asked = {"letter": "A", "person": bob.person, "partner": None}
    entry = change([*tasks, third], BulkAct.ASK, alice, **asked)
    theirs = parts().filter(person=bob.person)
    assert {part.task for part in theirs} == {tasks[0], third}
    assert {part.status for part in theirs} == {AssignmentStatus.PROPOSED}
    assert entry.after["others"] == 2
    with an_hour_later():
        accept_assignment(assignment=theirs[1], by=acting(bob))
    assert undo_bulk(entry=entry, by=acting(alice)) == 1
    assert [part.task for part in theirs.all()] == [third]


def test_ask_of_oneself_is_taken_back_though_it_was_accepted_at_once(tasks, alice):
    asked = {"letter": "R", "person": alice.person, "partner": None}
    entry = change(tasks, BulkAct.ASK, alice, **asked)
    assert undo_bulk(entry=entry, by=acting(alice)) == 2
    assert not parts().exists()


def test_ask_says_why_nobody_could_be_asked(tasks, alice, bob):
    elsewhere = PartnerFactory(coalition=alice.coalition)
    with pytest.raises(NotAtPartner):
        change(
            tasks, BulkAct.ASK, alice, letter="R", person=bob.person, partner=elsewhere
        )
    with pytest.raises(TaskIsDone):
        change(
            tasks[2:], BulkAct.ASK, alice, letter="R", person=bob.person, partner=None
        )
    assert not AuditEntry.objects.filter(action=BULK).exists()


def test_ask_of_a_partner_is_not_taken_back_once_it_named_somebody(tasks, alice, bob):
    place = AffiliationFactory(person=bob.person, partner__coalition=alice.coalition)
    asked = {"letter": "R", "person": None, "partner": place.partner}
    entry = change(tasks, BulkAct.ASK, alice, **asked)
    name_person(assignment=parts()[0], person=bob.person, by=acting(alice))
    assert undo_bulk(entry=entry, by=acting(alice)) == 1
    assert [part.person for part in parts()] == [bob.person]


def test_done_again_since_stays_done(tasks, alice):
    entry = change(tasks, BulkAct.DONE, alice)
    with an_hour_later():
        reopen_task(task=tasks[0], by=acting(alice))
        complete_task(task=tasks[0], by=acting(alice))
    assert undo_bulk(entry=entry, by=acting(alice)) == 1
    assert Task.objects.get(pk=tasks[0].pk).done_at


def test_bulk_asks_whom_and_for_what(client_of, alice, bob, tasks):
    client, url = client_of(alice), at(alice, "tasks:task_bulk")
    pks = ",".join(str(task.pk) for task in tasks)
    form = {"act": "ask", "pks": pks, "confirmed": "1", "letter": "R"}
    page = client.post(url, {**form, "who": "Nobody Of This Name"})
    assert page.status_code == 422
    assert "Nobody Of This Name" in page.text
    answer = client.post(url, {**form, "who": bob.person.full_name}, follow=True)
    assert "Asked for 2 tasks. 1 is done, or has somebody for this" in answer.text
    assert parts().filter(person=bob.person, letter="R").count() == 2
