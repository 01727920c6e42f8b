"""Who helps with an ask: a partner that was asked, or that came forward."""

from typing import Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from tasks.models.trouble import Ask

HELP: Final = "help"  # the purpose of its link, and the kind of the mail that asks
HELP_OFFERED: Final = "help_offered"  # tells coordinators that somebody said yes


class HelpState(models.TextChoices):
    ASKED = "asked", _("Asked")
    OFFERED = "offered", _("Can help")
    DECLINED = "declined", _("Not this time")


class AskHelpQuerySet(models.QuerySet["AskHelp"]):
    def waiting(self) -> Self:
        """Keep those that were asked and have not answered, while help is looked for."""
        return self.filter(state=HelpState.ASKED, ask__closed_at=None)

    def offered(self) -> Self:
        return self.filter(state=HelpState.OFFERED)


AskHelpManager = TenantManager.from_queryset(AskHelpQuerySet)


class AskHelp(TimeStampedModel):
    """One partner beside one ask; who answered for it is put in touch with the asker."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="helps")
    partner = models.ForeignKey(
        "members.Partner", on_delete=models.CASCADE, related_name="helps"
    )
    offer = models.ForeignKey(
        "members.CapacityOffer",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=8, choices=HelpState.choices, default=HelpState.ASKED
    )
    asked_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = AskHelpManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "partner"], name="tasks_askhelp_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=HelpState.values),
                name="tasks_askhelp_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", answered_at=None)
                | (~models.Q(state="asked") & models.Q(answered_at__isnull=False)),
                name="tasks_askhelp_answered_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.get_state_display()}"

    def link_for(self, person_id: int) -> Link:
        return Link(HELP, self.coalition_id, self.pk, person_id, version=1)
