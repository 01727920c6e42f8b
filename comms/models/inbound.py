"""A reply that came in, kept as it was for a while."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager
from members.models import Person


class Outcome(models.TextChoices):
    """What became of a reply."""

    ANSWERED = "answered", _("Taken as the answer")
    SAID = "said", _("Taken as feedback")
    NOTHING = "nothing", _("Nothing this time")
    CLOSED = "closed", _("Came after the end")
    EMPTY = "empty", _("No answer found in it")
    TOO_MUCH = "too_much", _("More than one day takes")
    STRANGER = "stranger", _("Not from who may answer here")
    AUTOMATIC = "automatic", _("Sent by a machine")


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def to_tell(self) -> Self:
        return self.exclude(told_from=None)

    def to(self, person: Person) -> Self:
        """Keep what came to an address of this person's."""
        asked = models.Q(person=None, check_in__person=person)
        return self.filter(models.Q(person=person) | asked)

    def with_what_for(self) -> Self:
        """Bring along whose it is and what it answers, without the message."""
        about = ("person", "check_in__person", "check_in__cycle__schedule")
        return self.select_related("coalition", "issue", "feedback", *about)


InboundMailManager = TenantManager.from_queryset(InboundMailQuerySet)


class InboundMail(models.Model):
    """A reply to one person's check-in or issue; `raw` is the whole message.

    What is not for anybody here is not kept at all. `told_from` is set when it is
    answered by mail; one a day at most is.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.ForeignKey(
        "tasks.CheckIn", on_delete=models.CASCADE, null=True, related_name="replies"
    )
    issue = models.ForeignKey(
        "comms.Issue", on_delete=models.CASCADE, null=True, related_name="replies"
    )
    feedback = models.ForeignKey(
        "comms.Feedback", on_delete=models.CASCADE, null=True, related_name="mails"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="replies"
    )
    received_at = models.DateTimeField()
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    raw = models.BinaryField()
    fingerprint = models.CharField(max_length=64, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    told_from = models.DateTimeField(null=True, editable=False)

    objects = InboundMailManager()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["received_at"], name="comms_inboundmail_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "fingerprint"], name="comms_inboundmail_once"
            ),
            models.UniqueConstraint(
                fields=["issue", "person", "fingerprint"],
                name="comms_inboundmail_say_once",
            ),
            # Rows of check-ins from before had no person of their own.
            models.CheckConstraint(
                condition=models.Q(check_in__isnull=False, issue=None, feedback=None)
                | models.Q(check_in=None, issue__isnull=False, person__isnull=False),
                name="comms_inboundmail_about",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values),
                name="comms_inboundmail_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"

    @property
    def who(self) -> Person:
        """Whoever the address was for."""
        if self.person:
            return self.person
        assert self.check_in  # noqa: S101
        return self.check_in.person

    @property
    def written_by(self) -> str:
        """Name who wrote it: somebody else than they by their address alone."""
        stranger = self.outcome == Outcome.STRANGER
        return self.sender if stranger else self.who.full_name

    @property
    def about(self) -> str:
        """What it answers, by name."""
        if self.issue:
            return self.issue.subject
        assert self.check_in  # noqa: S101
        return self.check_in.cycle.schedule.name
