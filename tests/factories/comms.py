"""Factories of issues and deliveries."""

from datetime import time, timedelta

import factory
from django.utils import timezone

from comms.models import (
    Delivery,
    DeliveryEvent,
    Editor,
    Issue,
    IssueKind,
    MailPreference,
    MailReport,
    PaperCopy,
    Quote,
    ReportKind,
    Suppression,
    UpdateSchedule,
    Withdrawal,
)
from members.models import PaperReader
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
    # Beyond the periods that any test plans, or that the demo has.
    source_key = factory.Sequence(lambda n: f"p{n + 50_000:05}")
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


class EditorFactory(BaseFactory):
    class Meta:
        model = Editor

    issue = factory.SubFactory(IssueFactory)
    person = factory.SubFactory(
        PersonFactory, coalition=factory.SelfAttribute("..issue.coalition")
    )


class QuoteFactory(BaseFactory):
    class Meta:
        model = Quote

    coalition = factory.SelfAttribute("issue.coalition")
    issue = factory.SubFactory(IssueFactory)
    speaker = of_same(PersonFactory)
    words = factory.Sequence(lambda n: f"We danced {n} times.")
    signed = "A mother"


class DeliveryEventFactory(BaseFactory):
    class Meta:
        model = DeliveryEvent

    delivery = factory.SubFactory(DeliveryFactory)
    kind = "queued"


class MailReportFactory(BaseFactory):
    class Meta:
        model = MailReport

    delivery = factory.SubFactory(DeliveryFactory)
    kind = ReportKind.SOFT
    received_at = factory.LazyFunction(timezone.now)
    words = "452 4.2.2 The mailbox is full"


class MailPreferenceFactory(BaseFactory):
    class Meta:
        model = MailPreference

    person = factory.SubFactory(PersonFactory)


class PaperReaderFactory(BaseFactory):
    class Meta:
        model = PaperReader

    coalition = factory.SubFactory(CoalitionFactory)
    person = of_same(PersonFactory)


class PaperCopyFactory(BaseFactory):
    class Meta:
        model = PaperCopy

    coalition = factory.SubFactory(CoalitionFactory)
    issue = of_same(IssueFactory)
    person = of_same(PersonFactory)


class SuppressionFactory(BaseFactory):
    class Meta:
        model = Suppression

    coalition = factory.SubFactory(CoalitionFactory)
    addr_hmac = factory.Sequence(lambda n: f"{n:064}")
    reason = "manual"
