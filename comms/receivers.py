"""What comms does when others act: it drafts, and takes in what a mail provider posts."""

from typing import Any

from anymail.signals import inbound, tracking
from django.dispatch import receiver
from django.utils import timezone

from comms.services.announcements import announce_milestone, withdraw_milestone
from comms.services.hooks import Came, Tracked, take_inbound, take_tracking
from goals.models import Milestone
from goals.signals import milestone_reached, milestone_unreached
from members.services.audit import Actor


@receiver(milestone_reached, sender=Milestone)
def _announce(milestone: Milestone, by: Actor, **kwargs: Any) -> None:
    announce_milestone(milestone=milestone, by=by)


@receiver(milestone_unreached, sender=Milestone)
def _withdraw(milestone: Milestone, by: Actor, **kwargs: Any) -> None:
    withdraw_milestone(milestone=milestone, by=by)


@receiver(tracking)
def _report(event: Tracked, **kwargs: Any) -> None:
    take_tracking(event, now=timezone.now())


@receiver(inbound)
def _receive(event: Came, **kwargs: Any) -> None:
    take_inbound(event, now=timezone.now())
