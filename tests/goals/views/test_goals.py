import pytest

from goals.models import Goal, GoalState
from tests.factories.goals import GoalFactory, GoalReadingFactory, MilestoneFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")

FORM = {"title": "Clean air", "unit": "schools", "target": "12", "due": "2026-12-31"}


def test_goal_list_shows_how_far_each_goal_is(client_of, harbor, bob, charlie):
    GoalReadingFactory(goal__coalition=harbor, goal__title="Clean air")
    MilestoneFactory(goal=Goal.objects.get(), title="Eighth school")
    GoalFactory(coalition=charlie.coalition, title="Canary")
    page = client_of(bob).get(at(bob, "goals:goal_list")).text
    assert "Clean air" in page
    assert "4 of 10 schools" in page
    assert "Next: Eighth school" in page
    assert "Canary" not in page
    assert "Set a goal" not in page


def test_goal_list_keeps_the_ended_ones_apart(client_of, harbor, alice):
    GoalFactory(coalition=harbor, title="Still going")
    client = client_of(alice)
    goal = GoalFactory(coalition=harbor, title="Reached it")
    client.post(at(alice, "goals:goal_close", goal.pk), {"state": "achieved"})
    client.get(at(alice, "goals:goal_list"))
    assert "Reached it" not in client.get(at(alice, "goals:goal_list")).text
    ended = client.get(at(alice, "goals:goal_list"), {"state": "ended"}).text
    assert "Reached it" in ended
    assert "Still going" not in ended


def test_goal_list_is_searched_and_narrowed(client_of, harbor, alice, bob):
    GoalFactory(coalition=harbor, title="Clean air", owner=alice.person)
    GoalFactory(coalition=harbor, title="Clean water", owner=bob.person)
    GoalFactory(coalition=harbor, title="Quiet streets", owner=bob.person)
    ended = GoalFactory(coalition=harbor, title="Clean beach", owner=bob.person)
    client = client_of(alice)
    client.post(at(alice, "goals:goal_close", ended.pk), {"state": "achieved"})
    for query, titles in (
        ({"q": "CLEAN"}, {"air", "water"}),
        ({"q": "clean", "state": "all"}, {"air", "water", "beach"}),
        ({"q": "clean", "state": "ended"}, {"beach"}),
        ({"owner": bob.person.pk}, {"water", "streets"}),
        ({"owner": "nobody", "state": "whatever"}, {"air", "water", "streets"}),
    ):
        page = client.get(at(alice, "goals:goal_list"), query, headers=HTMX).text
        assert page.lstrip().startswith('<div id="goal-rows"')
        found = {w for w in ("air", "water", "beach", "streets") if f" {w}</a>" in page}
        assert found == titles, query
    page = client.get(at(alice, "goals:goal_list"), {"q": "nothing like it"}).text
    assert "No goal matches" in page


def test_goal_list_offers_only_who_looks_after_one_here(
    client_of, harbor, alice, bob, charlie
):
    GoalFactory(coalition=harbor, owner=bob.person)
    GoalFactory(coalition=harbor, owner=bob.person)
    GoalFactory(coalition=charlie.coalition, owner=charlie.person)
    page = client_of(alice).get(at(alice, "goals:goal_list")).text
    assert page.count(">Bob Brown</option>") == 1
    assert ">Alice Adams</option>" not in page
    assert "Charlie Canary" not in page


@pytest.mark.parametrize(("who", "step"), (("alice", True), ("vera", False)))
def test_an_empty_goal_list_says_what_to_do_next(client_of, request, who, step):
    membership = request.getfixturevalue(who)
    page = client_of(membership).get(at(membership, "goals:goal_list")).text
    assert "No goal yet" in page
    assert ("/goals/new/" in page) is step


@pytest.mark.parametrize("rows", (1, 3))
def test_goal_list_needs_the_same_queries_for_any_number(
    client_of, harbor, bob, rows, django_assert_num_queries
):
    for _ in range(rows):
        GoalReadingFactory(goal=MilestoneFactory(goal__coalition=harbor).goal)
    client = client_of(bob)
    with django_assert_num_queries(6):
        client.get(at(bob, "goals:goal_list"))


@pytest.mark.parametrize("rows", (1, 3))
def test_goal_detail_needs_the_same_queries_for_any_number(
    client_of, harbor, alice, rows, django_assert_num_queries
):
    goal = GoalFactory(coalition=harbor)
    for _ in range(rows):
        GoalReadingFactory(goal=goal)
        MilestoneFactory(goal=goal)
    client = client_of(alice)
    with django_assert_num_queries(7):
        client.get(at(alice, "goals:goal_detail", goal.pk))


def test_goal_list_is_paged(client_of, harbor, bob):
    GoalFactory.create_batch(51, coalition=harbor)
    page = client_of(bob).get(at(bob, "goals:goal_list"), {"page": 2}).text
    assert page.count("<h3>") == 1
    assert "51 to 51 of 51" in page


def test_goal_create_sets_a_goal_and_shows_it(client_of, alice, bob):
    answer = client_of(alice).post(
        at(alice, "goals:goal_create"), FORM | {"owner": "bob brown"}, follow=True
    )
    goal = Goal.objects.get()
    assert (goal.title, goal.owner, goal.target) == ("Clean air", bob.person, 12)
    assert answer.redirect_chain == [(at(alice, "goals:goal_detail", goal.pk), 303)]
    assert "The goal is set." in answer.text


