from datetime import date, timedelta

import pytest

from goals.models import GoalState, Signs, Standing, standing_of

TODAY = date(2026, 5, 13)
HALFWAY = {"begun_on": TODAY - timedelta(days=100), "due": TODAY + timedelta(days=100)}


def judge(**signs):
    known = {"state": GoalState.OPEN, "today": TODAY, **HALFWAY, **signs}
    return standing_of(Signs(**known))


@pytest.mark.parametrize(
    ("share", "expected"),
    (
        (100, Standing.ON_COURSE),
        (35, Standing.ON_COURSE),
        (34, Standing.NEEDS_PUSH),
        (20, Standing.NEEDS_PUSH),
        (19, Standing.AT_RISK),
    ),
)
def test_what_is_done_is_held_against_the_calendar(share, expected):
    assert judge(share=share) == expected


@pytest.mark.parametrize(
    ("reached", "expected"),
    ((2, Standing.ON_COURSE), (1, Standing.NEEDS_PUSH)),
)
def test_milestones_count_where_nothing_is_measured(reached, expected):
    assert judge(steps=4, reached=reached) == expected


def test_the_measure_outweighs_the_milestones():
    assert judge(share=50, steps=4, reached=0) == Standing.ON_COURSE


def test_one_late_milestone_asks_for_a_push():
    assert judge(share=60, late=1, late_since=TODAY) == Standing.NEEDS_PUSH


@pytest.mark.parametrize(
    "signs",
    (
        {"late": 2, "late_since": TODAY - timedelta(days=2)},
        {"late": 1, "late_since": TODAY - timedelta(days=29)},
        {"due": TODAY - timedelta(days=1)},
    ),
)
def test_much_lateness_is_a_risk_whatever_is_done(signs):
    assert judge(share=99, **signs) == Standing.AT_RISK


def test_four_weeks_late_is_not_long():
    late = {"late": 1, "late_since": TODAY - timedelta(days=28)}
    assert judge(share=60, **late) == Standing.NEEDS_PUSH


def test_nothing_recorded_is_not_started_until_half_of_the_time_is_gone():
    assert judge(due=TODAY + timedelta(days=101)) == Standing.NOT_STARTED
    assert judge() == Standing.NEEDS_PUSH


def test_a_goal_without_a_date_cannot_be_behind():
    assert judge(due=None, share=1) == Standing.ON_COURSE
    assert judge(due=None) == Standing.NOT_STARTED


def test_a_goal_due_before_it_began_expects_nothing():
    assert judge(begun_on=TODAY, due=TODAY, share=1) == Standing.ON_COURSE


@pytest.mark.parametrize(
    ("state", "expected"),
    ((GoalState.ACHIEVED, Standing.DONE), (GoalState.CLOSED, Standing.CLOSED)),
)
def test_who_closed_it_has_the_last_word(state, expected):
    assert judge(state=state, due=TODAY - timedelta(days=9), share=0) == expected
