"""Who reads what the coalition sends on paper, and who brings it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager


class PaperReader(TimeStampedModel):
    """A person who asked for paper, and the one who brings it, if anybody does."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    person = models.OneToOneField(
        "members.Person", on_delete=models.CASCADE, related_name="paper"
    )
    courier = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = TenantManager["PaperReader"]()

    class Meta:
        db_table = "comms_paperreader"  # where it began, beside the updates
        constraints = [
            models.CheckConstraint(
                condition=models.Q(courier=None)
                | ~models.Q(courier=models.F("person")),
                name="comms_paperreader_not_self",
                violation_error_message=_("Nobody brings it to themselves."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.courier or '–'}"
