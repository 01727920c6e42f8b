"""Handing the coordination over: one names the next, who says yes before it counts."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.membership import MembershipState
from members.models.person import Person
from members.permissions import MemberRole

HANDOVER = "handover"  # the purpose of its link, and the kind of its first mail
HANDOVER_ANSWER = "handover_answer"  # the kind of the mail that tells how it ended
BECOMES = [
    (role.value, role.label) for role in MemberRole if role != MemberRole.COORDINATOR
]


class HandoverQuerySet(models.QuerySet["Handover"]):
    def open(self, now: datetime) -> Self:
        """Keep those that wait for a yes or a no, from who still coordinates."""
        unanswered = self.filter(
            accepted_at=None, declined_at=None, withdrawn_at=None, expires_at__gt=now
        )
        return unanswered.filter(
            giver__membership__role=MemberRole.COORDINATOR,
            giver__membership__state=MembershipState.ACTIVE,
        )


HandoverManager = TenantManager.from_queryset(HandoverQuerySet)


class Handover(TimeStampedModel):
    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    giver = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="handovers_given"
    )
    taker = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="handovers_asked"
    )
    becomes = models.CharField(
        _("what you are afterwards"),
        max_length=12,
        choices=BECOMES,
        default=MemberRole.STEERING,
    )
    words = models.TextField(_("your own words"), blank=True, max_length=1000)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = HandoverManager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["giver"],
                condition=models.Q(
                    accepted_at=None, declined_at=None, withdrawn_at=None
                ),
                name="members_handover_one_open",
                violation_error_message=_(
                    "You have asked somebody already. Take that back first."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("taker")),
                name="members_handover_to_another",
                violation_error_message=_("Name somebody else."),
            ),
            models.CheckConstraint(
                condition=models.Q(becomes__in=[value for value, _label in BECOMES]),
                name="members_handover_becomes",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, declined_at=None)
                | models.Q(accepted_at=None, withdrawn_at=None)
                | models.Q(declined_at=None, withdrawn_at=None),
                name="members_handover_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"

    @property
    def link(self) -> Link:
        return Link(HANDOVER, self.coalition_id, self.pk, self.taker_id, 1)
