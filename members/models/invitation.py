"""Asking a person to come in: the mail, its one-time link, and what became of it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.person import Person

INVITATION = "invitation"  # the purpose of its link, and the kind of its mail


class InvitationState(models.TextChoices):
    OPEN = "open", _("Waiting")
    EXPIRED = "expired", _("Ran out")
    ACCEPTED = "accepted", _("Accepted")
    REVOKED = "revoked", _("Taken back")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        """Keep those that can still be accepted, at the address that was asked."""
        return self.unanswered(now).filter(person__email=models.F("email"))

    def unanswered(self, now: datetime) -> Self:
        """Keep those in time, also at an address that the person has no more."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def in_state(self, state: InvitationState, now: datetime) -> Self:
        ran_out = models.Q(revoked_at=None, expires_at__lte=now)
        # A newer invitation took the place of one that had run out.
        replaced = models.Q(revoked_at__gte=models.F("expires_at"))
        match state:
            case InvitationState.OPEN:
                return self.open(now)
            case InvitationState.EXPIRED:
                return self.filter(ran_out | replaced, accepted_at=None)
            case InvitationState.ACCEPTED:
                return self.exclude(accepted_at=None)
            case InvitationState.REVOKED:
                return self.filter(revoked_at__lt=models.F("expires_at"))


InvitationManager = TenantManager.from_queryset(InvitationQuerySet)


class Invitation(TimeStampedModel):
    """What it gives is the person's membership; `version` counts how often it was sent."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="invitations"
    )
    invited_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Whoever reads mail there may accept, and becomes nobody else by it.
    email = models.EmailField(_("e-mail"), max_length=254)
    words = models.TextField(_("your own words"), blank=True, max_length=1000)
    version = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationManager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="members_invitation_one_open",
                violation_error_message=_("This person has been invited already."),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="members_invitation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, until {self.expires_at:%Y-%m-%d}"

    def state(self, now: datetime) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.expires_at <= (self.revoked_at or now):
            return InvitationState.EXPIRED
        return InvitationState.REVOKED if self.revoked_at else InvitationState.OPEN

    @property
    def link(self) -> Link:
        return Link(
            INVITATION, self.coalition_id, self.pk, self.person_id, self.version
        )
