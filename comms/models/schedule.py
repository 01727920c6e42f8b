"""The rhythm of updates."""

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import validate_timezone


class UpdateSchedule(TimeStampedModel):
    """When updates leave: every n weeks from an anchor, in wall time."""

    coalition = models.OneToOneField(
        "members.Coalition", on_delete=models.PROTECT, related_name="update_schedule"
    )
    every_weeks = models.PositiveSmallIntegerField(
        _("every … weeks"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    # The first date of the present rhythm, so also its weekday; the period that
    # leaves on it has the number `first_period`. Numbers never start again.
    anchor_date = models.DateField(_("from"))
    first_period = models.PositiveIntegerField(default=1, editable=False)
    local_time = models.TimeField(_("at"))
    timezone = models.CharField(
        _("time zone"), max_length=64, validators=[validate_timezone]
    )
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantManager["UpdateSchedule"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_weeks__gte=1, every_weeks__lte=12),
                name="comms_updateschedule_weeks",
            )
        ]

    def __str__(self) -> str:
        return f"every {self.every_weeks} weeks from {self.anchor_date}"

    def day(self, n: int) -> date:
        """Return the date of the rhythm's period n, 0 the first."""
        return self.anchor_date + timedelta(weeks=n * self.every_weeks)
