"""A dated question to somebody who is to be consulted, and what came of it."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from tasks.models.assignment import Assignment, Letter
from tasks.models.task import Task

CONSULTATION = "consultation"  # the purpose of its link, and the kind of its mail
CONSULTATION_ANSWER = "consultation_answer"  # the kind of the mail to who asked


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def open(self) -> Self:
        """Keep what can still be answered: whoever was taken off is asked no more."""
        consulted = Assignment.objects.standing().filter(
            task=models.OuterRef("task"),
            person=models.OuterRef("person"),
            letter=Letter.CONSULTED,
        )
        return self.filter(
            models.Exists(consulted),
            answered_at=None,
            went_on_at=None,
            task__done_at=None,
        )


ConsultationManager = TenantManager.from_queryset(ConsultationQuerySet)


class Consultation(models.Model):
    """Without a question it only says that a task was done without asking them."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, related_name="consultations"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="consultations"
    )
    question = models.TextField(_("question"), blank=True, max_length=1000)
    due = models.DateField(_("answer by"), null=True, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.TextField(_("answer"), blank=True, max_length=5000)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    went_on_at = models.DateTimeField(null=True)
    went_on_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(
        _("why it went on without them"), max_length=300, blank=True
    )

    objects = ConsultationManager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["coalition", "task"], name="tasks_consultation_of_task"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "person"],
                condition=models.Q(answered_at=None, went_on_at=None),
                name="tasks_consultation_one_open",
                violation_error_message=_("This person has been asked already."),
            ),
            models.CheckConstraint(
                condition=models.Q(went_on_at__isnull=False)
                | (~models.Q(question="") & models.Q(due__isnull=False)),
                name="tasks_consultation_asked_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answered_by=None)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="tasks_consultation_answered_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(went_on_at=None, went_on_by=None)
                | (~models.Q(reason="") & models.Q(went_on_at__isnull=False)),
                name="tasks_consultation_went_on_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.task}"

    @property
    def link(self) -> Link:
        """The link with which they answer, without signing in."""
        return Link(CONSULTATION, self.coalition_id, self.pk, self.person_id, 1)

    def waits(self, today: date) -> bool:
        """Say whether the task waits for this answer: not after its day."""
        is_open = self.answered_at is None and self.went_on_at is None
        return is_open and self.due is not None and self.due >= today
