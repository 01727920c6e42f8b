"""A dated step of a goal."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from goals.models.goal import Goal


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def open(self) -> Self:
        return self.filter(reached_at=None)

    def reached(self) -> Self:
        return self.exclude(reached_at=None)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due__lt=today)

    def with_goal(self) -> Self:
        return self.select_related("goal", "partner", "reached_by")


MilestoneManager = TenantManager.from_queryset(MilestoneQuerySet)


class Milestone(TimeStampedModel, VersionedModel):
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=200)
    due = models.DateField(_("due"), null=True, blank=True)
    partner = models.ForeignKey(
        "members.Partner",
        verbose_name=_("carried by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
    )
    reached_at = models.DateTimeField(null=True, blank=True, editable=False)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    reached_by = models.ForeignKey(
        "members.Person",
        verbose_name=_("who made it happen"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reached_milestones",
    )
    reached_note = models.TextField(_("what it means"), blank=True, max_length=1000)

    objects = MilestoneManager("goal__coalition")

    class Meta:
        ordering = [models.F("due").asc(nulls_last=True), "id"]
        constraints = [
            # What a task of the goal refers to.
            models.UniqueConstraint(
                fields=["goal", "id"], name="goals_milestone_of_goal"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    reached_at=None, reached_on=None, reached_by=None, reached_note=""
                )
                | models.Q(reached_at__isnull=False, reached_on__isnull=False),
                name="goals_milestone_reached_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title
