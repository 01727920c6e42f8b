"""Who is asked to carry a part of a task, and what they said."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from members.models import Person
from tasks.models.duty import NAMING, PART


class Letter(models.TextChoices):
    RESPONSIBLE = "R", _("Responsible")
    ACCOUNTABLE = "A", _("Accountable")
    CONSULTED = "C", _("Consulted")
    INFORMED = "I", _("Informed")


class AssignmentStatus(models.TextChoices):
    PROPOSED = "proposed", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    HANDED_OVER = "handed_over", _("Handed over")


STANDING = (AssignmentStatus.PROPOSED, AssignmentStatus.ACCEPTED)
# Who carries a task is asked first; who is consulted or informed is only told.
CARRYING = (Letter.ACCOUNTABLE, Letter.RESPONSIBLE)
# Whose no leaves a gap, until somebody else has the letter.
MISSED = (*CARRYING, Letter.CONSULTED)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def standing(self) -> Self:
        """Keep what was neither declined nor handed over."""
        return self.filter(status__in=STANDING)

    def current(self) -> Self:
        """Keep what counts today, refusals too: not what went to somebody else."""
        return self.exclude(status=AssignmentStatus.HANDED_OVER)

    def carrying(self) -> Self:
        return self.filter(letter__in=CARRYING)

    def unnamed(self) -> Self:
        """Keep what is asked of a partner that has named nobody yet."""
        return self.filter(person=None, status=AssignmentStatus.PROPOSED)

    def unanswered(self) -> Self:
        """Keep what still waits for a yes or a no, or for a name."""
        waits = models.Q(letter__in=CARRYING) | models.Q(person=None)
        return self.filter(waits, status=AssignmentStatus.PROPOSED)

    def of_open_tasks(self) -> Self:
        return self.filter(task__done_at=None)


AssignmentManager = TenantManager.from_queryset(AssignmentQuerySet)


class Assignment(models.Model):
    """A letter for a person, at a partner; the person answers for themselves.

    With no person it is asked of the partner, until that names somebody.
    What was handed over stays, with whom it went to; nobody where it was left open.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    task = models.ForeignKey(
        "tasks.Task", on_delete=models.CASCADE, related_name="assignments"
    )
    letter = models.CharField(_("letter"), max_length=1, choices=Letter.choices)
    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
    )
    partner = models.ForeignKey(
        "members.Partner",
        verbose_name=_("at"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
    )
    status = models.CharField(
        _("answer"),
        max_length=12,
        choices=AssignmentStatus.choices,
        default=AssignmentStatus.PROPOSED,
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    handed_to = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    handed_at = models.DateTimeField(null=True, editable=False)

    objects = AssignmentManager()

    class Meta:
        ordering = ["letter", "id"]
        indexes = [
            models.Index(
                fields=["coalition", "task", "letter", "status"],
                name="tasks_assignment_of_task",
            ),
            models.Index(
                fields=["coalition", "person", "status"],
                name="tasks_assignment_of_person",
            ),
            models.Index(
                fields=["coalition", "status", "letter"],
                name="tasks_assignment_answers",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(letter="A", status__in=["proposed", "accepted"]),
                name="tasks_assignment_one_accountable",
                violation_error_message=_(
                    "Somebody is accountable already; one task has one."
                ),
            ),
            models.UniqueConstraint(
                fields=["task", "letter", "person"],
                condition=models.Q(status__in=["proposed", "accepted"]),
                name="tasks_assignment_once",
                violation_error_message=_("This person has been asked already."),
            ),
            models.UniqueConstraint(
                fields=["task", "letter", "partner"],
                condition=models.Q(person=None, status="proposed"),
                name="tasks_assignment_partner_once",
                violation_error_message=_("This partner has been asked already."),
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False)
                | models.Q(partner__isnull=False),
                name="tasks_assignment_somebody",
                violation_error_message=_("Name a person, or a partner."),
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(status="accepted"),
                name="tasks_assignment_accepted_by_somebody",
                violation_error_message=_("Nobody is named yet who could say yes."),
            ),
            models.CheckConstraint(
                condition=models.Q(letter__in=Letter.values),
                name="tasks_assignment_letter",
            ),
            models.CheckConstraint(
                condition=models.Q(status="proposed", answered_at=None)
                | models.Q(
                    status__in=["accepted", "declined"], answered_at__isnull=False
                )
                | models.Q(status="handed_over"),
                name="tasks_assignment_answered_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(status="handed_over", handed_at__isnull=False)
                | (
                    ~models.Q(status="handed_over")
                    & models.Q(handed_at=None, handed_to=None)
                ),
                name="tasks_assignment_handed_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.who}: {self.task}"

    @property
    def who(self) -> str:
        """Return who is asked: a partner, as long as that has named nobody."""
        return str(self.person or self.partner)

    @property
    def is_unnamed(self) -> bool:
        return self.person_id is None and self.status == AssignmentStatus.PROPOSED

    @property
    def stands(self) -> bool:
        return self.status in STANDING

    @property
    def refused(self) -> bool:
        return self.status == AssignmentStatus.DECLINED

    @property
    def is_missed(self) -> bool:
        return self.refused and self.letter in MISSED

    @property
    def carries(self) -> bool:
        return self.letter in CARRYING

    @property
    def pending(self) -> bool:
        carries = self.carries or self.person_id is None
        return carries and self.status == AssignmentStatus.PROPOSED

    @property
    def link(self) -> Link:
        """The link with which they say yes or no, without signing in."""
        return Link(PART, self.coalition_id, self.pk, self.person_id or 0, 1)

    def naming_link(self, person: Person) -> Link:
        """Return the link with which who speaks for the partner names somebody."""
        return Link(NAMING, self.coalition_id, self.pk, person.pk, 1)
