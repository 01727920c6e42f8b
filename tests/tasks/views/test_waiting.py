"""What waits, on the page of a goal: counted as far as whoever reads may see it."""

from datetime import timedelta

import pytest

from tasks.models import Hurdle, HurdleState, SeenBy, TaskWord
from tests.factories.checkins import AskFactory, HurdleFactory, TaskReportFactory
from tests.factories.goals import GoalFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.tasks.checkins import asked, open_cycle
from tests.utils import at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def goal(harbor):
    return GoalFactory(coalition=harbor)


def fill(goal, bob, seen_by=SeenBy.MEMBERS):
    """Let Bob say what is in the way and would help, and that his task is done."""
    cycle = open_cycle(goal.coalition, of={"audience": "goal", "goal": goal})
    check_in = asked(bob, cycle=cycle)
    HurdleFactory(check_in=check_in, seen_by=seen_by)
    AskFactory(check_in=check_in, seen_by=seen_by)
    task = TaskFactory(goal=goal)
    AssignmentFactory(task=task, person=bob.person, letter="R")
    TaskReportFactory(check_in=check_in, task=task, word=TaskWord.DONE)


@pytest.fixture
def panel(client_of, goal):
    def show(reader):
        url = at(reader, "tasks:waiting_for_goal_panel", goal.pk)
        return client_of(reader).get(url).text

    return show


def test_it_says_how_much_waits_and_since_when(panel, goal, alice, bob):
    fill(goal, bob)
    past = Hurdle.objects.get().created_at - timedelta(days=21)
    Hurdle.objects.update(created_at=past)
    text = panel(alice)
    assert "1 hurdle waits for an answer" in text
    assert "for 3 weeks" in text
    assert "1 ask looks for help" in text
    assert "1 report waits for a yes" in text


def test_it_counts_nothing_that_the_reader_may_not_see(panel, goal, bob, stella, vera):
    fill(goal, bob, seen_by=SeenBy.LEADS)
    assert "1 hurdle" in panel(stella)
    assert panel(vera).strip() == ""


def test_what_is_about_another_goal_is_not_counted(panel, harbor, bob, alice):
    fill(GoalFactory(coalition=harbor), bob)
    assert panel(alice).strip() == ""


def test_what_was_answered_waits_no_more(panel, goal, bob, vera):
    fill(goal, bob)
    assert "1 hurdle" in panel(vera)
    Hurdle.objects.update(state=HurdleState.ANSWERED, answer="Yes")
    assert "hurdle" not in panel(vera)


def test_the_links_lead_to_what_was_counted(client_of, goal, alice, bob):
    fill(goal, bob)
    for name, count in (("hurdle", "1 hurdle"), ("ask", "1 ask")):
        url = at(alice, f"tasks:{name}_list")
        client = client_of(alice)
        query = {"goal": goal.pk, "state": "open"}
        assert count in client.get(url, query).text
        other = GoalFactory(coalition=goal.coalition)
        assert count not in client.get(url, query | {"goal": other.pk}).text


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow(client_of, goal, bob, django_assert_num_queries, count):
    for _ in range(count):
        fill(goal, bob)
    client, url = client_of(bob), at(bob, "tasks:waiting_for_goal_panel", goal.pk)
    with django_assert_num_queries(8):
        client.get(url)
