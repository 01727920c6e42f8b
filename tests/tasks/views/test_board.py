from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from tasks.models import Letter, Task
from tests.factories.goals import GoalFactory
from tests.factories.members import AffiliationFactory, PartnerFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


def add(harbor, title, *, person=None, letter="A", **fields):
    task = TaskFactory(goal__coalition=harbor, title=title, **fields)
    if person:
        AssignmentFactory(task=task, person=person, letter=letter)
    return task


@pytest.fixture
def board(client_of):
    def get(membership, headers=None, **query):
        url = at(membership, "tasks:task_list")
        return client_of(membership).get(url, query, headers=headers or {}).text

    return get


def test_members_see_what_is_theirs_first(board, harbor, alice, bob):
    add(harbor, "Bob's", person=bob.person)
    add(harbor, "Alice's", person=alice.person)
    assert "Bob&#x27;s" in board(bob)
    assert "Alice&#x27;s" not in board(bob)
    assert "Alice&#x27;s" in board(bob, state="open")


@pytest.mark.parametrize("who", ("alice", "stella", "vera"))
def test_who_leads_or_reads_sees_all_open_tasks(board, harbor, bob, request, who):
    add(harbor, "Write the letter", person=bob.person)
    add(harbor, "Long done", done=True)
    page = board(request.getfixturevalue(who))
    assert "Write the letter" in page
    assert "Long done" not in page


@pytest.mark.parametrize(
    ("state", "expected"),
    (
        ("open", {"Late", "Alone", "Whole"}),
        ("late", {"Late"}),
        ("unaccounted", {"Alone"}),
        ("waiting", {"Late", "Alone", "Whole"}),
        ("done", {"Past"}),
        ("all", {"Late", "Alone", "Whole", "Past"}),
        ("mine", set()),
        ("nonsense", {"Late", "Alone", "Whole"}),
    ),
)
def test_states_choose_the_tasks(board, alice, bob, state, expected):
    add(alice.coalition, "Late", person=bob.person, due=date(2026, 5, 12))
    add(alice.coalition, "Alone", person=bob.person, letter=Letter.RESPONSIBLE)
    add(alice.coalition, "Whole", person=bob.person)
    add(alice.coalition, "Past", person=bob.person, done=True)
    page = board(alice, HTMX, state=state)
    assert {
        t for t in ("Late", "Alone", "Whole", "Past") if f">{t}<" in page
    } == expected


def test_what_waits_for_a_yes_is_shown_until_it_is_said(board, harbor, alice, bob):
    add(harbor, "Asked", person=bob.person)
    agreed = TaskFactory(goal__coalition=harbor, title="Agreed")
    AssignmentFactory(
        task=agreed, person=bob.person, status="accepted", answered_at=timezone.now()
    )
    page = board(alice, state="waiting")
    assert ">Asked<" in page
    assert ">Agreed<" not in page
    assert 'href="?state=waiting"' in page


def test_filters_narrow_by_goal_partner_person_and_words(board, harbor, alice, bob):
    goal = GoalFactory(coalition=harbor, title="Clean air")
    partner = PartnerFactory(coalition=harbor)
    wanted = TaskFactory(goal=goal, title="Écrire la lettre")
    AssignmentFactory(task=wanted, person=bob.person, partner=partner)
    add(harbor, "Another", person=alice.person)
    for query in (
        {"goal": goal.pk},
        {"partner": partner.pk},
        {"person": "Bob Brown"},
        {"q": "ecrire lettre"},
    ):
        page = board(alice, HTMX, **query)
        assert "Écrire la lettre" in page, query
        assert "Another" not in page, query


def test_a_filter_looks_at_all_open_tasks_of_a_member_too(board, harbor, alice, bob):
    task = add(harbor, "Alice's", person=alice.person)
    assert "Alice&#x27;s" in board(bob, goal=task.goal_id)


def test_a_name_that_fits_several_people_is_asked_about(board, harbor, alice):
    PersonFactory(coalition=harbor, full_name="Ana Ruiz")
    PersonFactory(coalition=harbor, full_name="Ana Lima")
    page = board(alice, HTMX, person="ana", state="all")
    assert "Whom do you mean?" in page
    assert "person=Ana+Ruiz" in page


def test_filters_offer_and_find_nothing_of_another_coalition(
    board, harbor, alice, charlie
):
    foreign = TaskFactory(
        goal__coalition=charlie.coalition, goal__title="Canary", title="Canary"
    )
    add(harbor, "Ours")
    assert "Canary" not in board(alice)
    page = board(alice, HTMX, goal=foreign.goal_id, person="Charlie Canary")
    assert "Ours" not in page
    assert "Nobody here goes by that name" in page


