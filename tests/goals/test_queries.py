from datetime import date
from decimal import Decimal

import pytest

from goals.models import Goal, Standing
from goals.queries import goal_card, goal_page, with_signs
from goals.services.milestones import delete_milestone, reach_milestone
from tests.factories.goals import GoalFactory, GoalReadingFactory, MilestoneFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")

TODAY = date(2026, 5, 13)


def card(goal):
    return goal_card(with_signs(Goal.objects.all(), TODAY).get(pk=goal.pk), TODAY)


def test_card_counts_each_milestone_once_whatever_the_readings(harbor):
    goal = GoalFactory(coalition=harbor, due=date(2026, 12, 31))
    GoalReadingFactory.create_batch(3, goal=goal)
    MilestoneFactory(goal=goal, reached=True)
    MilestoneFactory(goal=goal, due=date(2026, 5, 1), title="The late one")
    MilestoneFactory(goal=goal, due=date(2026, 6, 1))
    found = card(goal)
    assert (found.steps, found.reached) == (3, 1)
    assert (found.next_title, found.next_is_late) == ("The late one", True)
    assert found.standing == Standing.NEEDS_PUSH


def test_card_takes_the_newest_reading_by_its_date(harbor):
    goal = GoalFactory(coalition=harbor)
    GoalReadingFactory(goal=goal, on=date(2026, 5, 1), value=Decimal(7))
    GoalReadingFactory(goal=goal, on=date(2026, 4, 1), value=Decimal(2))
    assert (card(goal).current, card(goal).done) == (Decimal(7), 70)


@pytest.mark.parametrize(
    ("fields", "value", "expected"),
    (
        ({}, 7, "7 of 10 schools"),
        (
            {"baseline": 148, "target": 104, "unit": "visits"},
            121,
            "121 visits; we aim for 104",
        ),
        ({"target": None}, 7, "7 schools"),
        ({}, None, "Not measured yet; we aim for 10 schools"),
        ({"target": None}, None, "0 of 1 milestones reached"),
        ({"target": 1500}, Decimal("2.50"), "2.5 of 1,500 schools"),
    ),
)
def test_card_says_the_real_numbers(harbor, fields, value, expected):
    goal = GoalFactory(coalition=harbor, **fields)
    MilestoneFactory(goal=goal)
    if value is not None:
        GoalReadingFactory(goal=goal, value=value)
    assert card(goal).figures == expected


def test_card_of_an_empty_goal_says_so(harbor):
    goal = GoalFactory(coalition=harbor, target=None)
    assert card(goal).figures == "No measure and no milestones yet"
    assert card(goal).done is None


def test_page_tells_what_happened_to_removed_parts_too(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    first, second = MilestoneFactory.create_batch(2, goal=goal)
    reach_milestone(milestone=first, on=TODAY, by=acting(alice))
    delete_milestone(milestone=second, by=acting(alice))
    delete_milestone(
        milestone=MilestoneFactory(goal__coalition=harbor), by=acting(alice)
    )
    page = goal_page(with_signs(Goal.objects.all(), TODAY).get(pk=goal.pk), TODAY)
    assert [entry.action for entry in page.history] == ["delete", "reach"]
    assert page.milestones == [first]
    assert page.coming is None


@pytest.mark.parametrize("rows", (1, 3))
def test_page_needs_the_same_statements_for_any_number_of_rows(
    harbor, alice, rows, django_assert_num_queries
):
    goal = GoalFactory(coalition=harbor, owner=alice.person)
    GoalReadingFactory.create_batch(rows, goal=goal, recorded_by=alice.person)
    MilestoneFactory.create_batch(rows, goal=goal, reached=True)
    with django_assert_num_queries(4):
        found = with_signs(Goal.objects.all(), TODAY).get(pk=goal.pk)
        page = goal_page(found, TODAY)
        assert [r.recorded_by for r in page.readings] == [alice.person] * rows
