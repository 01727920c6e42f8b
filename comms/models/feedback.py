"""What people tell the coalition of itself, and what became of it."""

import secrets
from datetime import date, timedelta
from typing import Any, Final, Self

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coalition.common.models import VersionedModel
from coalition.common.tenancy import TenantManager
from coalition.common.text import FoldedField, fold_search, holding
from members.models import Affiliation, Membership
from members.permissions import Permission

FEEDBACK: Final = "feedback"  # the kind of the mail that tells what became of it
ANSWER_WITHIN: Final = timedelta(days=5)
LONGEST: Final = 5000
TITLE: Final = 90


def random_id() -> int:
    """Return a number that says nothing of when, and that JavaScript can hold."""
    return secrets.randbelow(2**53 - 1) + 1


class FeedbackKind(models.TextChoices):
    IDEA = "idea", _("An idea")
    CONCERN = "concern", _("A concern")
    QUESTION = "question", _("A question")
    RESISTANCE = "resistance", _("I disagree")


class Visibility(models.TextChoices):
    OPEN = "open", _("Everyone here")
    COORDINATORS = "coordinators", _("Coordinators only")
    ANONYMOUS = "anonymous", _("Without my name")


class FeedbackState(models.TextChoices):
    NEW = "new", _("New")
    ACKNOWLEDGED = "acknowledged", _("Under way")
    CHANGED = "changed", _("Changed")
    EXPLAINED = "explained", _("Explained")
    CANNOT = "cannot", _("Not possible")
    TAKEN_BACK = "taken_back", _("Taken back")


WAITING: Final = (FeedbackState.NEW, FeedbackState.ACKNOWLEDGED)
ANSWERED: Final = (
    FeedbackState.CHANGED,
    FeedbackState.EXPLAINED,
    FeedbackState.CANNOT,
)


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def open(self) -> Self:
        """Keep what everybody here may read."""
        return self.filter(visibility=Visibility.OPEN)

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING)

    def answered(self) -> Self:
        return self.filter(state__in=ANSWERED)

    def taken_back(self) -> Self:
        return self.filter(state=FeedbackState.TAKEN_BACK)

    def standing(self) -> Self:
        """Leave out what whoever said it took back."""
        return self.exclude(state=FeedbackState.TAKEN_BACK)

    def matching(self, words: str) -> Self:
        return self.filter(holding(words))

    def read_by(self, membership: Membership, today: date) -> Self:
        """Keep what this member may read.

        Whoever answers reads what is not open as well, but never what is said about
        an organisation of theirs, or what was said while it was.
        """
        may_read = models.Q(visibility=Visibility.OPEN) | models.Q(
            author=membership.person_id
        )
        if membership.may(Permission.FEEDBACK_ANSWER):
            may_read |= _not_about_theirs(membership.person_id, today)
        return self.filter(may_read)

    def in_order(self) -> Self:
        """Put the oldest that waits first, and what was answered last at the end."""
        answered = models.Case(
            models.When(state__in=ANSWERED, then=1),
            models.When(state=FeedbackState.TAKEN_BACK, then=2),
            default=0,
            output_field=models.IntegerField(),
        )
        late = models.F("closed_at").desc(nulls_last=True)
        return self.order_by(answered, late, "raised_on", "id")


def _not_about_theirs(person: int, today: date) -> models.Q:
    there = models.Q(to_on=None) | models.Q(to_on__gte=today)
    there |= models.Q(to_on__gte=models.OuterRef("raised_on"))
    theirs = Affiliation.objects.filter(
        there, person=person, partner=models.OuterRef("partner")
    )
    return models.Q(partner=None) | models.Q(~models.Exists(theirs))


FeedbackManager = TenantManager.from_queryset(FeedbackQuerySet)


