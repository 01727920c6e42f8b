"""Factories of what people say."""

import factory
from django.utils import timezone

from tasks.models import Comment, Hearing
from tests.factories.base import BaseFactory
from tests.factories.members import PersonFactory
from tests.factories.tasks import TaskFactory


class CommentFactory(BaseFactory):
    class Meta:
        model = Comment

    task = factory.SubFactory(TaskFactory)
    coalition = factory.SelfAttribute("task.coalition")
    author = factory.SubFactory(
        PersonFactory, coalition=factory.SelfAttribute("..coalition")
    )
    text = factory.Sequence(lambda n: f"Comment {n}")


class HearingFactory(BaseFactory):
    class Meta:
        model = Hearing

    comment = factory.SubFactory(CommentFactory)
    coalition = factory.SelfAttribute("comment.coalition")
    person = factory.SubFactory(
        PersonFactory, coalition=factory.SelfAttribute("..coalition")
    )
    tell_at = factory.LazyFunction(timezone.now)
