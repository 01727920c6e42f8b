"""A yes or "not yet" to what was reported, and its way back."""

import pytest

from coalition.common.errors import DomainError
from goals.models import GoalReading
from members.errors import RecordElsewhere
from members.models import AuditEntry
from tasks.errors import NotYourFigure, NotYourTask, SettledAlready, WaitsForAYes
from tasks.models import ReadingReport, TaskReport, TaskWord
from tasks.services.checkins import Said, answer_check_in
from tasks.services.proposals import (
    settle_reading_report,
    settle_task_report,
    unsettle_reading_report,
    unsettle_task_report,
)
from tests.factories.checkins import (
    ReadingReportFactory,
    TaskReportFactory,
)
from tests.factories.goals import GoalFactory
from tests.factories.tasks import AssignmentFactory
from tests.tasks.checkins import asked, carries
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def done(bob, stella):
    """Bob says that Stella's task is done."""
    task = carries(bob)
    AssignmentFactory(task=task, person=stella.person, letter="A")
    return TaskReportFactory(check_in=asked(bob), task=task, word=TaskWord.DONE)


@pytest.fixture
def figure(bob, stella):
    goal = GoalFactory(coalition=bob.coalition, owner=stella.person)
    return ReadingReportFactory(check_in=asked(bob), goal=goal, value=31)


def test_not_yet_keeps_the_words_and_the_trail_does_not(done, stella):
    settle_task_report(report=done, agrees=False, words="Quagga", by=acting(stella))
    report = TaskReport.objects.get()
    assert (report.agreed, report.reply, report.task.done_at) == (False, "Quagga", None)
    entry = AuditEntry.objects.get(action="disagree")
    assert entry.after["agreed"] is False
    assert "Quagga" not in f"{entry.before}{entry.after}"


def test_a_yes_can_be_taken_back(done, stella):
    settle_task_report(report=done, agrees=True, by=acting(stella))
    unsettle_task_report(report=done, by=acting(stella))
    report = TaskReport.objects.proposed().get()
    assert (report.agreed, report.settled_by, report.task.done_at) == (None, None, None)
    settle_task_report(report=done, agrees=True, by=acting(stella))


def test_taking_back_leaves_a_task_that_somebody_else_has_done_since(
    done, alice, stella
):
    settle_task_report(report=done, agrees=True, by=acting(stella))
    done.task.refresh_from_db()
    done.task.done_by = alice.person
    done.task.save()
    unsettle_task_report(report=done, by=acting(stella))
    done.task.refresh_from_db()
    assert done.task.done_at


def test_a_figure_counts_with_the_yes_and_goes_with_it(figure, stella):
    settle_reading_report(report=figure, agrees=True, by=acting(stella))
    assert GoalReading.objects.get().value == 31
    unsettle_reading_report(report=figure, by=acting(stella))
    assert not GoalReading.objects.exists()
    assert ReadingReport.objects.proposed().exists()


def test_what_nobody_answered_cannot_be_taken_back(done, figure, stella):
    for act, report in (
        (unsettle_task_report, done),
        (unsettle_reading_report, figure),
    ):
        with pytest.raises(WaitsForAYes):
            act(report=report, by=acting(stella))


def test_only_who_answers_for_it_says_so(done, figure, bob, vera):
    for other in (bob, vera):
        for act, report, refusal in (
            (settle_task_report, done, NotYourTask),
            (settle_reading_report, figure, NotYourFigure),
        ):
            with pytest.raises(refusal):
                act(report=report, agrees=True, by=acting(other))


def test_nobody_answers_what_belongs_elsewhere(done, figure, charlie):
    for act, report in ((settle_task_report, done), (settle_reading_report, figure)):
        with pytest.raises(RecordElsewhere):
            act(report=report, agrees=True, by=acting(charlie))


def test_a_second_answer_is_refused(done, figure, stella, alice):
    settle_task_report(report=done, agrees=False, words="x", by=acting(stella))
    settle_reading_report(report=figure, agrees=False, words="x", by=acting(stella))
    for act, report in ((settle_task_report, done), (settle_reading_report, figure)):
        with pytest.raises(SettledAlready):
            act(report=report, agrees=True, by=acting(alice))


def test_a_new_word_asks_anew(done, bob, stella):
    settle_task_report(report=done, agrees=False, words="Proofs?", by=acting(stella))
    for word in (TaskWord.ON_TRACK, TaskWord.DONE):
        said = Said(tasks={done.task: word})
        answer_check_in(check_in=done.check_in, said=said, by=acting(bob))
    report = TaskReport.objects.proposed().get()
    assert (report.agreed, report.reply) == (None, "")


def test_what_was_said_of_anew_waits_no_more(done, bob):
    later = TaskReportFactory(check_in=asked(bob), task=done.task, word=TaskWord.STUCK)
    assert not TaskReport.objects.proposed().exists()
    later.word = TaskWord.DONE
    later.save()
    assert TaskReport.objects.proposed().get() == later


def test_a_yes_that_a_rule_refuses_changes_nothing(done, stella, monkeypatch):
    def refuse(**_):
        raise DomainError("Ask them first.")

    monkeypatch.setattr("tasks.services.proposals.complete_task", refuse)
    with pytest.raises(DomainError):
        settle_task_report(report=done, agrees=True, by=acting(stella))
    assert TaskReport.objects.proposed().get().agreed is None
