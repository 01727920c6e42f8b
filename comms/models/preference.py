"""How much a person who agreed to get mail wants of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager


class Wish(models.TextChoices):
    EVERY = "every", _("Every update")
    CONCERNING = "concerning", _("Only what concerns me")
    NONE = "none", _("No updates")


class MailPreference(TimeStampedModel):
    """Without a row: everything. Who wants nothing has withdrawn their consent."""

    person = models.OneToOneField(
        "members.Person", on_delete=models.CASCADE, related_name="mail_preference"
    )
    updates = models.CharField(max_length=10, choices=Wish.choices, default=Wish.EVERY)
    announcements = models.BooleanField(default=True)

    objects = TenantManager["MailPreference"]("person__coalition")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(updates__in=Wish.values),
                name="comms_mailpreference_updates",
            ),
            models.CheckConstraint(
                condition=~models.Q(updates="none") | models.Q(announcements=True),
                name="comms_mailpreference_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.updates}"
