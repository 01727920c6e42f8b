"""What waits for a yes: the page, signed in and by the link, and where it is told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goals.models import GoalReading
from tasks.models import TaskReport, TaskWord
from tasks.queries.proposals import proposals_link
from tasks.services.checkins import Said, answer_check_in
from tests.factories.checkins import (
    CheckInFactory,
    ReadingReportFactory,
    TaskReportFactory,
)
from tests.factories.goals import GoalFactory
from tests.factories.members import MembershipFactory
from tests.factories.tasks import AssignmentFactory, ConsultationFactory
from tests.tasks.checkins import OPENED, asked, carries, open_cycle
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")


def propose(by, accountable=None, title="Translate the plan"):
    task = carries(by, title=title)
    if accountable:
        person = accountable.person
        AssignmentFactory(task=task, person=person, letter="A")
    return TaskReportFactory(check_in=asked(by), task=task, word=TaskWord.DONE)


@pytest.fixture
def carla(harbor):
    return MembershipFactory(coalition=harbor, person__full_name="Carla Cruz")


@pytest.fixture
def look(client_of):
    def get(membership):
        return client_of(membership).get(at(membership, "tasks:proposal_list"))

    return get


@pytest.fixture
def answer(client_of):
    def post(membership, report, answer, words=""):
        data = {"report": report, "answer": answer, f"{report}-words": words}
        return client_of(membership).post(at(membership, "tasks:proposal_list"), data)

    return post


def test_the_accountable_sees_it_and_says_yes_in_one_tap(look, answer, bob, carla):
    report = propose(bob, carla)
    assert "<b>Bob Brown</b> says that it is done." in look(carla).text
    assert answer(carla, f"task-{report.pk}", "yes").status_code == 303
    report.task.refresh_from_db()
    assert report.task.done_by == carla.person
    shown = look(carla).text
    assert "You said yes." in shown
    assert "Nothing waits for your yes" in shown


def test_not_yet_asks_for_words_and_keeps_none_from_elsewhere(answer, bob, carla):
    report = propose(bob, carla)
    refused = answer(carla, f"task-{report.pk}", "not_yet")
    assert refused.status_code == 422
    assert "Say in a few words what is missing." in refused.text
    answer(carla, f"task-{report.pk}", "not_yet", "The Spanish part")
    report.refresh_from_db()
    assert (report.agreed, report.reply) == (False, "The Spanish part")


def test_an_answer_is_taken_back_on_the_same_page(look, answer, bob, carla):
    report = propose(bob, carla)
    answer(carla, f"task-{report.pk}", "yes")
    answer(carla, f"task-{report.pk}", "back")
    report.task.refresh_from_db()
    assert report.task.done_at is None
    assert "Yes, it is done" in look(carla).text


def test_a_figure_is_said_yes_to(look, answer, harbor, bob, carla):
    goal = GoalFactory(coalition=harbor, owner=carla.person, unit="schools")
    report = ReadingReportFactory(check_in=asked(bob), goal=goal, value=7)
    assert "<b>Bob Brown</b> read: <b>7 schools</b>" in look(carla).text
    answer(carla, f"figure-{report.pk}", "yes")
    assert GoalReading.objects.get().value == 7


def test_others_see_nothing_of_it(look, answer, bob, carla, stella):
    report = propose(bob, carla)
    for other in (bob, stella):
        assert "Translate the plan" not in look(other).text
        assert answer(other, f"task-{report.pk}", "yes").status_code == 409
    assert TaskReport.objects.proposed().exists()


def test_coordinators_see_all_and_whose_it_is(look, alice, bob, carla):
    propose(bob, carla, title="Hers")
    propose(bob, title="Nobodys")
    shown = look(alice).text
    assert "It waits for Carla Cruz; you can answer too." in shown
    assert shown.index("Nobodys") < shown.index("Hers")


def test_another_coalition_sees_nothing(look, charlie, bob, carla):
    propose(bob, carla)
    assert "Translate the plan" not in look(charlie).text


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_costs_the_same_however_long(client_of, count, bob, carla):
    for _ in range(count):
        propose(bob, carla)
        goal = GoalFactory(coalition=bob.coalition, owner=carla.person)
        ReadingReportFactory(check_in=asked(bob), goal=goal)
    client = client_of(carla)
    with CaptureQueriesContext(connection) as found:
        client.get(at(carla, "tasks:proposal_list"))
    assert len(found) == 8


def test_dashboard_and_portal_tell_of_it(client_of, alice, bob, carla, stella):
    propose(bob, carla)
    told = "Waits for a yes: Translate the plan"
    for member in (alice, carla):
        assert told in client_of(member).get(at(member, "web:home")).text
    for member in (bob, stella):
        assert told not in client_of(member).get(at(member, "web:home")).text


def test_the_task_says_that_somebody_calls_it_done(client_of, bob, carla):
    report = propose(bob, carla)
    url = at(carla, "tasks:task_detail", report.task_id)
    assert "Bob Brown says that it is done; it waits for a yes." in (
        client_of(carla).get(url).text
    )


def test_who_reported_it_reads_the_answer_in_their_check_ins(
    client_of, answer, bob, carla
):
    report = propose(bob, carla)
    report.check_in.state = "nothing"
    report.check_in.answered_at = timezone.now()
    report.check_in.save()
    mine = at(bob, "tasks:check_in_list_mine")
    assert "waits for a yes" in client_of(bob).get(mine).text
    answer(carla, f"task-{report.pk}", "not_yet", "The Spanish part")
    assert "Done · not yet: The Spanish part" in client_of(bob).get(mine).text


def test_the_people_of_a_goal_are_asked_its_figure(client_of, harbor, bob, carla):
    goal = GoalFactory(coalition=harbor, owner=carla.person, measure="Schools signed")
    of = {"audience": "goal", "goal": goal}
    check_in = CheckInFactory(cycle=open_cycle(harbor, of=of), person=bob.person)
    url = at(bob, "tasks:check_in_detail", check_in.pk)
    assert "It counts when Carla Cruz says yes." in client_of(bob).get(url).text
    client_of(bob).post(url, {"act": "say", f"goal-{goal.pk}": "12"})
    assert not GoalReading.objects.exists()
    assert goal.pk in [r.goal_id for r in check_in.reading_reports.all()]


# By the link in the mail


@pytest.fixture
def path(bob, carla):
    propose(bob, carla)
    return proposals_link(carla.person, timezone.localdate()).path


def test_the_link_says_yes_without_signing_in(path, carla):
    report = TaskReport.objects.get()
    assert "says that it is done." in Client().get(path).text
    data = {"report": f"task-{report.pk}", "answer": "yes"}
    assert Client().post(path, data).status_code == 303
    report.refresh_from_db()
    assert (report.agreed, report.settled_by) == (True, carla.person)
    assert "You said yes." in Client().get(path).text


def test_the_link_knows_only_what_was_reported_by_its_day(path, bob, carla):
    later = propose(bob, carla, title="Print it")
    tomorrow = timezone.now() + timedelta(days=1)
    TaskReport.objects.filter(pk=later.pk).update(created_at=tomorrow)
    assert "Print it" not in Client().get(path).text
    data = {"report": f"task-{later.pk}", "answer": "yes"}
    assert Client().post(path, data).status_code == 410
    assert TaskReport.objects.proposed().filter(pk=later.pk).exists()


def test_the_link_of_a_coordinator_does_not_answer_for_others(path, alice):
    mine = proposals_link(alice.person, timezone.localdate()).path
    report = TaskReport.objects.get()
    data = {"report": f"task-{report.pk}", "answer": "yes"}
    assert Client().post(mine, data).status_code == 410
    assert "Translate the plan" not in Client().get(mine).text


def test_a_link_outlives_no_access(path, carla):
    carla.state = "suspended"
    carla.save()
    assert Client().get(path).status_code == 410


@pytest.fixture
def unheard(bob, stella):
    """Let Bob, who answers for a task, report it as done, with Stella not heard."""
    task = carries(bob, "A", title="Translate the plan")
    AssignmentFactory(task=task, person=stella.person, letter="C")
    check_in = asked(bob)
    said = Said(tasks={task: TaskWord.DONE})
    answer_check_in(check_in=check_in, said=said, by=acting(bob))
    return TaskReport.objects.get()


def test_what_waits_for_somebody_to_be_heard_says_so_wherever_it_is_told(
    client_of, look, unheard, bob, stella
):
    client = client_of(bob)
    done = at(bob, "tasks:task_complete", unheard.task_id)
    link = unheard.check_in.link.path
    told = f"To be heard first: {stella.person}."
    for page in (
        client.get(at(bob, "web:home")).text,
        client.get(at(bob, "tasks:check_in_detail", unheard.check_in_id)).text,
        Client().get(link).text,
        look(bob).text,
    ):
        assert told in page
        assert f'href="{done}"' in page
    assert "Yes, it is done" not in look(bob).text


def test_once_heard_a_yes_is_enough(answer, look, unheard, bob, stella):
    ConsultationFactory(
        task=unheard.task, person=stella.person, answer="Fine", answered_at=OPENED
    )
    assert "To be heard first" not in look(bob).text
    answer(bob, f"task-{unheard.pk}", "yes")
    unheard.task.refresh_from_db()
    assert unheard.task.done_by == bob.person


def test_the_coordinator_is_told_why_it_waits(look, unheard, alice, stella):
    page = look(alice).text
    assert f"To be heard first: {stella.person}." in page
    assert "It waits for Bob" not in page