def test_tasks_stand_under_their_goals(board, harbor, alice):
    late = GoalFactory(coalition=harbor, title="Later goal", due=date(2027, 1, 1))
    soon = GoalFactory(coalition=harbor, title="Sooner goal", due=date(2026, 6, 1))
    TaskFactory(goal=late, title="Second")
    TaskFactory(goal=soon, title="First")
    TaskFactory(goal=None, coalition=harbor, title="Third")
    page = board(alice, HTMX)
    places = [
        page.index(text)
        for text in (
            "Sooner goal",
            "First",
            "Later goal",
            "Second",
            "Without a goal",
            "Third",
        )
    ]
    assert places == sorted(places)


def test_rows_say_who_carries_and_what_is_missing(board, harbor, alice, bob, vera):
    partner = PartnerFactory(coalition=harbor, name="Tenants Union")
    task = add(harbor, "Write the letter", due=date(2026, 5, 1))
    AssignmentFactory(task=task, person=bob.person, partner=partner)
    AssignmentFactory(
        task=task,
        person=vera.person,
        letter="A",
        status="declined",
        reason="No time",
        answered_at=timezone.now(),
    )
    page = board(alice)
    for said in (
        "12 days late",
        "Nobody accountable",
        "Vera Vance declined.",
        "“No time”",
        "Responsible, not accepted yet",
        "Tenants Union",
        "Bob Brown",
    ):
        assert said in page


def test_gaps_are_counted_for_those_who_lead(board, harbor, alice, bob):
    add(harbor, "Late and alone", due=date(2026, 5, 1))
    add(harbor, "Waits", person=bob.person)
    page = board(alice)
    assert "1 task has nobody accountable" in page
    assert "1 task is late" in page
    assert "1 part waits for a yes" in page
    assert "Before the plan is whole" not in board(bob)


@pytest.mark.parametrize(
    ("who", "query", "said"),
    (
        ("bob", {}, "Nothing waits for you"),
        ("alice", {}, "Add a task"),
        ("vera", {}, "Tasks appear here once"),
        ("alice", {"state": "late"}, "Nothing of that kind"),
    ),
)
def test_an_empty_board_says_what_to_do_next(board, request, who, query, said):
    assert said in board(request.getfixturevalue(who), **query)


@pytest.mark.parametrize("rows", (1, 3))
def test_board_needs_the_same_queries_for_any_number_of_rows(
    client_of, harbor, alice, rows, django_assert_num_queries
):
    for _ in range(rows):
        task = TaskFactory(goal__coalition=harbor)
        for letter in "ARCI":
            affiliation = AffiliationFactory(partner__coalition=harbor)
            AssignmentFactory(
                task=task,
                letter=letter,
                person=affiliation.person,
                partner=affiliation.partner,
            )
    client = client_of(alice)
    with django_assert_num_queries(12):
        client.get(at(alice, "tasks:task_list"))


def test_board_is_paged_and_keeps_its_filter(board, harbor, alice):
    goal = GoalFactory(coalition=harbor)
    TaskFactory.create_batch(51, goal=goal)
    page = board(alice, HTMX, state="open", page=2)
    assert Task.objects.count() == 51
    assert page.count("<h3>") == 1
    assert "?state=open&amp;page=1" in page


def test_the_goal_page_takes_its_tasks_in(client_of, harbor, bob, charlie):
    task = add(harbor, "Write the letter", person=bob.person)
    add(harbor, "Of another goal")
    url = at(bob, "tasks:task_list_for_goal_panel", task.goal_id)
    assert url in client_of(bob).get(at(bob, "goals:goal_detail", task.goal_id)).text
    panel = client_of(bob).get(url).text
    assert "Write the letter" in panel
    assert "Of another goal" not in panel
    foreign = GoalFactory(coalition=charlie.coalition)
    url = at(bob, "tasks:task_list_for_goal_panel", foreign.pk)
    assert client_of(bob).get(url).status_code == 404


def test_what_was_done_in_a_window_is_shown_alone(board, harbor, alice):
    for day in (1, 2, 8, 9):
        moment = datetime(2026, 5, day, 9, tzinfo=UTC)
        add(harbor, f"Of day {day}.", done=True, done_at=moment)
    window = {
        "done_from": "2026-05-02T09:00:00Z",
        "done_until": "2026-05-09T09:00:00Z",
    }
    page = board(alice, state="done", **window)
    assert [f"Of day {day}." in page for day in (1, 2, 8, 9)] == [
        *(False, True, True, False)
    ]
    assert "Show all that is done" in page
    assert 'name="done_from" value="2026-05-02T09:00:00Z"' in page
    assert "Show all that is done" not in board(alice, state="open", **window)


@pytest.mark.parametrize("until", ("", "soon", "0001-01-01T00:00+14:00", "2026-02-30"))
def test_a_window_that_cannot_be_read_is_ignored(board, harbor, alice, until):
    add(harbor, "Of old", done=True)
    window = {"done_from": "2026-05-02T09:00:00Z", "done_until": until}
    assert "Of old" in board(alice, state="done", **window)
