"""Factories of what people say of the coalition."""

import secrets

import factory
from django.utils import timezone

from comms.models import (
    Feedback,
    FeedbackBox,
    FeedbackKind,
    FeedbackMessage,
    FeedbackPeriod,
    FeedbackSecond,
    FeedbackState,
    Visibility,
)
from tests.factories.base import BaseFactory, of_same
from tests.factories.members import CoalitionFactory, PersonFactory


class FeedbackFactory(BaseFactory):
    class Meta:
        model = Feedback

    coalition = factory.SubFactory(CoalitionFactory)
    author = of_same(PersonFactory)
    kind = FeedbackKind.IDEA
    visibility = Visibility.OPEN
    text = factory.Sequence(lambda n: f"Idea {n}")
    raised_on = factory.LazyFunction(timezone.localdate)

    class Params:
        hidden = factory.Trait(visibility=Visibility.COORDINATORS)
        explained = factory.Trait(
            state=FeedbackState.EXPLAINED,
            answer="Because the hall is closed then.",
            closed_at=factory.LazyFunction(timezone.now),
        )


def nameless_feedback(**fields) -> Feedback:
    """Make what somebody said without their name."""
    return FeedbackFactory(
        visibility=Visibility.ANONYMOUS,
        author=None,
        thread_hash=secrets.token_hex(32),
        **fields,
    )


class FeedbackSecondFactory(BaseFactory):
    class Meta:
        model = FeedbackSecond

    feedback = factory.SubFactory(FeedbackFactory)
    coalition = factory.SelfAttribute("feedback.coalition")
    person = of_same(PersonFactory)


class FeedbackMessageFactory(BaseFactory):
    class Meta:
        model = FeedbackMessage

    feedback = factory.SubFactory(FeedbackFactory)
    coalition = factory.SelfAttribute("feedback.coalition")
    position = 1
    author = of_same(PersonFactory)
    text = factory.Sequence(lambda n: f"Message {n}")
    said_on = factory.LazyFunction(timezone.localdate)


class FeedbackBoxFactory(BaseFactory):
    class Meta:
        model = FeedbackBox

    coalition = factory.SubFactory(CoalitionFactory)
    day = factory.LazyFunction(timezone.localdate)


class FeedbackPeriodFactory(BaseFactory):
    class Meta:
        model = FeedbackPeriod

    coalition = factory.SubFactory(CoalitionFactory)
    month = factory.LazyFunction(lambda: timezone.localdate().replace(day=1))
    key = "0" * 64