def test_goal_create_keeps_what_was_typed_when_something_is_wrong(client_of, alice):
    answer = client_of(alice).post(
        at(alice, "goals:goal_create"),
        FORM | {"baseline": "12", "why": "Because", "owner": "Nobody"},
    )
    assert answer.status_code == 422
    assert "Because" in answer.text
    assert 'value="Nobody"' in answer.text
    assert "Nobody here goes by that name" in answer.text
    assert not Goal.objects.exists()


def test_goal_create_refuses_a_target_where_it_began(client_of, alice):
    answer = client_of(alice).post(
        at(alice, "goals:goal_create"), FORM | {"baseline": "12"}
    )
    assert answer.status_code == 422
    assert "The target must differ" in answer.text


def test_goal_edit_refuses_an_owner_from_elsewhere(client_of, harbor, alice, charlie):
    goal = GoalFactory(coalition=harbor)
    answer = client_of(alice).post(
        at(alice, "goals:goal_edit", goal.pk),
        FORM
        | {
            "version": 1,
            "owner": "Charlie Canary",
            "owner-pick": f"{charlie.person.pk}-0",
        },
    )
    assert answer.status_code == 422
    assert Goal.objects.get().owner is None


def test_goal_edit_saves(client_of, harbor, stella):
    goal = GoalFactory(coalition=harbor)
    answer = client_of(stella).post(
        at(stella, "goals:goal_edit", goal.pk), FORM | {"version": 1}
    )
    assert answer.status_code == 303
    assert Goal.objects.get().title == "Clean air"


def test_goal_edit_tells_the_second_editor_who_may_insist(client_of, harbor, alice):
    goal = GoalFactory(coalition=harbor)
    client, url = client_of(alice), at(alice, "goals:goal_edit", goal.pk)
    client.post(url, FORM | {"version": 1, "title": "The first"})
    answer = client.post(url, FORM | {"version": 1, "title": "The second"})
    assert answer.status_code == 422
    assert "Somebody else saved" in answer.text
    assert 'value="The second"' in answer.text
    assert "Saved now: The first" in answer.text
    assert answer.text.count("Saved now") == 2  # above the form and at the field
    assert Goal.objects.get().title == "The first"
    insists = {"version": 2, "title": "The second"}
    assert 'name="version" value="2"' in answer.text
    assert client.post(url, FORM | insists).status_code == 303
    assert Goal.objects.get().title == "The second"


@pytest.mark.parametrize("state", (GoalState.ACHIEVED, GoalState.CLOSED))
def test_goal_close_can_be_undone(client_of, harbor, alice, state):
    goal = GoalFactory(coalition=harbor)
    client = client_of(alice)
    answer = client.post(
        at(alice, "goals:goal_close", goal.pk),
        {"state": state, "reason": "The law changed."},
        follow=True,
    )
    assert Goal.objects.get().state == state
    assert at(alice, "goals:goal_reopen", goal.pk) in answer.text
    client.post(at(alice, "goals:goal_reopen", goal.pk))
    assert Goal.objects.get().state == GoalState.OPEN


def test_goal_close_says_when_it_is_closed_already(client_of, harbor, alice):
    goal = GoalFactory(coalition=harbor)
    client, url = client_of(alice), at(alice, "goals:goal_close", goal.pk)
    client.post(url, {"state": "achieved"})
    answer = client.post(url, {"state": "closed"})
    assert answer.status_code == 422
    assert "closed already" in answer.text


def test_goal_reopen_says_when_it_is_open(client_of, harbor, alice):
    goal = GoalFactory(coalition=harbor)
    answer = client_of(alice).post(at(alice, "goals:goal_reopen", goal.pk), follow=True)
    assert "This goal is open." in answer.text


def test_goal_detail_hides_what_a_member_may_not_do(client_of, harbor, alice, bob):
    goal = GoalFactory(coalition=harbor, why="Children wheeze.")
    MilestoneFactory(goal=goal)
    url = at(alice, "goals:goal_detail", goal.pk)
    full, plain = client_of(alice).get(url).text, client_of(bob).get(url).text
    for act in ("/edit/", "/close/", "/reach/", "/readings/new/"):
        assert (act in full, act in plain) == (True, False)
    assert "Children wheeze." in plain


@pytest.mark.parametrize("who", ("bob", "vera"))
@pytest.mark.parametrize("act", ("edit", "close", "reopen"))
def test_goal_acts_are_for_those_who_edit_goals(client_of, harbor, request, who, act):
    membership = request.getfixturevalue(who)
    goal = GoalFactory(coalition=harbor)
    url = at(membership, f"goals:goal_{act}", goal.pk)
    assert client_of(membership).post(url, FORM).status_code == 403


def test_a_goal_that_is_met_asks_to_be_closed(client_of, harbor, alice):
    goal = GoalReadingFactory(goal__coalition=harbor, value=10).goal
    page = client_of(alice).get(at(alice, "goals:goal_detail", goal.pk)).text
    assert "You are there." in page


def test_a_goal_of_another_coalition_is_not_found(client_of, alice, charlie):
    goal = GoalFactory(coalition=charlie.coalition)
    url = at(alice, "goals:goal_detail", goal.pk)
    assert client_of(alice).get(url).status_code == 404
