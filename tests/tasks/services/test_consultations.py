"""C is asked by a dated question, and a task is not done before they were heard."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.errors import RecordElsewhere
from members.models import AuditEntry
from tasks.errors import (
    AllWaitForSomebody,
    AskedAlready,
    NotConsulted,
    NotConsultedOnThis,
    NotYourQuestion,
    NotYourTask,
    QuestionIsOver,
    TaskIsDone,
)
from tasks.models import Assignment, Consultation, Task, TaskWord
from tasks.queries.consultations import asked_of, to_ask_by, unasked_among, voices
from tasks.services.bulk import BulkAct, change_tasks, undo_bulk
from tasks.services.consultations import (
    answer_consultation,
    ask_for_input,
    restore_consultation,
    withdraw_consultation,
)
from tasks.services.proposals import settle_task_report
from tasks.services.reports import report_task
from tasks.services.tasks import complete_task, delete_task, reopen_task, restore_task
from tests.factories.tasks import AssignmentFactory, ConsultationFactory, TaskFactory
from tests.tasks.checkins import asked as asked_how_it_goes
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
TODAY = date(2026, 5, 13)
FRIDAY = date(2026, 5, 15)


@pytest.fixture
def task(harbor, bob, vera):
    """Bob answers for it and does it; Vera is to be consulted."""
    task = TaskFactory(goal__coalition=harbor, title="Write the letter")
    AssignmentFactory(task=task, person=bob.person, letter="A")
    AssignmentFactory(task=task, person=vera.person, letter="C")
    return task


def ask(task, who, by, due=FRIDAY):
    (asked,) = ask_for_input(
        task=task, people=[who.person], question="Which tone?", due=due, by=acting(by)
    )
    return asked


def is_done(task):
    return Task.objects.get(pk=task.pk).done_at is not None


def test_who_carries_it_asks_who_is_to_be_consulted(task, bob, vera):
    asked = ask(task, vera, bob)
    assert (asked.person, asked.asked_by, asked.due) == (
        vera.person,
        bob.person,
        FRIDAY,
    )
    assert list(asked_of(vera.person)) == [asked]
    entry = AuditEntry.objects.get(action="consult")
    assert entry.actor == bob.person


def test_coordinators_ask_too_and_bystanders_do_not(task, alice, stella, vera):
    with pytest.raises(NotYourTask):
        ask(task, vera, stella)
    assert ask(task, vera, alice)


def test_only_who_is_consulted_is_asked_and_once(task, bob, vera, stella):
    ask(task, vera, bob)
    with pytest.raises(AskedAlready):
        ask(task, vera, bob)
    with pytest.raises(NotConsultedOnThis):
        ask(task, stella, bob)


def test_nothing_of_elsewhere_is_asked(task, bob, charlie, vera):
    with pytest.raises(RecordElsewhere):
        ask(task, charlie, bob)
    with pytest.raises(RecordElsewhere):
        ask(task, vera, charlie)


def test_it_is_not_done_before_somebody_asked(task, bob, alice):
    for by in (bob, alice):
        with pytest.raises(NotConsulted, match="Vera Vance"):
            complete_task(task=task, by=acting(by))
    assert not is_done(task)


def test_it_is_not_done_before_they_answered(task, bob, vera):
    asked = ask(task, vera, bob)
    with pytest.raises(NotConsulted):
        complete_task(task=task, by=acting(bob))
    answer_consultation(consultation=asked, answer="Warm.", by=acting(vera))
    complete_task(task=task, by=acting(bob))
    assert is_done(task)


@pytest.mark.parametrize("days", (0, 1))
def test_it_is_done_once_the_day_has_passed(task, bob, vera, days):
    ask(task, vera, bob, due=TODAY - timedelta(days=days))
    if days:
        complete_task(task=task, by=acting(bob))
    else:
        with pytest.raises(NotConsulted):
            complete_task(task=task, by=acting(bob))
    assert is_done(task) is bool(days)


def test_a_second_question_is_waited_for_too(task, bob, vera):
    first = ask(task, vera, bob)
    answer_consultation(consultation=first, answer="Warm.", by=acting(vera))
    ask(task, vera, bob)
    with pytest.raises(NotConsulted):
        complete_task(task=task, by=acting(bob))


def test_going_on_without_them_is_said_with_its_reason(task, bob, vera, stella):
    AssignmentFactory(task=task, person=stella.person, letter="C")
    asked = ask(task, vera, bob)
    complete_task(task=task, by=acting(bob), without="The hearing was moved up.")
    assert is_done(task)
    first, second = Consultation.objects.order_by("pk")
    assert first == asked
    for row in (first, second):
        assert row.went_on_by == bob.person
        assert row.went_on_at == timezone.now()
        assert row.reason == "The hearing was moved up."
    assert (second.person, second.question, second.due) == (stella.person, "", None)
    entry = AuditEntry.objects.get(action="go on without")
    assert entry.reason == "The hearing was moved up."
    assert entry.after == {"without": ["Vera Vance", "Stella Stone"]}


def test_nobody_goes_on_without_those_who_were_heard(task, bob, vera):
    asked = ask(task, vera, bob)
    answer_consultation(consultation=asked, answer="Warm.", by=acting(vera))
    complete_task(task=task, by=acting(bob), without="No time.")
    asked.refresh_from_db()
    assert asked.went_on_at is None
    assert not AuditEntry.objects.filter(action="go on without").exists()


def test_opening_it_again_forgets_that_it_went_on(task, bob, vera, stella):
    AssignmentFactory(task=task, person=stella.person, letter="C")
    asked = ask(task, vera, bob)
    complete_task(task=task, by=acting(bob), without="No time.")
    reopen_task(task=task, by=acting(bob))
    assert list(Consultation.objects.all()) == [asked]
    asked.refresh_from_db()
    assert (asked.went_on_at, asked.went_on_by, asked.reason) == (None, None, "")
    with pytest.raises(NotConsulted):
        complete_task(task=task, by=acting(bob))


@pytest.mark.parametrize("letter", ("A", "R", "I"))
def test_other_letters_hold_nothing_up(harbor, bob, vera, letter):
    task = TaskFactory(goal__coalition=harbor)
    AssignmentFactory(task=task, person=vera.person, letter=letter)
    AssignmentFactory(task=task, person=bob.person)
    complete_task(task=task, by=acting(bob))
    assert is_done(task)


def test_who_was_taken_off_is_not_waited_for(task, bob, vera):
    asked = ask(task, vera, bob)
    Assignment.objects.filter(letter="C").update(
        status="declined", answered_at=timezone.now()
    )
    complete_task(task=task, by=acting(bob))
    assert is_done(task)
    assert not Consultation.objects.open().filter(pk=asked.pk).exists()


def test_many_at_once_leave_those_that_wait(task, alice, bob, harbor):
    free = TaskFactory(goal__coalition=harbor)
    entry = change_tasks(pks=[task.pk, free.pk], act=BulkAct.DONE, by=acting(alice))
    assert (is_done(task), is_done(free)) == (False, True)
    assert entry.after["done"] == [free.pk]
    assert entry.after["unheard"] == [task.pk]
    undo_bulk(entry=entry, by=acting(alice))
    assert not is_done(free)
    with pytest.raises(AllWaitForSomebody):
        change_tasks(pks=[task.pk], act=BulkAct.DONE, by=acting(alice))


def test_done_in_a_check_in_waits_and_a_yes_to_it_too(task, alice, bob, vera):
    check_in = asked_how_it_goes(bob)
    report = report_task(
        check_in=check_in, task=task, word=TaskWord.DONE, by=acting(bob)
    )
    assert report.settled_at is None
    with pytest.raises(NotConsulted):
        settle_task_report(report=report, agrees=True, by=acting(alice))
    report.refresh_from_db()
    assert report.settled_at is None
    assert not is_done(task)
    asked = ask(task, vera, bob)
    answer_consultation(consultation=asked, answer="Warm.", by=acting(vera))
    settle_task_report(report=report, agrees=True, by=acting(alice))
    assert is_done(task)


def test_the_answer_is_ones_own_or_written_down(task, alice, bob, vera):
    asked = ask(task, vera, bob)
    with pytest.raises(NotYourQuestion):
        answer_consultation(consultation=asked, answer="Cold.", by=acting(bob))
    answered = answer_consultation(consultation=asked, answer="Warm.", by=acting(alice))
    assert answered.answered_by == alice.person
    entry = AuditEntry.objects.get(action="answer")
    assert (entry.actor, entry.on_behalf_of) == (alice.person, vera.person)
    assert "Warm" not in str(entry.before) + str(entry.after)


def test_the_answer_can_be_changed_and_come_late_until_it_is_done(task, bob, vera):
    asked = ask(task, vera, bob, due=TODAY - timedelta(days=1))
    for words in ("Warm.", "Warm, and short."):
        answer_consultation(consultation=asked, answer=words, by=acting(vera))
    asked.refresh_from_db()
    assert asked.answer == "Warm, and short."
    complete_task(task=task, by=acting(bob))
    with pytest.raises(QuestionIsOver):
        answer_consultation(consultation=asked, answer="Cold.", by=acting(vera))


def test_a_question_is_taken_back_and_asked_again(task, bob, vera):
    asked = ask(task, vera, bob)
    entry = withdraw_consultation(consultation=asked, by=acting(bob))
    assert list(asked_of(vera.person)) == []
    restore_consultation(entry=entry, task=task, by=acting(bob))
    assert [each.pk for each in asked_of(vera.person)] == [asked.pk]
    answer_consultation(consultation=asked, answer="Warm.", by=acting(vera))
    with pytest.raises(QuestionIsOver):
        withdraw_consultation(consultation=asked, by=acting(bob))


def test_nobody_is_asked_about_what_is_done(task, bob, vera):
    complete_task(task=task, by=acting(bob), without="No time.")
    with pytest.raises(TaskIsDone):
        ask(task, vera, bob)


def test_a_deleted_task_comes_back_with_what_was_said(task, alice, bob, vera):
    asked = ask(task, vera, bob)
    answer_consultation(consultation=asked, answer="Warm.", by=acting(vera))
    entry = delete_task(task=task, by=acting(alice))
    assert not Consultation.objects.exists()
    restore_task(entry=entry, by=acting(alice))
    assert Consultation.objects.get().answer == "Warm."


def test_the_next_of_a_task_that_repeats_asks_anew(task, bob, vera):
    Task.objects.filter(pk=task.pk).update(repeat_every=1, repeat_unit="weeks")
    task.refresh_from_db()
    complete_task(task=task, by=acting(bob), without="No time.")
    following = Task.objects.get(previous=task)
    (voice,) = voices(following, TODAY)
    assert (voice.name, voice.asked) == ("Vera Vance", [])
    ask(following, vera, bob)
    reopen_task(task=task, by=acting(bob))
    assert Task.objects.filter(pk=following.pk).exists()  # somebody began with it


def test_the_plan_says_whom_nobody_has_asked_while_it_is_due_soon(task, bob, vera):
    Task.objects.filter(pk=task.pk).update(due=TODAY + timedelta(days=14))
    tasks = list(Task.objects.all())
    assert unasked_among(tasks, TODAY) == {task.pk: ["Vera Vance"]}
    assert to_ask_by(bob.person, TODAY) == [(task, ["Vera Vance"])]
    assert to_ask_by(vera.person, TODAY) == []
    assert unasked_among(tasks, TODAY - timedelta(days=1)) == {}
    ask(task, vera, bob)
    assert unasked_among(tasks, TODAY) == {}


@pytest.mark.parametrize(
    "broken",
    (
        {"question": ""},
        {"due": None},
        {"answered_at": timezone.now()},
        {"went_on_at": timezone.now()},
    ),
    ids="".join,
)
def test_half_a_consultation_is_refused(task, vera, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationFactory(task=task, person=vera.person, **broken)
