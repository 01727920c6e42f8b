"""Which updates and announcements were handed over on paper."""

from django.db import models

from coalition.common.tenancy import TenantManager


class PaperCopy(models.Model):
    """An update that a person got on paper: the row is there when they have it."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    issue = models.ForeignKey(
        "comms.Issue", on_delete=models.CASCADE, related_name="paper_copies"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.CASCADE, related_name="paper_copies"
    )
    by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager["PaperCopy"]()

    class Meta:
        verbose_name_plural = "paper copies"
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "person"], name="comms_papercopy_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.issue}"
