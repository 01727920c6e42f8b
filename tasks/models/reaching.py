"""Whom coordinators should speak to, in confidence."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager
from tasks.models.checkin import CheckInCycle


class ReachOutReason(models.TextChoices):
    LOW_CONFIDENCE = "confidence", _("Low confidence twice in a row")
    MISSED = "missed", _("Not heard from for two check-ins")


class ReachOutOutcome(models.TextChoices):
    DONE = "done", _("Spoken to")
    DISMISSED = "dismissed", _("Not needed")


class ReachOutQuerySet(models.QuerySet["ReachOut"]):
    def open(self) -> Self:
        return self.filter(settled_at=None)

    def waiting(self, today: date) -> Self:
        """Keep what is open and was not put off to a later day."""
        later = models.Q(snoozed_until__gt=today)
        return self.open().exclude(later)


ReachOutManager = TenantManager.from_queryset(ReachOutQuerySet)


class ReachOut(TimeStampedModel):
    """A quiet sign, for coordinators alone, that somebody should be spoken to."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    person = models.ForeignKey(
        "members.Person", on_delete=models.CASCADE, related_name="reach_outs"
    )
    cycle = models.ForeignKey(
        CheckInCycle, on_delete=models.CASCADE, related_name="reach_outs"
    )
    reason = models.CharField(max_length=10, choices=ReachOutReason.choices)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(_("how it went"), max_length=500, blank=True)
    outcome = models.CharField(
        max_length=9,
        choices=ReachOutOutcome.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    snoozed_until = models.DateField(null=True, editable=False)

    objects = ReachOutManager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "reason"],
                condition=models.Q(settled_at=None),
                name="tasks_reachout_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=ReachOutReason.values),
                name="tasks_reachout_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="")
                | models.Q(
                    outcome__in=ReachOutOutcome.values, settled_at__isnull=False
                ),
                name="tasks_reachout_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_reason_display()}"
