"""Check-in schedules: whom we ask how it goes, in which rhythm, and what."""

from datetime import date, time, timedelta
from typing import Any, Final, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.clock import same_weekday
from coalition.common.models import TimeStampedModel, VersionedModel
from coalition.common.tenancy import TenantManager
from goals.models import Goal
from members.models.coalition import validate_timezone
from tasks.models.role import Role

MAX_REMINDERS: Final = 2
LONGEST_WINDOW: Final = 28  # days


class Audience(models.TextChoices):
    PARTNERS = "partners", _("All partners")
    GOAL = "goal", _("The people of a goal")
    ROLE = "role", _("Who holds a role")
    GROUP = "group", _("A working group")
    PERSON = "person", _("One person")


class Cadence(models.TextChoices):
    WEEKS = "weeks", _("Every … weeks")
    MONTHS = "months", _("On a weekday of the month")


class Answering(models.TextChoices):
    """Who answers for a partner; others are asked only for themselves."""

    DELEGATES = "delegates", _("Its delegates")
    SPEAKERS = "speakers", _("Its delegates and alternates")


class SeenBy(models.TextChoices):
    COORDINATORS = "coordinators", _("Coordinators")
    LEADS = "leads", _("Coordinators and the steering group")
    MEMBERS = "members", _("Everybody in the coalition")


# What a schedule promises is kept with each round that opens.
PROMISES: Final = ("progress_seen_by", "hurdle_seen_by", "ask_seen_by", "win_seen_by")


def promise(label: Any, default: SeenBy, **options: Any) -> Any:
    return models.CharField(
        label, max_length=12, choices=SeenBy.choices, default=default, **options
    )


def _names_its(audience: Audience, column: str | None) -> models.Q:
    """Return that exactly the column of this audience is filled."""
    columns = ("goal", "role", "group", "person")
    empty: dict[str, Any] = {f"{name}": None for name in columns if name != column}
    condition = models.Q(audience=audience, **empty)
    return condition & models.Q(**{f"{column}__isnull": False}) if column else condition


class CheckInScheduleQuerySet(models.QuerySet["CheckInSchedule"]):
    def running(self) -> Self:
        return self.filter(stopped_at=None)

    def with_whom(self) -> Self:
        """Load what the audience is named after."""
        return self.select_related("coalition", "goal", "role", "group", "person")


CheckInScheduleManager = TenantManager.from_queryset(CheckInScheduleQuerySet)


class CheckInSchedule(TimeStampedModel, VersionedModel):
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=120)
    audience = models.CharField(
        _("who is asked"),
        max_length=8,
        choices=Audience.choices,
        default=Audience.PARTNERS,
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        "members.WorkingGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    person = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answering = models.CharField(
        _("who answers for a partner"),
        max_length=9,
        choices=Answering.choices,
        default=Answering.DELEGATES,
    )

    cadence = models.CharField(
        _("rhythm"), max_length=6, choices=Cadence.choices, default=Cadence.WEEKS
    )
    every = models.PositiveSmallIntegerField(
        _("every"), default=2, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    # The day of the first; its weekday, and its place in the month, are the rhythm's.
    anchor_date = models.DateField(_("first on"))
    first_period = models.PositiveIntegerField(default=1, editable=False)
    local_time = models.TimeField(_("at"), default=time(9))
    timezone = models.CharField(
        _("time zone"), max_length=64, validators=[validate_timezone]
    )
    window_days = models.PositiveSmallIntegerField(
        _("open for … days"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WINDOW)],
    )
    reminders = models.PositiveSmallIntegerField(
        _("gentle reminders"),
        default=1,
        validators=[MaxValueValidator(MAX_REMINDERS)],
    )
    quiet_from = models.TimeField(_("no mail from"), default=time(20))
    quiet_to = models.TimeField(_("until"), default=time(7))

    # One question a line; each time the next one is asked beside the fixed three.
    questions = models.TextField(_("questions in turn"), blank=True, max_length=2000)
    asks_confidence = models.BooleanField(_("ask how confident they are"), default=True)
    asks_win = models.BooleanField(_("ask for something to celebrate"), default=True)
    progress_seen_by = promise(_("progress is seen by"), SeenBy.MEMBERS)
    hurdle_seen_by = promise(_("hurdles are seen by"), SeenBy.LEADS)
    ask_seen_by = promise(_("asks are seen by"), SeenBy.MEMBERS)
    win_seen_by = promise(_("wins are seen by"), SeenBy.MEMBERS)
    stopped_at = models.DateTimeField(null=True, editable=False)
    # When the next one opens; whoever opens it moves this on.
    next_opens_at = models.DateTimeField(null=True, editable=False)

    objects = CheckInScheduleManager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["next_opens_at"],
                condition=models.Q(stopped_at=None),
                name="tasks_checkinschedule_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coalition", "id"], name="tasks_checkinschedule_tenant"
            ),
            models.CheckConstraint(
                condition=_names_its(Audience.PARTNERS, None)
                | _names_its(Audience.GOAL, "goal")
                | _names_its(Audience.ROLE, "role")
                | _names_its(Audience.GROUP, "group")
                | _names_its(Audience.PERSON, "person"),
                name="tasks_checkinschedule_audience",
                violation_error_message=_("Say who is asked."),
            ),
            models.CheckConstraint(
                condition=models.Q(every__gte=1, every__lte=12),
                name="tasks_checkinschedule_every",
            ),
            models.CheckConstraint(
                condition=models.Q(window_days__gte=1, window_days__lte=LONGEST_WINDOW),
                name="tasks_checkinschedule_window",
            ),
            # A month has 28 days at least.
            models.CheckConstraint(
                condition=models.Q(cadence="months")
                | models.Q(window_days__lte=models.F("every") * 7),
                name="tasks_checkinschedule_one_at_a_time",
                violation_error_message=_("It must close before the next one opens."),
            ),
            models.CheckConstraint(
                condition=models.Q(reminders__lte=MAX_REMINDERS),
                name="tasks_checkinschedule_reminders",
            ),
            models.CheckConstraint(
                condition=models.Q(cadence__in=Cadence.values),
                name="tasks_checkinschedule_cadence",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def day(self, n: int) -> date:
        """Return the date of the rhythm's period n, 0 the first."""
        if self.cadence == Cadence.WEEKS:
            return self.anchor_date + timedelta(weeks=n * self.every)
        return same_weekday(self.anchor_date, n * self.every)

    @property
    def question_list(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]


class CheckInPause(models.Model):
    """No check-in is opened on these days (holidays): of one schedule."""

    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    schedule = models.ForeignKey(
        CheckInSchedule, on_delete=models.CASCADE, related_name="pauses"
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    objects = TenantManager["CheckInPause"]()

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on__gte=models.F("from_on")),
                name="tasks_checkinpause_ends_after_start",
                violation_error_message=_("It must not end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.to_on}"
