"""Factories of goals."""

from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone

from goals.models import Goal, GoalReading, Milestone
from tests.factories.base import BaseFactory
from tests.factories.members import CoalitionFactory


class GoalFactory(BaseFactory):
    class Meta:
        model = Goal

    coalition = factory.SubFactory(CoalitionFactory)
    title = factory.Sequence(lambda n: f"Goal {n}")
    baseline = Decimal(0)
    target = Decimal(10)
    unit = "schools"


class GoalReadingFactory(BaseFactory):
    class Meta:
        model = GoalReading

    goal = factory.SubFactory(GoalFactory)
    on = date(2026, 5, 1)
    value = Decimal(4)


class MilestoneFactory(BaseFactory):
    class Meta:
        model = Milestone

    goal = factory.SubFactory(GoalFactory)
    title = factory.Sequence(lambda n: f"Milestone {n}")
    due = date(2026, 6, 1)

    class Params:
        reached = factory.Trait(
            reached_at=factory.LazyFunction(timezone.now),
            reached_on=date(2026, 5, 20),
        )
