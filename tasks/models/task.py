"""A line of the action plan."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoldedField, fold_search, holding
from tasks.models.assignment import Assignment, Letter
from tasks.models.repeating import MOST_PERIODS, RepeatUnit


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def done(self) -> Self:
        return self.exclude(done_at=None)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due__lt=today)

    def matching(self, words: str) -> Self:
        return self.filter(holding(words))

    def unaccounted(self) -> Self:
        """Keep open tasks that nobody is, or is asked to be, accountable for."""
        accountable = Assignment.objects.standing().filter(
            task=models.OuterRef("pk"), letter=Letter.ACCOUNTABLE
        )
        return self.open().filter(~models.Exists(accountable))

    def with_carriers(self) -> Self:
        """Load what a list shows, and no more: titles, names, letters."""
        parts = (
            Assignment.objects.current()
            .select_related("person", "partner")
            .only(
                *("coalition_id", "task_id", "letter", "status", "reason", "asked_at"),
                "handed_at",
                *("person__full_name", "partner__name"),
            )
        )
        return (
            self.select_related("goal")
            .only(
                *("coalition_id", "title", "start", "due", "done_at"),
                *("repeat_every", "repeat_unit", "goal__title"),
            )
            .prefetch_related(models.Prefetch("assignments", parts))
        )

    def with_assignments(self) -> Self:
        return self.select_related("goal").prefetch_related(
            models.Prefetch(
                "assignments",
                Assignment.objects.select_related(
                    "person__membership", "partner", "handed_to"
                ),
            )
        )

    def whole(self) -> Self:
        """Load what the page of one task shows."""
        return (
            self.with_assignments()
            .select_related("goal", "milestone", "done_by")
            .prefetch_related("checklist", "links")
        )


TaskManager = TenantManager.from_queryset(TaskQuerySet)


class Task(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    goal = models.ForeignKey(
        "goals.Goal",
        verbose_name=_("goal"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
    )
    milestone = models.ForeignKey(
        "goals.Milestone",
        verbose_name=_("milestone"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
    )
    title = models.CharField(_("task"), max_length=200)
    description = models.TextField(_("why, and how"), blank=True, max_length=5000)
    resources = models.TextField(
        _("what it takes"), blank=True, max_length=1000, default="", db_default=""
    )
    start = models.DateField(_("start"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    repeat_every = models.PositiveSmallIntegerField(
        _("repeats every"), null=True, blank=True
    )
    repeat_unit = models.CharField(
        _("weeks or months"),
        max_length=6,
        choices=RepeatUnit.choices,
        blank=True,
        default="",
        db_default="",
    )
    repeat_day = models.PositiveSmallIntegerField(null=True, editable=False)
    previous = models.OneToOneField(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="following",
    )
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    search_text = FoldedField(max_length=400, sources=("title",), fold=fold_search)

    objects = TaskManager()

    class Meta:
        ordering = [models.F("due").asc(nulls_last=True), "id"]
        # They begin with the coalition because every query does: without statistics
        # SQLite would take the index on that alone.
        indexes = [
            models.Index(
                fields=["coalition", "done_at", "due"], name="tasks_task_board"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="tasks_task_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(done_by=None) | models.Q(done_at__isnull=False),
                name="tasks_task_done_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(start=None)
                | models.Q(due=None)
                | models.Q(start__lte=models.F("due")),
                name="tasks_task_start_before_due",
                violation_error_message=_("It cannot start after it is due."),
            ),
            models.CheckConstraint(
                condition=models.Q(repeat_every=None, repeat_unit="")
                | models.Q(
                    repeat_every__isnull=False,
                    repeat_every__gte=1,
                    repeat_every__lte=MOST_PERIODS,
                    repeat_unit__in=RepeatUnit.values,
                    due__isnull=False,
                ),
                name="tasks_task_repeats_whole",
                violation_error_message=_(
                    "A task that repeats has a day by which it is due."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(milestone=None) | models.Q(goal__isnull=False),
                name="tasks_task_milestone_of_goal",
                violation_error_message=_("A milestone belongs to a goal."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rhythm(self) -> str:
        """Return how often it comes again, in words."""
        n = self.repeat_every or 0
        if self.repeat_unit == RepeatUnit.WEEKS:
            return ngettext("every week", "every %(n)d weeks", n) % {"n": n}
        if self.repeat_unit == RepeatUnit.MONTHS:
            return ngettext("every month", "every %(n)d months", n) % {"n": n}
        return ""

    @property
    def ticked(self) -> int:
        return sum(1 for item in self.checklist.all() if item.done_at)
