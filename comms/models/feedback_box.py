"""Where words without a name wait, and what limits them without telling who they are."""

from datetime import date
from typing import Final, Self

from django.db import models

from coalition.common.tenancy import TenantManager
from comms.models.feedback import LONGEST, Feedback, random_id
from members.models import Membership

A_MONTH: Final = 3  # as often as one person can say something without their name


class FeedbackBox(models.Model):
    """What came without a name on one day; the next day it is emptied, in no order.

    One row, so that neither numbers nor the place of rows tell what came when. `posts`
    and `messages` are kept by random numbers, in the order of these.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    day = models.DateField()
    posts = models.JSONField(default=dict)
    messages = models.JSONField(default=dict)
    # The private pages whose words were taken back on this day.
    taken_back = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )

    objects = TenantManager["FeedbackBox"]()

    class Meta:
        verbose_name_plural = "feedback boxes"
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "day"], name="comms_feedbackbox_one_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"box of {self.day}"


class FeedbackPeriod(models.Model):
    """One month: the marks of who has used up what they may say without their name.

    A mark is made with `key` and with the key of the installation, and leads to nobody
    without both; when the month is over `key` is dropped, and the marks with it.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    month = models.DateField()
    key = models.CharField(max_length=64, blank=True, editable=False)
    marks = models.JSONField(default=list, editable=False)
    # What may be told of it, made once when it is over: see comms.queries.
    counts = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        editable=False,
    )

    objects = TenantManager["FeedbackPeriod"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "month"], name="comms_feedbackperiod_one_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class FeedbackMessageQuerySet(models.QuerySet["FeedbackMessage"]):
    def read_by(self, membership: Membership, today: date) -> Self:
        readable = Feedback.objects.read_by(membership, today)
        return self.filter(feedback__in=readable.values("pk"))


FeedbackMessageManager = TenantManager.from_queryset(FeedbackMessageQuerySet)


class FeedbackMessage(models.Model):
    """What was said since, between whoever has no name and those who answer."""

    id = models.BigAutoField(primary_key=True, default=random_id)
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    feedback = models.ForeignKey(
        Feedback, on_delete=models.CASCADE, related_name="messages"
    )
    position = models.PositiveIntegerField()
    # Nobody: whoever wrote the first words.
    author = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField(max_length=LONGEST)
    said_on = models.DateField()

    objects = FeedbackMessageManager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["feedback", "position"], name="comms_feedbackmessage_place"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
