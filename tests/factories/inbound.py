"""Factories of replies that came in."""

import factory
from django.utils import timezone

from comms.models import InboundMail, Outcome
from tests.factories.base import BaseFactory
from tests.factories.checkins import CheckInFactory


class InboundMailFactory(BaseFactory):
    class Meta:
        model = InboundMail

    check_in = factory.SubFactory(CheckInFactory)
    coalition = factory.SelfAttribute("check_in.coalition")
    person = factory.SelfAttribute("check_in.person")
    received_at = factory.LazyFunction(timezone.now)
    sender = factory.SelfAttribute("check_in.person.email")
    subject = "Re: How does it go?"
    text = "We booked the hall."
    raw = b"Subject: Re: How does it go?\r\n\r\n"
    fingerprint = factory.Sequence(lambda n: f"{n:064}")
    outcome = Outcome.ANSWERED
