from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from goals.errors import GoalIsClosed, GoalIsOpen
from goals.models import Goal, GoalState
from goals.services.goals import close_goal, create_goal, edit_goal, reopen_goal
from members.errors import EditedMeanwhile, RecordElsewhere, RecordGone
from members.models import AuditEntry
from tests.factories.goals import GoalFactory
from tests.utils import acting

pytestmark = pytest.mark.usefixtures("in_harbor")


def test_create_goal_keeps_what_was_said_and_who_said_it(harbor, alice, bob):
    goal = create_goal(
        by=acting(alice),
        title="Clean air at every school gate",
        unit="schools",
        target=Decimal(12),
        due=date(2026, 12, 31),
        owner=bob.person,
    )
    assert Goal.objects.get().owner == bob.person
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.target_pk) == (
        "create",
        alice.person,
        str(goal.pk),
    )
    assert entry.after["target"] == "12"


def test_create_goal_refuses_an_owner_from_elsewhere(alice, charlie):
    with pytest.raises(RecordElsewhere):
        create_goal(by=acting(alice), title="Theirs", owner=charlie.person)
    assert not Goal.objects.exists()


def test_edit_goal_records_only_what_changed(harbor, alice):
    goal = GoalFactory(coalition=harbor, title="Old", why="Because")
    edit_goal(goal=goal, version=1, by=acting(alice), title="New", why="Because")
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"title": "Old"}, {"title": "New"})
    assert Goal.objects.get().version == 2


def test_edit_goal_tells_the_second_of_two_editors(harbor, alice, stella):
    goal = GoalFactory(coalition=harbor, title="Old")
    edit_goal(goal=Goal.objects.get(), version=1, by=acting(stella), title="Stella's")
    with pytest.raises(EditedMeanwhile):
        edit_goal(goal=goal, version=1, by=acting(alice), title="Alice's")
    assert Goal.objects.get().title == "Stella's"


def test_edit_goal_refuses_a_target_where_it_began(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    with pytest.raises(ValidationError, match="must differ"):
        edit_goal(
            goal=goal,
            version=1,
            by=acting(alice),
            baseline=Decimal(5),
            target=Decimal(5),
        )


def test_edit_goal_refuses_a_goal_of_another_coalition(alice, charlie):
    foreign = GoalFactory(coalition=charlie.coalition)
    with pytest.raises(RecordElsewhere):
        edit_goal(goal=foreign, version=1, by=acting(alice), title="Mine now")


def test_edit_goal_refuses_an_owner_from_elsewhere(harbor, alice, charlie):
    goal = GoalFactory(coalition=harbor)
    with pytest.raises(RecordElsewhere):
        edit_goal(goal=goal, version=1, by=acting(alice), owner=charlie.person)


def test_close_goal_dates_it_and_keeps_the_reason(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    close_goal(
        goal=goal, state=GoalState.CLOSED, by=acting(alice), reason="The law changed."
    )
    goal = Goal.objects.get()
    assert goal.state == GoalState.CLOSED
    assert goal.closed_at is not None
    assert AuditEntry.objects.get().reason == "The law changed."


def test_close_goal_refuses_a_closed_one(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    close_goal(goal=goal, state=GoalState.ACHIEVED, by=acting(alice))
    with pytest.raises(GoalIsClosed):
        close_goal(goal=goal, state=GoalState.CLOSED, by=acting(alice))
    assert Goal.objects.get().state == GoalState.ACHIEVED


def test_reopen_goal_takes_the_end_back(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    close_goal(goal=goal, state=GoalState.ACHIEVED, by=acting(alice))
    reopen_goal(goal=goal, by=acting(alice))
    assert (Goal.objects.get().state, Goal.objects.get().closed_at) == ("open", None)


def test_reopen_goal_refuses_an_open_one(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    with pytest.raises(GoalIsOpen):
        reopen_goal(goal=goal, by=acting(alice))


def test_close_goal_says_when_the_goal_is_gone(harbor, alice):
    goal = GoalFactory(coalition=harbor)
    Goal.objects.all().delete()
    with pytest.raises(RecordGone):
        close_goal(goal=goal, state=GoalState.ACHIEVED, by=acting(alice))
