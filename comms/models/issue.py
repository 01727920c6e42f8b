"""One issue of the update, or one announcement: what it says, to whom, how far it is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoundText


class IssueKind(models.TextChoices):
    UPDATE = "update", _("Update")
    ANNOUNCEMENT = "announcement", _("Announcement")


class Circle(models.TextChoices):
    """Who reads a section; each circle lies within those before it."""

    EVERYBODY = "everybody", _("Everybody who gets it")
    MEMBERS = "members", _("Members only")
    STEERING = "steering", _("Steering group only")

    def reads(self, other: "Circle") -> bool:
        """Say whether people of this circle read what is for the other."""
        circles = list(Circle)
        return circles.index(other) <= circles.index(self)

    def within(self, other: "Circle") -> "Circle":
        """Return the wider of two, which reads less."""
        return self if other.reads(self) else other


class Topic(models.TextChoices):
    """What an announcement is about."""

    MILESTONE = "milestone", _("A milestone reached")
    DECISION = "decision", _("A decision made")
    EVENT = "event", _("An event")
    WORDS = "words", _("Something else")


class Reach(models.TextChoices):
    """Whom an announcement is for."""

    EVERYBODY = "everybody", _("Everybody")
    GOAL = "goal", _("The people of a goal")
    GROUP = "group", _("A working group")
    SPEAKERS = "speakers", _("Some partners: who speaks for them")
    PARTNERS = "partners", _("Some partners: everybody there")


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


# So long after its release whoever let it go can call it back.
RECALL_WAIT: Final = timedelta(minutes=10)
DRAFTS: Final = (IssueState.COMPOSED, IssueState.AWAITING_APPROVAL)
EDITABLE: Final = (*DRAFTS, IssueState.APPROVED)
GONE_OUT: Final = (IssueState.RELEASED, IssueState.PAUSED, IssueState.DONE)

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
    # An announcement that an update told, when that was called back.
    IssueState.MERGED: frozenset({IssueState.AWAITING_APPROVAL}),
    IssueState.SKIPPED: frozenset(),
    IssueState.CANCELLED: frozenset(),
}


class IssueQuerySet(models.QuerySet["Issue"]):
    def updates(self) -> Self:
        return self.filter(kind=IssueKind.UPDATE)

    def announcements(self) -> Self:
        return self.filter(kind=IssueKind.ANNOUNCEMENT)

    def told(self) -> Self:
        """Keep what has left, by itself or in an update."""
        return self.filter(state__in=[*GONE_OUT, IssueState.MERGED])

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
    # Of an announcement: what it is about, in the terms of comms.updates.happenings.
    topic = models.CharField(
        max_length=10, choices=Topic.choices, blank=True, default="", db_default=""
    )
    facts = models.JSONField(null=True, blank=True)
    # Whom it is for, as comms.updates.addressees has it; null: everybody.
    addressees = models.JSONField(null=True, blank=True)
    # Who gets the replies; null: whoever gets those to updates.
    answered_by = models.ForeignKey(
        "members.Person",
        verbose_name=_("replies go to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # An announcement that waits for the next update to tell it, and the one that did.
    with_update = models.BooleanField(default=False, db_default=False)
    told_in = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="told"
    )
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
    # sections and items, and other words for some, each with the words it replaced;
    # signed words above a section, by its kind, and sections that are all their own.
    # All this, with the words above, is what is approved.
    content = models.JSONField(default=dict, blank=True)
    hidden = models.JSONField(default=list, blank=True)
    order = models.JSONField(default=list, blank=True)
    pinned = models.JSONField(default=list, blank=True)
    wordings = models.JSONField(default=dict, blank=True)
    openings = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    own_sections = models.JSONField(
        default=list, blank=True, db_default=models.Value([], models.JSONField())
    )
    # The quotes that stand in it, as their speakers agreed to them.
    quoted = models.JSONField(
        default=list, blank=True, db_default=models.Value([], models.JSONField())
    )
    content_sha256 = models.CharField(max_length=64, blank=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    # What was last approved, to be compared with what it became since.
    approved_form = models.JSONField(default=dict, blank=True)
    approved_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    # Who changed it last, and whether somebody else had to approve it: see `Editor`.
    edited_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_approval = models.BooleanField(default=False, db_default=False)
    # When somebody who edited it asked the others to look, and who that was.
    approval_asked_at = models.DateTimeField(null=True, blank=True)
    approval_asked_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    # Skips the recall wait and the spread over the first half hour.
    at_once = models.BooleanField(default=False)
    # What everybody may read of it, once it has left: see comms.services.finding.
    search_text = FoundText()
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
            # An update is for everybody, and tells what it found.
            models.CheckConstraint(
                condition=models.Q(kind="announcement", topic__in=["", *Topic.values])
                | models.Q(
                    topic="",
                    facts__isnull=True,
                    addressees__isnull=True,
                    with_update=False,
                ),
                name="comms_issue_announces",
            ),
            models.CheckConstraint(
                condition=models.Q(with_update=False)
                | models.Q(addressees__isnull=True),
                name="comms_issue_update_is_for_all",
                violation_error_message=_("An update is read by everybody."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved", second_approval=True)
                | (
                    models.Q(approved_by__isnull=False)
                    & (
                        models.Q(edited_by=None)
                        | ~models.Q(approved_by=models.F("edited_by"))
                    )
                ),
                name="comms_issue_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(own_note="", own_note_by=None)
                | (~models.Q(own_note="") & models.Q(own_note_by__isnull=False)),
                name="comms_issue_own_note_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.kind} {self.source_key}"


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
