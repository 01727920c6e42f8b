"""What a partner can lend the others: rooms, printing, translators."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoldedField, fold_search, holding
from members.models.coalition import Coalition
from members.models.partner import Partner


class CapacityOfferQuerySet(models.QuerySet["CapacityOffer"]):
    def open(self, today: date) -> Self:
        """Leave out what has run out, and what partners offer who are not with us."""
        return self.filter(
            models.Q(until_on=None) | models.Q(until_on__gte=today),
            partner__in=Partner.objects.active().listed(),
        )

    def matching(self, words: str) -> Self:
        return self.filter(holding(words))


CapacityOfferManager = TenantManager.from_queryset(CapacityOfferQuerySet)


class CapacityOffer(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="offers"
    )
    kind = models.CharField(_("what"), max_length=100)
    amount = models.CharField(_("how much"), max_length=200, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    note = models.TextField(_("good to know"), max_length=1000, blank=True)
    search_text = FoldedField(
        max_length=1400, sources=("kind", "amount", "note"), fold=fold_search
    )

    objects = CapacityOfferManager()

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="members_capacityoffer_tenant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.partner})"
