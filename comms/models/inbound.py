"""A reply that came in, kept as it was for a while."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager


class Outcome(models.TextChoices):
    """What became of a reply."""

    ANSWERED = "answered", _("Taken as the answer")
    NOTHING = "nothing", _("Nothing this time")
    CLOSED = "closed", _("Came after the end")
    EMPTY = "empty", _("No answer found in it")
    STRANGER = "stranger", _("Not from who may answer here")
    AUTOMATIC = "automatic", _("Sent by a machine")


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def to_tell(self) -> Self:
        return self.exclude(told_from=None)


InboundMailManager = TenantManager.from_queryset(InboundMailQuerySet)


class InboundMail(models.Model):
    """A reply to one person's check-in; `raw` is the whole message.

    What is not for anybody here is not kept at all. `told_from` is set when it is
    answered by mail; one a day at most is.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.ForeignKey(
        "tasks.CheckIn", on_delete=models.CASCADE, related_name="replies"
    )
    received_at = models.DateTimeField()
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    raw = models.BinaryField()
    fingerprint = models.CharField(max_length=64, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    told_from = models.DateTimeField(null=True, editable=False)

    objects = InboundMailManager()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["received_at"], name="comms_inboundmail_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "fingerprint"], name="comms_inboundmail_once"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values),
                name="comms_inboundmail_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"
