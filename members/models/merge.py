"""Two partners, or two people, that turned out to be one; undone within thirty days."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import Coalition
from members.models.partner import Partner
from members.models.person import Person

UNDO_FOR = timedelta(days=30)


class MergeKind(models.TextChoices):
    PARTNER = "partner", _("Partner")
    PERSON = "person", _("Person")


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def into(self, kept: Partner | Person) -> Self:
        """Keep what stands merged into this record."""
        side = "kept_partner" if isinstance(kept, Partner) else "kept_person"
        return self.standing().filter(**{side: kept})

    def of_lost(self, model: type[Partner] | type[Person], pk: int) -> Self:
        """Keep the merge that took a record away, while it stands."""
        kind = MergeKind.PARTNER if model is Partner else MergeKind.PERSON
        return self.standing().filter(kind=kind, lost_pk=pk)

    def undoable(self, now: datetime) -> Self:
        return self.standing().filter(created_at__gt=now - UNDO_FOR)


MergeManager = TenantManager.from_queryset(MergeQuerySet)


class Merge(TimeStampedModel):
    """The lost row is gone from its table; `trace` holds what brings it back."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8, choices=MergeKind.choices)
    kept_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, related_name="merges"
    )
    kept_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="merges"
    )
    lost_pk = models.PositiveBigIntegerField()
    lost_name = models.CharField(max_length=200)
    # A no that comes by an old mail to this address counts for the one who stays.
    lost_email = models.EmailField(max_length=254, blank=True)
    merged_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    # Whole rows, byte for byte: personal data, emptied when the time to undo is over.
    trace = models.JSONField(default=dict)

    objects = MergeManager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "kind", "lost_pk"],
                condition=models.Q(undone_at=None),
                name="members_merge_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind="partner", kept_partner__isnull=False, kept_person=None
                )
                | models.Q(kind="person", kept_partner=None, kept_person__isnull=False),
                name="members_merge_one_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lost_name} → {self.kept}"

    @property
    def kept(self) -> Partner | Person:
        return self.kept_partner or self.kept_person  # type: ignore[return-value]

    @property
    def undo_until(self) -> datetime:
        return self.created_at + UNDO_FOR

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and timezone.now() < self.undo_until


class KeptApart(models.Model):
    """Somebody looked at two records that seem to be one, and said that they are two."""

    coalition = models.ForeignKey(Coalition, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8, choices=MergeKind.choices)
    # Numbers, not links: what is merged away or removed needs no answer any more.
    low_pk = models.PositiveBigIntegerField()
    high_pk = models.PositiveBigIntegerField()
    said_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager["KeptApart"]()

    class Meta:
        verbose_name_plural = "kept apart"
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "kind", "low_pk", "high_pk"],
                name="members_keptapart_once",
            ),
            models.CheckConstraint(
                condition=models.Q(low_pk__lt=models.F("high_pk")),
                name="members_keptapart_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.low_pk} ≠ {self.high_pk}"
