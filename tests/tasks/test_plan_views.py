from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from tasks.models import PlanPage, SavedView, TaskWord
from tasks.queries.board import task_lines
from tasks.queries.views import Stage, columns, stage
from tests.factories.checkins import CheckInFactory, TaskReportFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import PartnerFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory, SavedViewFactory, TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")
TODAY = date(2026, 5, 13)
PAGES = [f"tasks:{page.value}" for page in PlanPage]


@pytest.fixture
def goal(harbor):
    return GoalFactory(coalition=harbor, title="Clean air")


def carried(goal, partner, **kwargs):
    task = TaskFactory(goal=goal, **kwargs)
    person = PersonFactory(coalition=goal.coalition)
    AssignmentFactory(
        task=task,
        person=person,
        partner=partner,
        status="accepted",
        answered_at="2026-05-01T09:00Z",
    )
    return task


@pytest.mark.parametrize("way", PAGES)
@pytest.mark.parametrize("count", (1, 3))
def test_a_way_to_look_needs_the_same_queries_for_any_number(
    client_of, alice, way, count, django_assert_num_queries
):
    goal = GoalFactory(coalition=alice.coalition)
    for n in range(count):
        partner = PartnerFactory(coalition=goal.coalition)
        carried(goal, partner, due=date(2026, 5, 1 + n), title=f"Late {n}")
        carried(goal, partner, start=TODAY, due=date(2026, 5, 20 + n))
    client, url = client_of(alice), at(alice, way)
    client.get(url)
    with django_assert_num_queries(PINNED[way]):
        assert "Late 0" in client.get(url).text


# The calendar asks for announced events as well.
PINNED = dict.fromkeys(PAGES, 11) | {"tasks:task_list": 14, "tasks:task_calendar": 12}


@pytest.mark.parametrize("way", PAGES)
def test_a_way_to_look_obeys_the_filters_and_carries_them_on(
    client_of, alice, goal, way
):
    TaskFactory(goal=goal, title="Hang the signs", due=TODAY)
    other = GoalFactory(coalition=alice.coalition)
    TaskFactory(goal=other, title="Elsewhere", due=TODAY)
    url = at(alice, way)
    answer = client_of(alice).get(url, {"goal": goal.pk, "state": "all"}, headers=HTMX)
    assert answer.text.lstrip().startswith('<div id="task-rows"')
    assert "Hang the signs" in answer.text
    assert "Elsewhere" not in answer.text
    for tab in answer.context["tabs"]:
        query = parse_qs(urlsplit(tab.url).query)
        assert query == {"goal": [str(goal.pk)], "state": ["all"]}


@pytest.mark.parametrize("way", PAGES)
def test_an_empty_plan_says_so(client_of, alice, way):
    text = client_of(alice).get(at(alice, way)).text
    assert "No task here yet" in text or "Nothing is due in this month." in text


def test_a_task_of_two_partners_stands_under_both(client_of, harbor, alice, goal):
    task = TaskFactory(goal=goal, title="Hang the signs")
    for name in ("Tenants Union", "Food Bank"):
        partner = PartnerFactory(coalition=harbor, name=name)
        person = PersonFactory(coalition=harbor)
        AssignmentFactory(task=task, person=person, partner=partner)
    TaskFactory(goal=goal, title="Orphan")
    answer = client_of(alice).get(at(alice, "tasks:task_list_by_partner"))
    loads = {str(load.who): len(load.lines) for load in answer.context["loads"]}
    assert loads == {"Tenants Union": 1, "Food Bank": 1, "None": 1}


@pytest.mark.parametrize(
    ("values", "accepted", "stands"),
    (
        ({"due": date(2026, 5, 12)}, True, Stage.STUCK),
        ({"due": date(2026, 5, 13)}, True, Stage.UNDER_WAY),
        ({"due": date(2026, 5, 13)}, False, Stage.NOT_STARTED),
        ({"start": date(2026, 5, 14), "due": None}, True, Stage.NOT_STARTED),
        ({"done": True, "due": date(2026, 5, 1)}, True, Stage.DONE),
    ),
)
def test_stage_follows_from_dates_and_answers(alice, goal, values, accepted, stands):
    if accepted:
        task = carried(goal, PartnerFactory(coalition=goal.coalition), **values)
    else:
        task = TaskFactory(goal=goal, **values)
    line = task_lines([task], me=alice.person, today=TODAY)[0]
    assert stage(line) == stands
    assert [c.stage for c in columns([line]) if c.lines] == [stands]


def report(task, word):
    check_in = CheckInFactory(cycle__schedule__coalition=task.coalition)
    TaskReportFactory(check_in=check_in, task=task, word=word)


def test_what_somebody_is_stuck_with_says_so(client_of, alice, goal):
    task = carried(
        goal, PartnerFactory(coalition=goal.coalition), due=date(2026, 5, 20)
    )
    report(task, TaskWord.STUCK)
    (line,) = task_lines([task], me=alice.person, today=TODAY)
    assert stage(line) == Stage.STUCK
    client = client_of(alice)
    for way in ("list", "board", "timeline", "detail"):
        url = at(alice, f"tasks:task_{way}", task.pk if way == "detail" else None)
        assert "Stuck" in client.get(url).text.partition(f">{task}<")[2], way
    report(task, TaskWord.ON_TRACK)
    (line,) = task_lines([task], me=alice.person, today=TODAY)
    assert stage(line) == Stage.UNDER_WAY


