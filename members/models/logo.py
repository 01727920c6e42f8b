"""A partner's logo: a small picture of ours, in the database like all it belongs to."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition

KEPT_BYTES = 200_000
# So long a logo can be brought back: as long as a merge, which may name it.
KEPT_FOR = timedelta(days=30)


class PartnerLogo(models.Model):
    """One picture, never changed: `Partner.logo` names the one that counts."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    # When it was first seen that no partner names it any more.
    let_go_at = models.DateTimeField(null=True)

    objects = TenantManager["PartnerLogo"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="members_partnerlogo_tenant"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("data"), KEPT_BYTES),
                name="members_partnerlogo_small",
            ),
        ]

    def __str__(self) -> str:
        return f"Logo {self.pk}"
