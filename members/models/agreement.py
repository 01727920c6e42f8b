"""What partners sign up to, version by version, and which partner accepted which."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.partner import Partner
from members.models.person import Person

# So long before it runs out, a partner can accept the same version again.
RENEWAL_OPENS = timedelta(days=60)
# And so long before it runs out, whoever may do that is reminded, once.
RENEWAL_REMINDS = timedelta(days=30)
RENEWAL = "agreement_renewal"  # the kind of that mail


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def published(self) -> Self:
        return self.exclude(published_at=None)

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def current(self) -> "Agreement | None":
        """Return the version that partners are asked to accept."""
        return self.published().order_by("-number").first()


AgreementManager = TenantManager.from_queryset(AgreementQuerySet)


class Agreement(TimeStampedModel, VersionedModel):
    """One version; once published its words stay as they are."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=50_000)
    renewal_months = models.PositiveSmallIntegerField(
        _("to be renewed after (months)"), null=True, blank=True
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = AgreementManager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "number"], name="members_agreement_number"
            ),
            models.UniqueConstraint(
                fields=["coalition", "id"], name="members_agreement_tenant"
            ),
            models.UniqueConstraint(
                fields=["coalition"],
                condition=models.Q(published_at=None),
                name="members_agreement_one_draft",
                violation_error_message=_("There is a draft already: go on with it."),
            ),
            models.CheckConstraint(
                condition=models.Q(renewal_months=None)
                | models.Q(renewal_months__gte=1),
                name="members_agreement_renewal",
                violation_error_message=_("Give it a month at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgreementAcceptanceQuerySet(models.QuerySet["AgreementAcceptance"]):
    def valid(self, today: date) -> Self:
        """Keep what has not run out."""
        return self.filter(models.Q(renew_on=None) | models.Q(renew_on__gt=today))


AgreementAcceptanceManager = TenantManager.from_queryset(AgreementAcceptanceQuerySet)


class AgreementAcceptance(models.Model):
    """A partner said yes to a version, through a delegate or as a coordinator heard."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="acceptances"
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="acceptances"
    )
    accepted_on = models.DateField(_("accepted on"))
    # Nobody when their board signed on paper; then `recorded_by` wrote it down.
    accepted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    renew_on = models.DateField(_("to be renewed on"), null=True, blank=True)

    objects = AgreementAcceptanceManager()

    class Meta:
        ordering = ["-accepted_on", "-id"]
        indexes = [
            models.Index(
                fields=["agreement", "partner", "renew_on"],
                name="members_acceptance_valid",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "partner", "accepted_on"],
                name="members_acceptance_once_a_day",
                violation_error_message=_("That is recorded already."),
            ),
            models.CheckConstraint(
                condition=models.Q(renew_on=None)
                | models.Q(renew_on__gt=models.F("accepted_on")),
                name="members_acceptance_renewed_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.agreement}"

    @property
    def on_behalf(self) -> bool:
        return self.accepted_by_id != self.recorded_by_id

    def renewable(self, today: date) -> bool:
        return self.renew_on is not None and today >= self.renew_on - RENEWAL_OPENS
