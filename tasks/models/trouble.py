"""What is in the way, what would help, and whom to reach out to."""

from typing import Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from goals.models import Goal
from tasks.models.checkin import CheckIn, CheckInCycle
from tasks.models.task import Task


class HurdleState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    RAISED = "raised", _("Raised with the steering group")
    SOLVED = "solved", _("Solved")


UNSOLVED: Final = (HurdleState.OPEN, HurdleState.ANSWERED, HurdleState.RAISED)


class HurdleQuerySet(models.QuerySet["Hurdle"]):
    def unsolved(self) -> Self:
        return self.filter(state__in=UNSOLVED)

    def unanswered(self) -> Self:
        return self.filter(state=HurdleState.OPEN)


HurdleManager = TenantManager.from_queryset(HurdleQuerySet)


class Hurdle(TimeStampedModel, VersionedModel):
    """Something in the way, said in a check-in; the coordinator owes it an answer."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.OneToOneField(
        CheckIn, on_delete=models.PROTECT, null=True, related_name="raised_hurdle"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="hurdles"
    )
    text = models.TextField(_("hurdle"), max_length=4000)
    state = models.CharField(
        _("state"), max_length=8, choices=HurdleState.choices, default=HurdleState.OPEN
    )
    task = models.ForeignKey(
        Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="hurdles"
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.SET_NULL, null=True, blank=True, related_name="hurdles"
    )
    answer = models.TextField(_("answer"), blank=True, max_length=4000)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    solved_at = models.DateTimeField(null=True, editable=False)

    objects = HurdleManager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=HurdleState.values),
                name="tasks_hurdle_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state="solved", solved_at__isnull=False)
                | (~models.Q(state="solved") & models.Q(solved_at=None)),
                name="tasks_hurdle_solved_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_untouched(self) -> bool:
        """Say whether nobody has acted on it, so that its words can still change."""
        acted = self.answer or self.task_id or self.goal_id
        return self.state == HurdleState.OPEN and not acted


class AskState(models.TextChoices):
    OPEN = "open", _("Looking for help")
    OFFERED = "offered", _("Help is offered")
    CLOSED = "closed", _("Closed")


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> Self:
        return self.exclude(state=AskState.CLOSED)


AskManager = TenantManager.from_queryset(AskQuerySet)


class Ask(TimeStampedModel, VersionedModel):
    """What would help somebody, said in a check-in, and the offer that answers it."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.OneToOneField(
        CheckIn, on_delete=models.PROTECT, null=True, related_name="raised_ask"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="asks"
    )
    text = models.TextField(_("ask"), max_length=4000)
    state = models.CharField(
        _("state"), max_length=7, choices=AskState.choices, default=AskState.OPEN
    )
    offer = models.ForeignKey(
        "members.CapacityOffer",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="asks",
    )
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = AskManager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=AskState.values), name="tasks_ask_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at=None)),
                name="tasks_ask_closed_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_untouched(self) -> bool:
        return self.state == AskState.OPEN and not self.offer_id


class ReachOutReason(models.TextChoices):
    LOW_CONFIDENCE = "confidence", _("Low confidence twice in a row")
    MISSED = "missed", _("Not heard from for two check-ins")


class ReachOutQuerySet(models.QuerySet["ReachOut"]):
    def open(self) -> Self:
        return self.filter(settled_at=None)


ReachOutManager = TenantManager.from_queryset(ReachOutQuerySet)


class ReachOut(TimeStampedModel):
    """A quiet sign, for coordinators alone, that somebody should be spoken to."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    person = models.ForeignKey(
        "members.Person", on_delete=models.CASCADE, related_name="reach_outs"
    )
    cycle = models.ForeignKey(
        CheckInCycle, on_delete=models.CASCADE, related_name="reach_outs"
    )
    reason = models.CharField(max_length=10, choices=ReachOutReason.choices)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(_("how it went"), max_length=500, blank=True)

    objects = ReachOutManager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "reason"],
                condition=models.Q(settled_at=None),
                name="tasks_reachout_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=ReachOutReason.values),
                name="tasks_reachout_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_reason_display()}"
