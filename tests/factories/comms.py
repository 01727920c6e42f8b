"""Factories of issues and deliveries."""

from datetime import time, timedelta

import factory
from django.utils import timezone

from comms.models import (
    Delivery,
    DeliveryEvent,
    Issue,
    IssueKind,
    MailPreference,
    Suppression,
    UpdateSchedule,
    Withdrawal,
)
from tests.factories.base import BaseFactory, of_same
from tests.factories.members import CoalitionFactory, PersonFactory


class UpdateScheduleFactory(BaseFactory):
    class Meta:
        model = UpdateSchedule

    coalition = factory.SubFactory(CoalitionFactory)
    anchor_date = factory.LazyFunction(timezone.localdate)
    local_time = time(10)
    timezone = "UTC"


class IssueFactory(BaseFactory):
    class Meta:
        model = Issue

    coalition = factory.SubFactory(CoalitionFactory)
    kind = IssueKind.UPDATE
    source_key = factory.Sequence(lambda n: f"p{n:05}")
    due_at = factory.LazyFunction(timezone.now)
    subject = factory.Sequence(lambda n: f"Update {n}")


class DeliveryFactory(BaseFactory):
    class Meta:
        model = Delivery

    coalition = factory.SubFactory(CoalitionFactory)
    person = of_same(PersonFactory)
    kind = "update"
    to_addr = factory.SelfAttribute("person.email")
    to_norm = factory.SelfAttribute("to_addr")
    domain = "example.org"
    dedupe_key = factory.Sequence(lambda n: f"test:{n}")
    message_id = factory.Sequence(lambda n: f"<{n}@localhost>")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))


class WithdrawalFactory(BaseFactory):
    class Meta:
        model = Withdrawal

    issue = factory.SubFactory(IssueFactory)
    key = factory.Sequence(lambda n: f"task:{n}")


class DeliveryEventFactory(BaseFactory):
    class Meta:
        model = DeliveryEvent

    delivery = factory.SubFactory(DeliveryFactory)
    kind = "queued"


class MailPreferenceFactory(BaseFactory):
    class Meta:
        model = MailPreference

    person = factory.SubFactory(PersonFactory)


class SuppressionFactory(BaseFactory):
    class Meta:
        model = Suppression

    coalition = factory.SubFactory(CoalitionFactory)
    addr_hmac = factory.Sequence(lambda n: f"{n:064}")
    reason = "manual"
