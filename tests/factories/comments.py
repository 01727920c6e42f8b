"""Factories of what people say."""

import factory
from django.utils import timezone

from tasks.models import Comment, Hearing
from tests.factories.base import BaseFactory, of_same
from tests.factories.members import PersonFactory
from tests.factories.tasks import TaskFactory


class CommentFactory(BaseFactory):
    class Meta:
        model = Comment

    task = factory.SubFactory(TaskFactory)
    coalition = factory.SelfAttribute("task.coalition")
    author = of_same(PersonFactory)
    text = factory.Sequence(lambda n: f"Comment {n}")


class HearingFactory(BaseFactory):
    class Meta:
        model = Hearing

    comment = factory.SubFactory(CommentFactory)
    coalition = factory.SelfAttribute("comment.coalition")
    person = of_same(PersonFactory)
    tell_at = factory.LazyFunction(timezone.now)
