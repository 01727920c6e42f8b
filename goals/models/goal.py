"""An adopted shared goal and the dated readings of its measure."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoldedField, fold_search, holding


def spell_number(value: Decimal) -> str:
    """Write a figure as people do: 7 and 3.5, never 7.00."""
    whole = value == value.to_integral_value()
    plain = value.quantize(Decimal(1)) if whole else value.normalize()
    return number_format(plain, use_l10n=True, force_grouping=True)


class GoalState(models.TextChoices):
    OPEN = "open", _("Open")
    ACHIEVED = "achieved", _("Achieved")
    CLOSED = "closed", _("Closed without reaching it")


class GoalQuerySet(models.QuerySet["Goal"]):
    def open(self) -> Self:
        return self.filter(state=GoalState.OPEN)

    def ended(self) -> Self:
        return self.exclude(state=GoalState.OPEN)

    def matching(self, words: str) -> Self:
        return self.filter(holding(words))

    def with_current(self) -> Self:
        """Annotate `current_value` and `current_on` from the newest reading."""
        newest = GoalReading.objects.filter(goal=models.OuterRef("pk")).newest_first()
        return self.annotate(
            current_value=models.Subquery(newest.values("value")[:1]),
            current_on=models.Subquery(newest.values("on")[:1]),
        )


GoalManager = TenantManager.from_queryset(GoalQuerySet)


class Goal(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    title = models.CharField(_("goal"), max_length=200)
    why = models.TextField(_("why it matters"), blank=True, max_length=5000)
    measure = models.CharField(_("what we count"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    baseline = models.DecimalField(
        _("where we began"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    target = models.DecimalField(
        _("where we want to be"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    due = models.DateField(_("due"), null=True, blank=True)
    owner = models.ForeignKey(
        "members.Person",
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_goals",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=GoalState.choices, default=GoalState.OPEN
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = FoldedField(
        max_length=600, sources=("title", "measure"), fold=fold_search
    )

    objects = GoalManager()

    class Meta:
        ordering = [models.F("due").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="goals_goal_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(state=GoalState.OPEN, closed_at=None)
                | models.Q(state__in=["achieved", "closed"], closed_at__isnull=False),
                name="goals_goal_closed_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(baseline=None)
                | models.Q(target=None)
                | ~models.Q(baseline=models.F("target")),
                name="goals_goal_target_differs",
                violation_error_message=_(
                    "The target must differ from where we began."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def baseline_spelled(self) -> str:
        return "" if self.baseline is None else spell_number(self.baseline)

    @property
    def target_spelled(self) -> str:
        return "" if self.target is None else spell_number(self.target)

    def progress(self, current: Decimal | None) -> int | None:
        """Return how much of the way from baseline to target is done, 0-100.

        None without a target or a reading; a missing baseline counts as 0.
        """
        baseline = self.baseline or Decimal(0)
        if self.target is None or current is None or self.target == baseline:
            return None
        share = (current - baseline) / (self.target - baseline)
        return int(min(max(share, Decimal(0)), Decimal(1)) * 100)


class GoalReadingQuerySet(models.QuerySet["GoalReading"]):
    def newest_first(self) -> Self:
        return self.order_by("-on", "-id")

    def oldest_first(self) -> Self:
        return self.order_by("on", "id")


GoalReadingManager = TenantManager.from_queryset(GoalReadingQuerySet)


class GoalReading(VersionedModel):
    """A value read on a date; an update tells of it by when it was recorded."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="readings")
    on = models.DateField(_("read on"), default=date.today)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = GoalReadingManager("goal__coalition")

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.goal}: {self.value} ({self.on})"

    @property
    def spelled(self) -> str:
        return spell_number(self.value)
