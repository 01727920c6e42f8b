"""What people say where the work is, and who is to hear of it."""

from typing import Any, Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from goals.models import Goal, Milestone
from tasks.models.task import Task

COMMENTS: Final = "comments"  # the kind of notice that tells of them

Subject = Goal | Milestone | Task


def kind_of(subject: Subject) -> str:
    """Return "goal", "milestone" or "task": so is the link to it called."""
    return subject._meta.model_name or ""  # noqa: SLF001


def _exactly_one(*names: str) -> models.Q:
    choices = models.Q()
    for one in names:
        rest = models.Q(**{name: None for name in names if name != one})
        choices |= models.Q(**{f"{one}__isnull": False}) & rest
    return choices


class CommentQuerySet(models.QuerySet["Comment"]):
    def about(self, subject: Subject) -> Self:
        return self.filter(**{kind_of(subject): subject})

    def standing(self) -> Self:
        """Leave out what was taken away."""
        return self.filter(removed_at=None)

    def with_people(self) -> Self:
        named = Hearing.objects.named().select_related("person")
        return self.select_related("author", "removed_by").prefetch_related(
            models.Prefetch("hearings", named, to_attr="names")
        )


CommentManager = TenantManager.from_queryset(CommentQuerySet)


class Comment(TimeStampedModel, VersionedModel):
    """Said about a goal, a milestone or a task; its thread is all that is said there.

    What was taken away keeps its text, so that it can be put back.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    goal = models.ForeignKey(
        Goal, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    milestone = models.ForeignKey(
        Milestone, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    author = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="comments"
    )
    text = models.TextField(_("comment"), max_length=5000)
    edited_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_by = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = CommentManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="tasks_comment_tenant"
            ),
            models.CheckConstraint(
                condition=_exactly_one("goal", "milestone", "task"),
                name="tasks_comment_about_one",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removed_by=None)
                | models.Q(removed_at__isnull=False, removed_by__isnull=False),
                name="tasks_comment_removed_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def subject(self) -> Subject:
        found: Any = self.goal or self.milestone or self.task
        return found  # type: ignore[no-any-return]


class HearingQuerySet(models.QuerySet["Hearing"]):
    def named(self) -> Self:
        return self.exclude(name="")


HearingManager = TenantManager.from_queryset(HearingQuerySet)


class Hearing(models.Model):
    """Somebody who is to hear of a comment: part of the thread, or named in it.

    `name` is what stands after the @ in the text. One mail tells a person all that
    has the same `tell_at`.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="hearings"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="hearings"
    )
    name = models.CharField(max_length=200, blank=True)
    tell_at = models.DateTimeField()

    objects = HearingManager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["tell_at"], name="tasks_hearing_due"),
            models.Index(fields=["person", "tell_at"], name="tasks_hearing_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "person"], name="tasks_hearing_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.comment}"
