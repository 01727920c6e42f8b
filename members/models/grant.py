"""What somebody may do for a while because of what they hold, beside their access."""

from datetime import date
from typing import Self

from django.db import models

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.person import Person
from members.permissions import GRANTABLE


class PermissionGrantQuerySet(models.QuerySet["PermissionGrant"]):
    def living(self, today: date) -> Self:
        """Keep those that hold on this day, or will."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=today))

    def current(self, today: date) -> Self:
        return self.living(today).filter(from_on__lte=today)


PermissionGrantManager = TenantManager.from_queryset(PermissionGrantQuerySet)


class PermissionGrant(TimeStampedModel):
    """One permission of one person, from and to (the last day it holds).

    `because` is the name of what gives it, for people to read; `source` is its number,
    by which whoever wrote it finds it again.
    """

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    permission = models.CharField(
        max_length=40, choices=[(each.value, each.value) for each in GRANTABLE]
    )
    because = models.CharField(max_length=120)
    source = models.CharField(max_length=60)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    objects = PermissionGrantManager()

    class Meta:
        ordering = ["because", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "source", "permission"],
                name="members_permissiongrant_once",
            ),
            models.CheckConstraint(
                condition=models.Q(permission__in=[each.value for each in GRANTABLE]),
                name="members_permissiongrant_grantable",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on=None)
                | models.Q(to_on__gte=models.F("from_on")),
                name="members_permissiongrant_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.permission}"
