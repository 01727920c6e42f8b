"""Forms about tasks and who carries them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, RecordForm, StyledForm, TenantModelChoiceField
from goals.models import Goal, Milestone
from members.forms.picking import PartyField, PersonField
from members.models import Partner
from tasks.errors import MilestoneOfAnotherGoal
from tasks.models import Letter, Task
from tasks.models.repeating import MOST_PERIODS, RepeatUnit
from tasks.queries.board import BoardFilter, Show

# Beyond these, another time zone may lie outside of what a date can be.
FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def moment_field() -> forms.DateTimeField:
    """Make a field that a link fills, and nobody by hand."""
    return forms.DateTimeField(
        required=False,
        widget=forms.HiddenInput,
        validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)],
    )


class TaskFilterForm(StyledForm, forms.Form):
    """The query string of the action plan; what it cannot read it ignores."""

    q = forms.CharField(label=_("Words in the task"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("Show"), required=False, choices=Show.choices)
    goal = TenantModelChoiceField(
        label=_("Goal"), shows="title", required=False, empty_label=_("Every goal")
    )
    partner = TenantModelChoiceField(
        label=_("Partner"),
        shows="name",
        required=False,
        empty_label=_("Every partner"),
    )
    person = PersonField(
        label=_("Person"), required=False, help_text="", everybody=True
    )

    done_from = moment_field()
    done_until = moment_field()

    def __init__(self, *args: Any, default: Show, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default
        self.fields["goal"].queryset = Goal.objects.all()  # type: ignore[attr-defined]
        self.fields["partner"].queryset = Partner.objects.offered()  # type: ignore[attr-defined]

    def wanted(self) -> BoardFilter:
        self.is_valid()
        found = self.cleaned_data
        start, end = found.get("done_from"), found.get("done_until")
        narrowed = BoardFilter(
            show=Show.OPEN,
            goal=found.get("goal"),
            partner=found.get("partner"),
            person=found.get("person"),
            words=found.get("q") or "",
            done=(start, end) if start and end else None,
        )
        default = Show.OPEN if narrowed.is_narrow else self.default
        return replace(narrowed, show=Show(found.get("state") or default))


class MilestoneField(TenantModelChoiceField):
    """Names the goal too: milestones of several goals may be called alike."""

    def label_from_instance(self, obj: Milestone) -> str:
        return f"{obj} · {obj.goal}"


class TaskForm(RecordForm):
    goal = TenantModelChoiceField(
        label=_("For which goal"),
        shows="title",
        required=False,
        empty_label=_("None in particular"),
    )
    milestone = MilestoneField(
        label=_("Towards which milestone"),
        required=False,
        empty_label=_("None in particular"),
        help_text=_("It brings its goal along."),
    )

    class Meta:
        model = Task
        fields = (
            *("title", "goal", "milestone", "start", "due"),
            *("repeat_every", "repeat_unit", "description", "resources"),
        )
        labels = {
            "title": _("What is to be done?"),
            "start": _("From when"),
            "due": _("By when"),
            "repeat_every": _("Repeats every"),
            "repeat_unit": _("Weeks or months"),
            "description": _("Why, and how"),
            "resources": _("What it takes"),
        }
        help_texts = {
            "title": _("Begin with a verb: “Translate the asthma plan”."),
            "repeat_every": _(
                "When it is done, the next one is there at once. Leave it empty for "
                "what is done once."
            ),
            "resources": _("Money, rooms, cars, people: whatever has to be found."),
        }
        widgets = {
            "start": forms.DateInput,
            "due": forms.DateInput,
            "description": forms.Textarea(attrs={"rows": 3}),
            "resources": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = Goal.objects.all()  # type: ignore[attr-defined]
        unit = self.fields["repeat_unit"]
        unit.choices = [("", _("Not at all")), *RepeatUnit.choices]  # type: ignore[attr-defined]
        every = self.fields["repeat_every"]
        every.min_value, every.max_value = 1, MOST_PERIODS  # type: ignore[attr-defined]
        every.validators += [MinValueValidator(1), MaxValueValidator(MOST_PERIODS)]
        offered = Milestone.objects.open() | Milestone.objects.filter(
            pk=self.instance.milestone_id
        )
        self.fields["milestone"].queryset = offered.select_related("goal")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take the milestone's goal where none was named."""
        found = self.cleaned_data
        start, due = found.get("start"), found.get("due")
        if start and due and due < start:
            self.add_error("due", _("It cannot be due before it starts."))
        self._clean_rhythm(found)
        milestone, goal = found.get("milestone"), found.get("goal")
        if milestone and "goal" in found and goal is None:
            found["goal"] = milestone.goal
        elif milestone and goal and milestone.goal_id != goal.pk:
            self.add_error("milestone", str(MilestoneOfAnotherGoal(milestone)))
        return found

    def _clean_rhythm(self, found: dict[str, Any]) -> None:
        every, unit = found.get("repeat_every"), found.get("repeat_unit")
        if every and not unit:
            found["repeat_unit"] = RepeatUnit.WEEKS
        elif unit and not every and "repeat_every" not in self.errors:
            found["repeat_every"] = 1
        if (every or unit) and "due" in found and not found["due"]:
            self.add_error("due", _("Say by when, for a task that repeats."))


class TaskCreateForm(TaskForm):
    accountable = PartyField(
        label=_("Who is accountable?"),
        required=False,
        help_text=_(
            "One person who answers for the result, or a partner that is to name one. "
            "They are asked first."
        ),
    )
    responsible = PartyField(
        label=_("Who does it?"),
        required=False,
        help_text=_("A person or a partner. You can ask more once the task is there."),
    )
    field_order = (
        *("title", "goal", "milestone", "start", "due"),
        *("accountable", "responsible", "description", "resources"),
        *("repeat_every", "repeat_unit"),
    )


class AssignmentForm(StyledForm, forms.Form):
    """Cleans to a letter, a person and the partner they stand for, or a partner alone."""

    who = PartyField(
        label=_("Whom do you ask?"),
        help_text=_(
            "A person, or a partner that is to name one. A part of the name will do."
        ),
    )
    letter = forms.ChoiceField(
        label=_("For what?"),
        choices=[
            (Letter.ACCOUNTABLE, _("Accountable")),
            (Letter.RESPONSIBLE, _("Responsible")),
            (Letter.CONSULTED, _("Consulted")),
            (Letter.INFORMED, _("Informed")),
        ],
        widget=Cards(
            hints={
                Letter.ACCOUNTABLE: _("Answers for the result. A task has one."),
                Letter.RESPONSIBLE: _("Does the work, alone or with others."),
                Letter.CONSULTED: _("Is asked before the task is done."),
                Letter.INFORMED: _("Is told by mail when it is done."),
            }
        ),
    )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if party := found.pop("who", None):
            found |= {"person": party.person, "partner": party.partner}
        return found


class DeclineForm(StyledForm, forms.Form):
    """Cleans to a reason, in words."""

    WHY = {
        "time": _("No time before it is due"),
        "field": _("Not my field"),
        "other": _("I know someone better"),
        "else": _("Something else"),
    }
    why = forms.ChoiceField(
        label=_("What is in the way?"), choices=(), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("A line for those who asked"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = list(self.WHY.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        why, note = found.pop("why", ""), found.pop("note", "")
        known = str(self.WHY.get(why, "")) if why != "else" else ""
        return {"reason": ": ".join(part for part in (known, note) if part)}
