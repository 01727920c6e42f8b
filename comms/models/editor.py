"""Who changed an issue since it was last approved."""

from django.db import models

from coalition.common.tenancy import TenantManager
from comms.models.issue import Issue


class Editor(models.Model):
    """Somebody who changed an issue since it was last approved.

    Where a coalition wants a second person to approve, it is none of them; the database
    refuses the last.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="editors")
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="+"
    )

    objects = TenantManager["Editor"]("issue__coalition")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "person"], name="comms_editor_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
