"""What is in the way, and what would help."""

from typing import Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoldedField, fold_search, holding
from goals.models import Goal
from members.models import Membership
from members.permissions import Permission
from tasks.models.checkin import CheckIn
from tasks.models.schedule import SeenBy
from tasks.models.task import Task

ASK: Final = "ask"  # the purpose of its link, and the kind of the mail about it
HURDLE: Final = "hurdle"  # the purpose of its link, and the kind of the mail about it


def _folded_text() -> FoldedField:
    return FoldedField(
        max_length=6000, sources=("text",), fold=fold_search, default="", db_default=""
    )


def _levels(membership: Membership) -> list[SeenBy]:
    """Return the promises that let this member read along."""
    if membership.may(Permission.CHECKINS_EDIT):
        return list(SeenBy)
    if membership.may(Permission.CHECKINS_VIEW):
        return [SeenBy.LEADS, SeenBy.MEMBERS]
    return [SeenBy.MEMBERS]


def said_to(membership: Membership) -> models.Q:
    """Keep one's own, and what was promised to be shown to this member."""
    return models.Q(seen_by__in=_levels(membership)) | models.Q(
        person=membership.person_id
    )


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

    def visible_to(self, membership: Membership) -> Self:
        """Keep what this member may read; the steering group, what was raised too."""
        shown = said_to(membership)
        if membership.may(Permission.CHECKINS_VIEW):
            shown |= models.Q(raised_at__isnull=False)
        return self.filter(shown)

    def matching(self, words: str) -> Self:
        return self.filter(holding(words))

    def for_everybody(self) -> Self:
        return self.filter(seen_by=SeenBy.MEMBERS)

    def at(self, partner: object) -> Self:
        """Keep what was said for a partner."""
        return self.filter(check_in__voices__partner=partner)


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
    search_text = _folded_text()
    # As it was promised to whoever said it; a later change of the schedule is no excuse.
    seen_by = models.CharField(
        _("who sees it"),
        max_length=12,
        choices=SeenBy.choices,
        default=SeenBy.COORDINATORS,
        db_default=SeenBy.COORDINATORS,
    )
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
    raised_at = models.DateTimeField(null=True, editable=False)
    solved_at = models.DateTimeField(null=True, editable=False)
    # When somebody else last did something that its raiser should hear of.
    news_at = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(
                condition=models.Q(seen_by__in=SeenBy.values),
                name="tasks_hurdle_seen_by",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_untouched(self) -> bool:
        """Say whether nobody has acted on it, so that its words can still change."""
        acted = self.answer or self.task_id or self.goal_id or self.raised_at
        return self.state == HurdleState.OPEN and not acted

    @property
    def unsolved_state(self) -> HurdleState:
        """Return where it stands as long as it is in the way: the last act counts."""
        if self.raised_at and (
            not self.answered_at or self.answered_at < self.raised_at
        ):
            return HurdleState.RAISED
        return HurdleState.ANSWERED if self.answer else HurdleState.OPEN

    @property
    def in_confidence(self) -> bool:
        return self.seen_by == SeenBy.COORDINATORS and not self.raised_at

    @property
    def link(self) -> Link:
        return Link(HURDLE, self.coalition_id, self.pk, self.person_id, version=1)


class AskState(models.TextChoices):
    OPEN = "open", _("Looking for help")
    OFFERED = "offered", _("Help is offered")
    CLOSED = "closed", _("Closed")


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> Self:
        return self.exclude(state=AskState.CLOSED)

    def visible_to(self, membership: Membership) -> Self:
        return self.filter(said_to(membership))

    def matching(self, words: str) -> Self:
        return self.filter(holding(words))

    def about(self, goal: Goal) -> Self:
        """Keep what was said in a check-in of a goal's people."""
        return self.filter(check_in__cycle__schedule__goal=goal)

    def for_everybody(self) -> Self:
        return self.filter(seen_by=SeenBy.MEMBERS)


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
    search_text = _folded_text()
    seen_by = models.CharField(
        _("who sees it"),
        max_length=12,
        choices=SeenBy.choices,
        default=SeenBy.COORDINATORS,
        db_default=SeenBy.COORDINATORS,
    )
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
    met = models.BooleanField(null=True, editable=False)
    # When somebody else last did something that whoever asked should hear of.
    news_at = models.DateTimeField(null=True, editable=False)

    objects = AskManager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="tasks_ask_tenant"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AskState.values), name="tasks_ask_state"
            ),
            models.CheckConstraint(
                condition=models.Q(seen_by__in=SeenBy.values), name="tasks_ask_seen_by"
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at=None)),
                name="tasks_ask_closed_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(met=None) | models.Q(state="closed"),
                name="tasks_ask_met_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_untouched(self) -> bool:
        """Say whether nobody has been asked or come forward yet."""
        alone = not self.offer_id and not self.helps.exists()
        return self.state == AskState.OPEN and alone

    @property
    def link(self) -> Link:
        return Link(ASK, self.coalition_id, self.pk, self.person_id, version=1)
