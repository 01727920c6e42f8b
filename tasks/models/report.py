"""What a check-in says of a task or a figure, and the answer to it."""

from datetime import datetime
from typing import Final, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.tenancy import TenantManager
from goals.models import Goal
from goals.models.goal import GoalState, spell_number
from tasks.models.assignment import Assignment, Letter
from tasks.models.checkin import CheckIn
from tasks.models.task import Task

PROPOSALS: Final = "proposals"  # the purpose of the link, and the kind of the mail
ROUND_REPORT: Final = "round_report"  # tells who coordinates what a round brought
PROPOSAL_ANSWERS: Final = "proposal_answers"  # tells what became of what was reported


class TaskWord(models.TextChoices):
    DONE = "done", _("Done")
    ON_TRACK = "on_track", _("On track")
    STUCK = "stuck", _("Stuck")


R = TypeVar("R", bound="Settled")


class SettledQuerySet(models.QuerySet[R]):
    def answered(self, since: datetime) -> Self:
        """Keep what somebody else answered since then."""
        mine = models.Q(settled_by=models.F("check_in__person"))
        return self.filter(agreed__isnull=False, settled_at__gt=since).exclude(mine)


class Settled(TimeStampedModel):
    """What waits for somebody's yes, and what they answered."""

    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What was answered to who reported it; None where nobody had to be asked.
    agreed = models.BooleanField(null=True, editable=False)
    reply = models.CharField(max_length=500, blank=True, db_default="", default="")

    class Meta:
        abstract = True


class TaskReportQuerySet(SettledQuerySet["TaskReport"]):
    def proposed(self) -> Self:
        """Keep each "done" that waits for a yes, and was not said of anew since."""
        later = TaskReport.objects.filter(
            task=models.OuterRef("task"),
            check_in__person=models.OuterRef("check_in__person"),
            pk__gt=models.OuterRef("pk"),
        )
        waiting = self.filter(word=TaskWord.DONE, settled_at=None, task__done_at=None)
        return waiting.exclude(models.Exists(later))

    def asking(self) -> Self:
        """Annotate whose yes it waits for: `asked_id` and `asked_name`, or None."""
        accountable = Assignment.objects.standing().filter(
            task=models.OuterRef("task"), letter=Letter.ACCOUNTABLE
        )
        return self.annotate(
            asked_id=models.Subquery(accountable.values("person")[:1]),
            asked_name=models.Subquery(accountable.values("person__full_name")[:1]),
            about=models.F("task__title"),
        )


TaskReportManager = TenantManager.from_queryset(TaskReportQuerySet)


class TaskReport(Settled):
    """What a check-in says of a task; "done" by who is not accountable waits for a yes."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.CASCADE, related_name="task_reports"
    )
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reports")
    word = models.CharField(_("how it goes"), max_length=8, choices=TaskWord.choices)

    objects = TaskReportManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "task"], name="tasks_taskreport_once"
            ),
            models.CheckConstraint(
                condition=models.Q(agreed=None) | models.Q(settled_at__isnull=False),
                name="tasks_taskreport_answer_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(word__in=TaskWord.values),
                name="tasks_taskreport_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.get_word_display()}"

    @property
    def outcome(self) -> str:
        """Return the word, and what was answered to it; load the task."""
        word = str(self.get_word_display())
        if self.agreed is not None:
            answer = _("yes, it is") if self.agreed else _("not yet")
            return f"{word} · {answer}" + (f": {self.reply}" if self.reply else "")
        waits = self.word == TaskWord.DONE and not self.settled_at
        if waits and not self.task.done_at:
            return f"{word} · " + str(_("waits for a yes"))
        return word


class ReadingReportQuerySet(SettledQuerySet["ReadingReport"]):
    def proposed(self) -> Self:
        """Keep each figure that waits for a yes, and has no newer one beside it."""
        later = ReadingReport.objects.filter(
            goal=models.OuterRef("goal"),
            check_in__person=models.OuterRef("check_in__person"),
            pk__gt=models.OuterRef("pk"),
        )
        waiting = self.filter(settled_at=None, goal__state=GoalState.OPEN)
        return waiting.exclude(models.Exists(later))

    def asking(self) -> Self:
        """Annotate whose yes it waits for: `asked_id` and `asked_name`, or None."""
        return self.annotate(
            asked_id=models.F("goal__owner_id"),
            asked_name=models.F("goal__owner__full_name"),
            about=models.F("goal__title"),
        )


ReadingReportManager = TenantManager.from_queryset(ReadingReportQuerySet)


class ReadingReport(Settled):
    """A figure for a goal, out of a check-in; it counts when the goal's owner says yes."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.CASCADE, related_name="reading_reports"
    )
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    reading = models.ForeignKey(
        "goals.GoalReading", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = ReadingReportManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "goal"], name="tasks_readingreport_once"
            ),
            models.CheckConstraint(
                condition=models.Q(agreed=None) | models.Q(settled_at__isnull=False),
                name="tasks_readingreport_answer_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.value}"

    @property
    def spelled(self) -> str:
        return spell_number(self.value)