class Feedback(VersionedModel):
    """An idea, a concern, a question or a resistance, and the answer to it.

    Without a name there is no author and nothing that leads to one: the number is
    random, the day is all that is known of the time, and `thread_hash` is that of a
    secret which only the writer has.
    """

    id = models.BigAutoField(primary_key=True, default=random_id)
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=FeedbackKind.choices)
    visibility = models.CharField(max_length=12, choices=Visibility.choices)
    text = models.TextField(max_length=LONGEST)
    goal = models.ForeignKey(
        "goals.Goal",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback",
    )
    partner = models.ForeignKey(
        "members.Partner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback",
    )
    author = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="feedback",
    )
    raised_on = models.DateField()
    by_mail = models.BooleanField(default=False, db_default=False, editable=False)
    owner = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=FeedbackState.choices, default=FeedbackState.NEW
    )
    answer = models.TextField(blank=True, max_length=LONGEST)
    # What was changed: a record, an address, or only words, which always stand.
    changed_goal = models.ForeignKey(
        "goals.Goal", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_task = models.ForeignKey(
        "tasks.Task", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_milestone = models.ForeignKey(
        "goals.Milestone", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_words = models.CharField(max_length=200, blank=True)
    changed_url = models.URLField(max_length=500, blank=True)
    public_words = models.CharField(max_length=280, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    thread_hash = models.CharField(max_length=64, blank=True, editable=False)
    search_text = FoldedField(max_length=6000, sources=("text",), fold=fold_search)

    objects = FeedbackManager()

    class Meta:
        verbose_name_plural = "feedback"
        indexes = [
            models.Index(
                fields=["coalition", "state", "raised_on"], name="comms_feedback_board"
            ),
            models.Index(fields=["closed_at"], name="comms_feedback_closed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="comms_feedback_tenant"
            ),
            models.UniqueConstraint(
                fields=["coalition", "thread_hash"],
                condition=~models.Q(thread_hash=""),
                name="comms_feedback_thread",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=FeedbackKind.values),
                name="comms_feedback_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    visibility__in=["open", "coordinators"], author__isnull=False
                )
                | models.Q(visibility="anonymous", author=None),
                name="comms_feedback_author",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["new", "acknowledged"], closed_at=None)
                | (
                    models.Q(
                        state__in=["changed", "explained", "cannot"],
                        closed_at__isnull=False,
                    )
                    & ~models.Q(answer="")
                )
                | models.Q(state="taken_back", answer=""),
                name="comms_feedback_answered",
                violation_error_message=_("Whoever said it deserves an answer."),
            ),
            # Of what has no name, not even the hour at which it was taken back.
            models.CheckConstraint(
                condition=~models.Q(state="taken_back")
                | models.Q(text="", author__isnull=False, closed_at__isnull=False)
                | models.Q(text="", author=None, closed_at=None),
                name="comms_feedback_taken_back",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="changed") | ~models.Q(changed_words=""),
                name="comms_feedback_changed",
                violation_error_message=_("Say what was changed."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The first line, as far as it fits; of what was taken back none is left."""
        if self.is_taken_back:
            return gettext("Taken back by whoever said it")
        lines = self.text.split("\n", 1)
        shown: str = Truncator(lines[0].strip()).chars(TITLE)
        return shown

    @property
    def rest(self) -> str:
        """What is said beyond the title, all of it when the title is cut short."""
        first, _break, rest = self.text.partition("\n")
        return rest.strip() if first.strip() == self.title else self.text

    @property
    def is_open(self) -> bool:
        return self.visibility == Visibility.OPEN

    @property
    def is_answered(self) -> bool:
        return self.state in ANSWERED

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_taken_back(self) -> bool:
        return self.state == FeedbackState.TAKEN_BACK

    @property
    def changed(self) -> Any:
        """The record that was changed, None when it is in words alone."""
        return self.changed_goal or self.changed_task or self.changed_milestone


class FeedbackSecond(models.Model):
    """Somebody who says the same; only of what everybody may read."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    feedback = models.ForeignKey(
        Feedback, on_delete=models.CASCADE, related_name="seconds"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="seconded"
    )

    objects = TenantManager["FeedbackSecond"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feedback", "person"], name="comms_feedbacksecond_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.feedback}"
