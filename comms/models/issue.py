"""One issue of the update, or one announcement, and the schedule of updates."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from members.models.coalition import validate_timezone


class UpdateSchedule(TimeStampedModel):
    """When updates leave: every n weeks from an anchor, in wall time."""

    coalition = models.OneToOneField(
        "members.Coalition", on_delete=models.PROTECT, related_name="update_schedule"
    )
    every_weeks = models.PositiveSmallIntegerField(
        _("every … weeks"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    # The first date of the present rhythm, so also its weekday; the period that
    # leaves on it has the number `first_period`. Numbers never start again.
    anchor_date = models.DateField(_("from"))
    first_period = models.PositiveIntegerField(default=1, editable=False)
    local_time = models.TimeField(_("at"))
    timezone = models.CharField(
        _("time zone"), max_length=64, validators=[validate_timezone]
    )
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantManager["UpdateSchedule"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_weeks__gte=1, every_weeks__lte=12),
                name="comms_updateschedule_weeks",
            )
        ]

    def __str__(self) -> str:
        return f"every {self.every_weeks} weeks from {self.anchor_date}"

    def day(self, n: int) -> date:
        """Return the date of the rhythm's period n, 0 the first."""
        return self.anchor_date + timedelta(weeks=n * self.every_weeks)


class IssueKind(models.TextChoices):
    UPDATE = "update", _("Update")
    ANNOUNCEMENT = "announcement", _("Announcement")


class IssueState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    COMPOSED = "composed", _("Drafted")
    AWAITING_APPROVAL = "awaiting_approval", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    RELEASED = "released", _("Sending")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Sent")
    MERGED = "merged", _("Folded into a later one")
    SKIPPED = "skipped", _("Nothing happened")
    CANCELLED = "cancelled", _("Cancelled")


DRAFTS: Final = (IssueState.COMPOSED, IssueState.AWAITING_APPROVAL)
EDITABLE: Final = (*DRAFTS, IssueState.APPROVED)

# Every change of state is one conditional UPDATE along one of these arrows.
ISSUE_ARROWS: Mapping[IssueState, frozenset[IssueState]] = {
    IssueState.PLANNED: frozenset(
        {
            IssueState.COMPOSED,
            IssueState.MERGED,
            IssueState.SKIPPED,
            IssueState.CANCELLED,
        }
    ),
    IssueState.COMPOSED: frozenset(
        {
            IssueState.AWAITING_APPROVAL,
            IssueState.SKIPPED,
            IssueState.MERGED,
            IssueState.CANCELLED,
        }
    ),
    IssueState.AWAITING_APPROVAL: frozenset(
        {
            IssueState.APPROVED,
            IssueState.SKIPPED,
            IssueState.MERGED,
            IssueState.CANCELLED,
        }
    ),
    IssueState.APPROVED: frozenset(
        {IssueState.AWAITING_APPROVAL, IssueState.RELEASED, IssueState.CANCELLED}
    ),
    IssueState.RELEASED: frozenset(
        {IssueState.AWAITING_APPROVAL, IssueState.PAUSED, IssueState.DONE}
    ),
    IssueState.PAUSED: frozenset({IssueState.RELEASED, IssueState.DONE}),
    IssueState.DONE: frozenset(),
    IssueState.MERGED: frozenset(),
    IssueState.SKIPPED: frozenset(),
    IssueState.CANCELLED: frozenset(),
}


class IssueQuerySet(models.QuerySet["Issue"]):
    def updates(self) -> Self:
        return self.filter(kind=IssueKind.UPDATE)

    def announcements(self) -> Self:
        return self.filter(kind=IssueKind.ANNOUNCEMENT)

    def drafts(self) -> Self:
        return self.filter(
            state__in=[IssueState.COMPOSED, IssueState.AWAITING_APPROVAL]
        )

    def unfinished(self) -> Self:
        return self.filter(
            state__in=[
                IssueState.PLANNED,
                IssueState.COMPOSED,
                IssueState.AWAITING_APPROVAL,
                IssueState.APPROVED,
                IssueState.RELEASED,
                IssueState.PAUSED,
            ]
        )


IssueManager = TenantManager.from_queryset(IssueQuerySet)


class Issue(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=IssueKind.choices)
    # p00017 for the 17th period, m:<milestone> for a milestone reached.
    source_key = models.CharField(max_length=80)
    period = models.PositiveIntegerField(null=True, blank=True)
    due_at = models.DateTimeField()
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=IssueState.choices, default=IssueState.PLANNED
    )
    hold_reason = models.CharField(max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    introduction = models.TextField(_("opening"), max_length=5000, blank=True)
    own_note = models.TextField(_("note of your own"), max_length=1000, blank=True)
    own_note_by = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # What was found in the records (see comms.updates.content), and what a coordinator
    # made of it: the keys of items that are left out or stand on top, the order of
    # sections and items, and other words for some, each with the words it replaced.
    # All this, with the words above, is what is approved.
    content = models.JSONField(default=dict, blank=True)
    hidden = models.JSONField(default=list, blank=True)
    order = models.JSONField(default=list, blank=True)
    pinned = models.JSONField(default=list, blank=True)
    wordings = models.JSONField(default=dict, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    # What was last approved, to be compared with what it became since.
    approved_form = models.JSONField(default=dict, blank=True)
    approved_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    # Skips the recall wait and the spread over the first half hour.
    at_once = models.BooleanField(default=False)
    audience_count = models.PositiveIntegerField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = IssueManager()

    class Meta:
        ordering = ["-due_at", "-id"]
        indexes = [models.Index(fields=["state", "due_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "kind", "source_key"],
                name="comms_issue_one_per_source",
            ),
            models.UniqueConstraint(
                fields=["coalition", "id"], name="comms_issue_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=IssueState.values),
                name="comms_issue_state",
            ),
            models.CheckConstraint(
                condition=models.Q(window_start=None)
                | models.Q(window_end=None)
                | models.Q(window_start__lt=models.F("window_end")),
                name="comms_issue_window_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=["approved", "released", "paused", "done"]
                )
                | (
                    ~models.Q(approved_sha256="")
                    & models.Q(approved_sha256=models.F("content_sha256"))
                ),
                name="comms_issue_released_as_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(own_note="", own_note_by=None)
                | (~models.Q(own_note="") & models.Q(own_note_by__isnull=False)),
                name="comms_issue_own_note_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.kind} {self.source_key}"


class Withdrawal(models.Model):
    """An item that was taken back: it is shown nowhere any more, in no issue's mail.

    Never an edit of the content, which is what was approved; never undone.
    """

    issue = models.ForeignKey(
        Issue, on_delete=models.CASCADE, related_name="withdrawals"
    )
    key = models.CharField(max_length=100)
    by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager["Withdrawal"]("issue__coalition")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "key"], name="comms_withdrawal_once"
            )
        ]

    def __str__(self) -> str:
        return self.key


class _KindManager(TenantManager[Any]):
    """Return issues of one kind."""

    def __init__(self, kind: IssueKind) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(kind=self.kind)


class Update(Issue):
    objects = _KindManager(IssueKind.UPDATE)  # type: ignore[assignment, misc]

    class Meta:
        proxy = True


class Announcement(Issue):
    objects = _KindManager(IssueKind.ANNOUNCEMENT)  # type: ignore[assignment, misc]

    class Meta:
        proxy = True


def period_key(period: int) -> str:
    return f"p{period:05}"
