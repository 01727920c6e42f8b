"""What was taken back of an issue."""

from django.db import models

from coalition.common.tenancy import TenantManager
from comms.models.issue import Issue


class Withdrawal(models.Model):
    """An item, or words, taken back: shown nowhere any more, in no issue’s mail.

    Never an edit of the content, which is what was approved; never undone.
    """

    issue = models.ForeignKey(
        Issue, on_delete=models.CASCADE, related_name="withdrawals"
    )
    key = models.CharField(max_length=100)
    by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager["Withdrawal"]("issue__coalition")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "key"], name="comms_withdrawal_once"
            )
        ]

    def __str__(self) -> str:
        return self.key
