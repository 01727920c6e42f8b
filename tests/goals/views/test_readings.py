import pytest

from goals.models import GoalReading
from tests.factories.goals import GoalFactory, GoalReadingFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")

FORM = {"value": "7", "on": "2026-05-12", "note": "From the survey"}


@pytest.fixture
def goal(harbor):
    return GoalFactory(coalition=harbor)


def test_reading_create_opens_its_form_in_the_page(client_of, alice, goal):
    page = client_of(alice).get(at(alice, "goals:reading_create", goal.pk)).text
    assert "<html" in page
    assert 'name="value"' in page
    assert 'value="2026-05-13"' in page


def test_reading_create_opens_its_form_in_place(client_of, alice, goal):
    url = at(alice, "goals:reading_create", goal.pk)
    part = client_of(alice).get(url, headers=HTMX).text
    assert part.lstrip().startswith('<section id="goal-measure"')
    assert 'name="value"' in part


def test_reading_create_returns_to_the_page(client_of, alice, goal):
    url = at(alice, "goals:reading_create", goal.pk)
    answer = client_of(alice).post(url, FORM, follow=True)
    assert answer.redirect_chain == [(at(alice, "goals:goal_detail", goal.pk), 303)]
    assert "7 of 10 schools" in answer.text
    reading = GoalReading.objects.get()
    assert reading.recorded_by == alice.person
    assert at(alice, "goals:reading_delete", reading.pk) in answer.text


def test_reading_create_renews_the_card_and_the_standing(client_of, alice, goal):
    url = at(alice, "goals:reading_create", goal.pk)
    part = client_of(alice).post(url, FORM, headers=HTMX).text
    assert 'id="goal-measure"' in part
    assert 'id="goal-standing" class="cluster" hx-swap-oob="true"' in part
    assert "On course" in part
    assert "Recorded." in part
    assert 'name="value"' not in part


@pytest.mark.parametrize(
    ("wrong", "said"),
    (
        ({"on": "2026-05-14"}, "That day is still to come."),
        ({"value": "many"}, "Enter a number."),
    ),
)
def test_reading_create_keeps_what_was_typed(client_of, alice, goal, wrong, said):
    url = at(alice, "goals:reading_create", goal.pk)
    answer = client_of(alice).post(url, FORM | wrong, headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.text
    assert "From the survey" in answer.text
    assert not GoalReading.objects.exists()


def test_reading_edit_sets_it_right(client_of, alice, goal):
    reading = GoalReadingFactory(goal=goal, value=70)
    url = at(alice, "goals:reading_edit", reading.pk)
    assert 'value="70.00"' in client_of(alice).get(url, headers=HTMX).text
    client_of(alice).post(url, FORM | {"version": 1})
    assert GoalReading.objects.get().value == 7


def test_reading_edit_tells_the_second_of_two(client_of, alice, goal):
    reading = GoalReadingFactory(goal=goal, value=70)
    client, url = client_of(alice), at(alice, "goals:reading_edit", reading.pk)
    client.post(url, FORM | {"version": 1})
    late = client.post(url, FORM | {"version": 1, "value": "9"})
    assert late.status_code == 422
    assert "Somebody else saved" in late.text
    assert GoalReading.objects.get().value == 7


def test_reading_edit_refuses_the_future(client_of, alice, goal):
    reading = GoalReadingFactory(goal=goal)
    url = at(alice, "goals:reading_edit", reading.pk)
    answer = client_of(alice).post(url, FORM | {"on": "2027-01-01"})
    assert answer.status_code == 422


def test_reading_delete_can_be_undone(client_of, alice, goal):
    reading = GoalReadingFactory(goal=goal)
    client = client_of(alice)
    part = client.post(at(alice, "goals:reading_delete", reading.pk), headers=HTMX)
    assert not GoalReading.objects.exists()
    undo = at(alice, "goals:reading_restore", reading.pk)
    assert f'action="{undo}"' in part.text
    client.post(undo)
    assert GoalReading.objects.get() == reading
    again = client.post(undo, follow=True)
    assert "It is back already." in again.text


def test_reading_restore_knows_only_what_was_removed(client_of, alice, goal):
    reading = GoalReadingFactory(goal=goal)
    url = at(alice, "goals:reading_restore", reading.pk)
    assert client_of(alice).post(url).status_code == 404


@pytest.mark.parametrize("who", ("bob", "vera"))
def test_readings_are_recorded_by_those_who_edit_goals(client_of, goal, request, who):
    membership = request.getfixturevalue(who)
    url = at(membership, "goals:reading_create", goal.pk)
    assert client_of(membership).post(url, FORM).status_code == 403
