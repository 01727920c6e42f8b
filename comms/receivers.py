"""What comms does when others act, in the same transaction: it drafts, people approve."""

from typing import Any

from django.dispatch import receiver

from comms.services.announcements import announce_milestone, withdraw_milestone
from goals.models import Milestone
from goals.signals import milestone_reached, milestone_unreached
from members.services.audit import Actor


@receiver(milestone_reached, sender=Milestone)
def _announce(milestone: Milestone, by: Actor, **kwargs: Any) -> None:
    announce_milestone(milestone=milestone, by=by)


@receiver(milestone_unreached, sender=Milestone)
def _withdraw(milestone: Milestone, by: Actor, **kwargs: Any) -> None:
    withdraw_milestone(milestone=milestone, by=by)
