"""What mail systems said, later, of a message that had left."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager
from comms.models.delivery import Delivery

# The mail that asks whether mail arrives; its answer is a signed link of this purpose.
ADDRESS: Final = "address"
ADDRESS_VERSION: Final = 1


class ReportKind(models.TextChoices):
    HARD = "hard", _("The address does not exist")
    SOFT = "soft", _("Could not be delivered this time")
    REFUSED = "refused", _("Refused as unwanted")
    COMPLAINT = "complaint", _("Marked as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")


# What reached its mail server and no mailbox.
CAME_BACK: Final = (ReportKind.HARD, ReportKind.SOFT, ReportKind.REFUSED)


class MailReport(models.Model):
    """One thing that was reported of a message; told twice, it counts once.

    `words` are the mail system's own, without the addresses in them.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="reports"
    )
    kind = models.CharField(max_length=12, choices=ReportKind.choices)
    received_at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)

    objects = TenantManager["MailReport"]("delivery__coalition")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "kind"], name="comms_mailreport_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ReportKind.values),
                name="comms_mailreport_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery}: {self.kind}"