def test_what_begins_later_is_not_under_way(client_of, alice, goal):
    task = carried(
        goal, PartnerFactory(coalition=goal.coalition), start=date(2026, 6, 1)
    )
    task.assignments.update(letter="A")
    text = client_of(alice).get(at(alice, "tasks:task_list")).text
    assert "Not started" in text
    assert "Under way" not in text


def test_board_says_that_nobody_is_accountable_though_somebody_does_it(
    client_of, alice, goal
):
    task = AssignmentFactory(task=TaskFactory(goal=goal)).task
    text = client_of(alice).get(at(alice, "tasks:task_board")).text
    assert "Nobody accountable" in text.partition(f">{task}<")[2]


def test_calendar_shows_another_month_when_asked(client_of, alice, goal):
    TaskFactory(goal=goal, title="In June", due=date(2026, 6, 20))
    client, url = client_of(alice), at(alice, "tasks:task_calendar")
    assert "In June" not in client.get(url).text
    assert "In June" in client.get(url, {"month": "2026-06"}).text
    assert client.get(url, {"month": "2026-99"}).status_code == 200


def test_timeline_draws_no_number_the_spanish_way(client_of, alice, goal):
    TaskFactory(goal=goal, start=TODAY, due=date(2026, 6, 1))
    alice.person.language = "es"
    alice.person.save()
    text = client_of(alice).get(at(alice, "tasks:task_timeline")).text
    assert 'class="fill"' in text
    assert ',0%"' not in text


def test_view_is_saved_for_one_person_without_what_it_does_not_know(
    client_of, alice, stella, goal
):
    form = {
        "name": "Clean air, late",
        "page": "task_board",
        "query": f"state=late&goal={goal.pk}&evil=1&partner=999999",
    }
    client = client_of(alice)
    answer = client.post(at(alice, "tasks:saved_view_create"), form, follow=True)
    view = SavedView.objects.get()
    assert parse_qs(view.query) == {"state": ["late"], "goal": [str(goal.pk)]}
    assert answer.redirect_chain == [
        (f"{at(alice, 'tasks:task_board')}?{view.query}", 303)
    ]
    assert "Clean air, late" in answer.text
    page = client_of(stella).get(at(stella, "tasks:task_list")).text
    assert "Clean air, late" not in page


def test_view_of_a_known_name_is_changed(client_of, alice):
    SavedViewFactory(person=alice.person, name="Late")
    form = {"name": "Late", "page": "task_calendar", "query": "state=all"}
    client_of(alice).post(at(alice, "tasks:saved_view_create"), form)
    view = SavedView.objects.get()
    assert (view.page, view.query) == ("task_calendar", "state=all")


def test_view_is_deleted_and_brought_back_by_its_person_alone(client_of, alice, stella):
    view = SavedViewFactory(person=alice.person)
    theirs = client_of(stella).post(at(stella, "tasks:saved_view_delete", view.pk))
    assert theirs.status_code == 404
    client = client_of(alice)
    client.post(at(alice, "tasks:saved_view_delete", view.pk))
    assert not SavedView.objects.exists()
    restore = at(alice, "tasks:saved_view_restore", view.pk)
    other = client_of(stella).post(at(stella, "tasks:saved_view_restore", view.pk))
    assert other.status_code == 404
    client.post(restore)
    assert SavedView.objects.get() == view


def test_view_needs_a_name_and_a_page_of_ours(client_of, alice):
    form = {"name": "", "page": "task_delete", "query": ""}
    answer = client_of(alice).post(at(alice, "tasks:saved_view_create"), form)
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_twenty_views_are_enough(client_of, alice):
    for n in range(20):
        SavedViewFactory(person=alice.person, name=f"View {n}")
    form = {"name": "One more", "page": "task_list", "query": "state=all"}
    answer = client_of(alice).post(at(alice, "tasks:saved_view_create"), form)
    assert "Delete one first" in answer.text
    assert SavedView.objects.count() == 20


@pytest.mark.parametrize("way", PAGES)
def test_every_task_can_be_reached_however_many_there_are(
    client_of, alice, goal, way, monkeypatch
):
    monkeypatch.setattr("tasks.views.board.PAGE", 2)
    monkeypatch.setattr("tasks.views.board.LARGE_PAGE", 2)
    titles = {f"Sign {letter}" for letter in "ABCDE"}
    for title in titles:
        TaskFactory(goal=goal, title=title, due=TODAY)
    client, url = client_of(alice), at(alice, way)
    pages = [client.get(url, {"page": n}).text for n in (1, 2, 3)]
    assert "1 to 2 of 5" in pages[0]
    shown = [{title for title in titles if title in text} for text in pages]
    assert [len(found) for found in shown] == [2, 2, 1]
    assert set.union(*shown) == titles


def test_a_long_column_of_the_board_can_be_shown_whole(client_of, alice, goal):
    for n in range(35):
        TaskFactory(goal=goal, title=f"Task {n:02}", due=TODAY)
    client, url = client_of(alice), at(alice, "tasks:task_board")
    text = client.get(url, {"goal": goal.pk}).text
    assert "Task 34" not in text
    link = f"?goal={goal.pk}&amp;column=not-started#not-started"
    assert f'<a href="{link}">and 5 more</a>' in text
    assert "Task 34" in client.get(url, {"column": "not-started"}).text
    assert "Task 34" not in client.get(url, {"column": "nonsense"}).text
