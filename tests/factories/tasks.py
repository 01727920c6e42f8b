"""Factories of the action plan."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from tasks.models import (
    Assignment,
    AssignmentStatus,
    ChecklistItem,
    Consultation,
    Letter,
    PlanPage,
    SavedView,
    Task,
    TaskDependency,
    TaskLink,
)
from tests.factories.base import BaseFactory, of_same
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
    person = of_same(PersonFactory)

    class Params:
        # Whoever was only asked is told so by mail.
        taken = factory.Trait(
            status=AssignmentStatus.ACCEPTED,
            answered_at=factory.LazyFunction(timezone.now),
        )


class ConsultationFactory(BaseFactory):
    class Meta:
        model = Consultation

    task = factory.SubFactory(TaskFactory)
    coalition = factory.SelfAttribute("task.coalition")
    person = of_same(PersonFactory)
    question = factory.Sequence(lambda n: f"What about number {n}?")
    due = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))


class ChecklistItemFactory(BaseFactory):
    class Meta:
        model = ChecklistItem

    task = factory.SubFactory(TaskFactory)
    coalition = factory.SelfAttribute("task.coalition")
    text = factory.Sequence(lambda n: f"Step {n}")
    position = factory.Sequence(lambda n: n)


class TaskLinkFactory(BaseFactory):
    class Meta:
        model = TaskLink

    task = factory.SubFactory(TaskFactory)
    coalition = factory.SelfAttribute("task.coalition")
    title = "The draft"
    url = "https://papers.example.org/draft"


class TaskDependencyFactory(BaseFactory):
    class Meta:
        model = TaskDependency

    task = factory.SubFactory(TaskFactory)
    coalition = factory.SelfAttribute("task.coalition")
    needs = factory.LazyAttribute(
        lambda row: TaskFactory(
            goal=row.task.goal, coalition=row.coalition, title=row.task.title
        )
    )


class SavedViewFactory(BaseFactory):
    class Meta:
        model = SavedView

    person = factory.SubFactory(PersonFactory)
    coalition = factory.SelfAttribute("person.coalition")
    name = "Late"
    page = PlanPage.GOALS
    query = "state=late"
