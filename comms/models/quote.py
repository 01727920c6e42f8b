"""What somebody said, told in one issue because they agreed to just that."""

from typing import Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel
from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from comms.models.issue import EDITABLE, Issue

QUOTE: Final = "quote"  # the purpose of its link, and the kind of its mail
QUOTE_VERSION: Final = 1


class QuoteState(models.TextChoices):
    ASKED = "asked", _("Waits for a yes")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Said no")
    TAKEN_BACK = "taken_back", _("Taken back")


class QuoteQuerySet(models.QuerySet["Quote"]):
    def to_ask(self) -> Self:
        """Keep those whose speaker is still to answer, while that can change a draft."""
        return self.filter(state=QuoteState.ASKED, issue__state__in=EDITABLE)


QuoteManager = TenantManager.from_queryset(QuoteQuerySet)


class Quote(TimeStampedModel):
    """Words and a name, as the speaker sees them when asked; neither is edited later.

    Whoever has no address agrees in another way, which a coordinator writes down.
    """

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="quotes")
    words = models.TextField(_("what they said"), max_length=400)
    signed = models.CharField(_("how they are named"), max_length=120)
    # The record that holds the words, as an item's key; empty for what was typed.
    source = models.CharField(max_length=40, blank=True)
    speaker = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What was asked, when they agreed to other words.
    asked_words = models.TextField(max_length=400, blank=True)
    state = models.CharField(
        max_length=10, choices=QuoteState.choices, default=QuoteState.ASKED
    )
    answered_at = models.DateTimeField(null=True)
    agreed_how = models.CharField(_("how they agreed"), max_length=200, blank=True)
    agreed_on = models.DateField(_("when they agreed"), null=True)

    objects = QuoteManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=QuoteState.values),
                name="comms_quote_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=QuoteState.ASKED, answered_at=None)
                | (
                    ~models.Q(state=QuoteState.ASKED)
                    & models.Q(answered_at__isnull=False)
                ),
                name="comms_quote_answered_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_how="", agreed_on=None)
                | (~models.Q(agreed_how="") & models.Q(agreed_on__isnull=False)),
                name="comms_quote_agreed_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(speaker__isnull=False)
                | (~models.Q(agreed_how="") & ~models.Q(state=QuoteState.ASKED)),
                name="comms_quote_agreed_by_somebody",
                violation_error_message=_("Say who said it, or how they agreed."),
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def key(self) -> str:
        """What its item goes by in the issue."""
        return f"quote:{self.pk}"

    @property
    def link(self) -> Link:
        """Return the link by which the speaker answers, and can take it back."""
        person = self.speaker_id or 0
        return Link(QUOTE, self.coalition_id, self.pk, person, QUOTE_VERSION)

    @property
    def was_changed(self) -> bool:
        return bool(self.asked_words)
