"""What came of something to celebrate that a check-in told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager
from goals.models import Milestone
from tasks.models.checkin import CheckIn


class WinUse(models.TextChoices):
    MILESTONE = "milestone", _("A milestone is reached with it")
    UPDATE = "update", _("Tell it in the next update")
    KEPT = "kept", _("Just keep it")


class Win(TimeStampedModel):
    """A win that somebody has looked at; who is thanked stands in it, if anybody.

    The check-in keeps the words as they were said; these are the ones that are told.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.OneToOneField(
        CheckIn, on_delete=models.CASCADE, related_name="celebrated"
    )
    use = models.CharField(max_length=9, choices=WinUse.choices)
    words = models.CharField(_("what is told"), max_length=500)
    milestone = models.ForeignKey(
        Milestone, on_delete=models.CASCADE, null=True, related_name="wins"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    partner = models.ForeignKey(
        "members.Partner", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = TenantManager["Win"]()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(use=WinUse.MILESTONE, milestone__isnull=False)
                | models.Q(use__in=[WinUse.UPDATE, WinUse.KEPT], milestone=None),
                name="tasks_win_use",
            ),
        ]

    def __str__(self) -> str:
        return self.words
