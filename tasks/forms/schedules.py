"""Forms about when check-ins are, whom they ask and what."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coalition.common.clock import moment
from coalition.common.forms import FilterForm, RecordForm, Segments
from coalition.common.zones import zone_choices
from goals.models import Goal
from members.forms.picking import PersonField
from members.models import WorkingGroup
from tasks.models import Audience, Cadence, CheckInPause, CheckInSchedule, Role
from tasks.models.schedule import LONGEST_WINDOW

MONTHS: Final = (1, 2, 3, 4, 6, 12)
WEEKS: Final = range(1, 13)
BEYOND: Final = 366  # days ahead that a first one may be


def often_choices() -> list[Any]:
    weeks = [
        (
            f"{Cadence.WEEKS}:{n}",
            ngettext("Every week", "Every %(n)d weeks", n) % {"n": n},
        )
        for n in WEEKS
    ]
    months = [
        (
            f"{Cadence.MONTHS}:{n}",
            ngettext("Every month", "Every %(n)d months", n) % {"n": n},
        )
        for n in MONTHS
    ]
    same_day = _("On the same weekday of the month, for example the first Tuesday")
    return [(_("On the same weekday"), weeks), (same_day, months)]


class CheckInScheduleForm(RecordForm):
    """One list says whom it asks, one how often; both become the model's columns."""

    whom = forms.ChoiceField(label=_("Who is asked"))
    who = PersonField(
        label=_("Which person"),
        required=False,
        help_text=_("Only when one person is asked. Type a name."),
    )
    often = forms.ChoiceField(label=_("How often"), choices=often_choices)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    reminders = forms.TypedChoiceField(
        label=_("Gentle reminders"),
        choices=[(0, _("None")), (1, _("One")), (2, _("Two"))],
        coerce=int,
        widget=Segments,
        help_text=_("Only to those who have not answered; the last a day before."),
    )

    class Meta:
        model = CheckInSchedule
        fields = (
            *("name", "answering", "anchor_date", "local_time", "timezone"),
            *("window_days", "reminders", "quiet_from", "quiet_to", "questions"),
            *("asks_confidence", "asks_win", "progress_seen_by", "hurdle_seen_by"),
            *("ask_seen_by", "win_seen_by"),
        )
        labels = {
            "name": _("What do you call it?"),
            "answering": _("For a partner answer"),
            "anchor_date": _("The next one opens on"),
            "local_time": _("At"),
            "window_days": _("Days to answer"),
            "quiet_from": _("No mail from"),
            "questions": _("One more question, in turn"),
        }
        help_texts = {
            "name": _("For example: How is it going?"),
            "answering": _("An alternate is asked when no delegate is there."),
            "quiet_to": _("In the time zone of each who is asked."),
            "questions": _(
                "One a line; each check-in asks the next of them beside what moved, "
                "what is in the way and what would help."
            ),
        }
        widgets = {
            "anchor_date": forms.DateInput,
            "local_time": forms.TimeInput,
            "quiet_from": forms.TimeInput,
            "quiet_to": forms.TimeInput,
            "questions": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schedule: CheckInSchedule = self.instance
        self.fields["whom"].choices = _whom_choices(schedule)  # type: ignore[attr-defined]
        self.initial["whom"] = _whom(schedule)
        self.initial["who"] = schedule.person_id
        self.initial["often"] = f"{schedule.cadence}:{schedule.every}"

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        cadence, _colon, every = found.pop("often", "").partition(":")
        if every:
            found |= {"cadence": Cadence(cadence), "every": int(every)}
        person, whom = found.pop("who", None), found.pop("whom", "")
        found |= self._audience(whom, person)
        self._check_window(found)
        self._check_first(found)
        return found

    def _audience(self, whom: str, person: Any) -> dict[str, Any]:
        kind, _colon, pk = whom.partition(":")
        nobody: dict[str, Any] = dict.fromkeys(("goal", "role", "group", "person"))
        if kind == Audience.PERSON:
            if person is None and "who" not in self.errors:
                self.add_error("who", _("Say who is asked."))
            return {**nobody, "audience": Audience.PERSON, "person": person}
        if not pk:
            return {**nobody, "audience": Audience.PARTNERS}
        model = {"goal": Goal, "role": Role, "group": WorkingGroup}[kind]
        target = model._default_manager.filter(pk=pk).first()  # noqa: SLF001
        return {**nobody, "audience": Audience(kind), kind: target}

    def _check_window(self, found: dict[str, Any]) -> None:
        # A month has 28 days at least: no rhythm of months leaves time for more.
        days, every = found.get("window_days"), found.get("every")
        if days is None:
            return
        if not 1 <= days <= LONGEST_WINDOW:
            message = _("From 1 to %(most)d days, please.")
            self.add_error("window_days", message % {"most": LONGEST_WINDOW})
        elif every and found["cadence"] == Cadence.WEEKS and days > every * 7:
            message = _("It must close before the next one opens.")
            self.add_error("window_days", message)

    def _check_first(self, found: dict[str, Any]) -> None:
        rhythm = [found.get(name) for name in ("anchor_date", "local_time", "timezone")]
        if not all(part is not None and part != "" for part in rhythm):
            return
        now, first = timezone.now(), moment(*rhythm)  # type: ignore[arg-type]
        if first <= now:
            message = _("Choose a moment that is still to come.")
            self.add_error("anchor_date", message)
        elif (first - now).days > BEYOND:
            message = _("Choose a day within a year from now.")
            self.add_error("anchor_date", message)


def _whom(schedule: CheckInSchedule) -> str:
    pk = schedule.goal_id or schedule.role_id or schedule.group_id
    return f"{schedule.audience}:{pk}" if pk else str(schedule.audience)


def _whom_choices(schedule: CheckInSchedule) -> list[Any]:
    """Offer what is open, and what was chosen before."""
    sources = (
        (_("The people of a goal"), "goal", Goal.objects.open(), schedule.goal),
        (_("Who holds a role"), "role", Role.objects.open(), schedule.role),
        (_("A working group"), "group", WorkingGroup.objects.open(), schedule.group),
    )
    choices: list[Any] = [(str(Audience.PARTNERS), Audience.PARTNERS.label)]
    for label, kind, rows, chosen in sources:
        found = {row.pk: row for row in (*rows, *([chosen] if chosen else []))}
        if found:
            listed = [(f"{kind}:{pk}", str(row)) for pk, row in found.items()]
            choices.append((label, listed))
    return [*choices, (str(Audience.PERSON), Audience.PERSON.label)]


class ScheduleForForm(FilterForm):
    """The query string of the form: whom a new schedule is for."""

    group = forms.IntegerField(required=False)

    def group_asked(self) -> WorkingGroup | None:
        self.is_valid()
        asked: int | None = self.cleaned_data.get("group")
        return WorkingGroup.objects.open().filter(pk=asked).first() if asked else None


class CheckInPauseForm(RecordForm):
    class Meta:
        model = CheckInPause
        fields = ("from_on", "to_on", "reason")
        labels = {"from_on": _("From"), "to_on": _("To"), "reason": _("Why")}
        help_texts = {"reason": _("For example: summer break.")}
        widgets = {"from_on": forms.DateInput, "to_on": forms.DateInput}

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        begin, end = found.get("from_on"), found.get("to_on")
        if begin and end and end < begin:
            raise ValidationError({"to_on": _("It must not end before it begins.")})
        return found
