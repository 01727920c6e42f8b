"""One round of a check-in, who is asked in it, and what they answer."""

from datetime import datetime
from typing import Any, Final, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.signing import Link
from coalition.common.tenancy import TenantManager
from members.models import Via
from tasks.models.schedule import PROMISES, CheckInSchedule, SeenBy, promise

CHECK_IN: Final = "check_in"  # the purpose of its link, and the kind of its first mail
REMINDER: Final = "check_in_reminder"
CHECK_IN_ENTERED: Final = "check_in_entered"  # tells whoever somebody answered for


class NotHeld(models.TextChoices):
    """Why a period has a row, but nobody was asked."""

    PAUSE = "pause", _("Left out: a pause")
    MISSED = "missed", _("Left out: nothing ran while it would have been open")


class CheckInCycleQuerySet(models.QuerySet["CheckInCycle"]):
    def held(self) -> Self:
        return self.filter(not_held="")

    def open(self, now: datetime) -> Self:
        return self.filter(closed_at=None, opens_at__lte=now)

    def to_close(self, now: datetime) -> Self:
        return self.filter(closed_at=None, closes_at__lte=now)


CheckInCycleManager = TenantManager.from_queryset(CheckInCycleQuerySet)


def _promised(label: Any) -> Any:
    """Return a column that tells nobody but coordinators where nothing is known."""
    nobody_else = SeenBy.COORDINATORS
    return promise(label, nobody_else, db_default=nobody_else, editable=False)


class CheckInCycle(models.Model):
    """One period of a schedule: opened once, closed on time whoever is missing."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    schedule = models.ForeignKey(
        CheckInSchedule, on_delete=models.CASCADE, related_name="cycles"
    )
    period = models.PositiveIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    question = models.CharField(max_length=300, blank=True)
    # As the form promised; a later change of the schedule is no excuse.
    progress_seen_by = _promised(_("progress is seen by"))
    hurdle_seen_by = _promised(_("hurdles are seen by"))
    ask_seen_by = _promised(_("asks are seen by"))
    win_seen_by = _promised(_("wins are seen by"))
    # Later than `opens_at` when nothing ran at that moment.
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    not_held = models.CharField(
        max_length=6, choices=NotHeld.choices, blank=True, editable=False
    )

    objects = CheckInCycleManager()

    class Meta:
        ordering = ["-opens_at", "-id"]
        indexes = [
            models.Index(fields=["coalition", "closed_at"], name="tasks_cycle_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="tasks_checkincycle_tenant"
            ),
            models.UniqueConstraint(
                fields=["schedule", "period"], name="tasks_checkincycle_once"
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="tasks_checkincycle_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=models.Q(not_held="")
                | models.Q(not_held__in=NotHeld.values, closed_at__isnull=False),
                name="tasks_checkincycle_not_held_is_closed",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__in": SeenBy.values}),
                    name=f"tasks_checkincycle_{name}",
                )
                for name in PROMISES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.period}"

    def is_open(self, now: datetime) -> bool:
        """Say whether it takes answers; it is over on time, whatever a job has done."""
        return self.closed_at is None and self.opens_at <= now < self.closes_at


class CheckInState(models.TextChoices):
    ASKED = "asked", _("Not heard yet")
    ANSWERED = "answered", _("Answered")
    NOTHING = "nothing", _("Nothing this time")
    AWAY = "away", _("On leave")
    HANDED_OVER = "handed_over", _("Handed to somebody else")


# What was said, or a reason not to say anything: nobody is reminded.
SPOKEN: Final = (CheckInState.ANSWERED, CheckInState.NOTHING)


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def waiting(self) -> Self:
        return self.filter(state=CheckInState.ASKED)

    def spoken(self) -> Self:
        return self.filter(state__in=SPOKEN)

    def open(self, now: datetime) -> Self:
        """Keep what takes answers, see `CheckInCycle.is_open`."""
        return self.filter(
            cycle__closed_at=None, cycle__opens_at__lte=now, cycle__closes_at__gt=now
        )


CheckInManager = TenantManager.from_queryset(CheckInQuerySet)


class CheckIn(TimeStampedModel, VersionedModel):
    """One person is asked in one cycle, and what they answer; partners are its voices."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    cycle = models.ForeignKey(
        CheckInCycle, on_delete=models.CASCADE, related_name="check_ins"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, related_name="check_ins"
    )
    state = models.CharField(
        _("state"),
        max_length=11,
        choices=CheckInState.choices,
        default=CheckInState.ASKED,
    )
    progress = models.TextField(_("what moved"), blank=True, max_length=4000)
    hurdle = models.TextField(_("what is in the way"), blank=True, max_length=4000)
    ask = models.TextField(_("what would help"), blank=True, max_length=4000)
    answer = models.TextField(_("the question in turn"), blank=True, max_length=4000)
    win = models.TextField(_("something to celebrate"), blank=True, max_length=2000)
    confidence = models.PositiveSmallIntegerField(
        _("confidence"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    handed_to = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Who asked this person to answer in their place.
    stands_in_for = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Not the person themselves when somebody entered it on their behalf.
    entered_by = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    via = models.CharField(max_length=8, choices=Via.choices, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    # The next mail about it leaves from then on, if that is no quiet hour of theirs.
    tell_at = models.DateTimeField(default=timezone.now, editable=False)
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)
    remind_at = models.DateTimeField(null=True, editable=False)

    objects = CheckInManager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["coalition", "person", "state"], name="tasks_checkin_of_person"
            ),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(state="asked"),
                name="tasks_checkin_to_remind",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="tasks_checkin_tenant"
            ),
            models.UniqueConstraint(
                fields=["cycle", "person"], name="tasks_checkin_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=CheckInState.values),
                name="tasks_checkin_state",
            ),
            models.CheckConstraint(
                condition=models.Q(confidence=None)
                | models.Q(confidence__gte=1, confidence__lte=5),
                name="tasks_checkin_confidence",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=SPOKEN)
                | models.Q(answered_at__isnull=False),
                name="tasks_checkin_answered_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.cycle}"

    @property
    def is_heard(self) -> bool:
        return self.state in SPOKEN

    @property
    def is_in_own_words(self) -> bool:
        own = self.entered_by_id == self.person_id
        return own and self.state == CheckInState.ANSWERED

    @property
    def is_entered_for_them(self) -> bool:
        return self.entered_by_id not in {None, self.person_id}

    @property
    def link(self) -> Link:
        return Link(CHECK_IN, self.coalition_id, self.pk, self.person_id, version=1)


class CheckInVoice(models.Model):
    """A partner for which a check-in speaks; who speaks for several has several."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.CASCADE, related_name="voices"
    )
    partner = models.ForeignKey(
        "members.Partner", on_delete=models.CASCADE, related_name="voices"
    )

    objects = TenantManager["CheckInVoice"]()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "partner"], name="tasks_checkinvoice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.check_in}"
