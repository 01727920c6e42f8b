"""Factories of the action plan."""

from datetime import date

import factory
from django.utils import timezone

from tasks.models import Assignment, Letter, Task
from tests.factories.base import BaseFactory
from tests.factories.goals import GoalFactory
from tests.factories.members import PersonFactory


class TaskFactory(BaseFactory):
    class Meta:
        model = Task

    goal = factory.SubFactory(GoalFactory)
    coalition = factory.SelfAttribute("goal.coalition")
    title = factory.Sequence(lambda n: f"Task {n}")
    due = date(2026, 6, 1)

    class Params:
        done = factory.Trait(done_at=factory.LazyFunction(timezone.now))


class AssignmentFactory(BaseFactory):
    class Meta:
        model = Assignment

    task = factory.SubFactory(TaskFactory)
    coalition = factory.SelfAttribute("task.coalition")
    letter = Letter.RESPONSIBLE
    person = factory.SubFactory(
        PersonFactory, coalition=factory.SelfAttribute("..coalition")
    )
