"""Forms about goals and their readings."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, RecordForm, StyledForm
from goals.models import Goal, GoalReading, GoalState
from members.forms.picking import PersonField


class GoalFilterForm(StyledForm, forms.Form):
    """The query string of the list of goals."""

    state = forms.ChoiceField(
        required=False, choices=[("open", "open"), ("ended", "ended")]
    )

    def ended(self) -> bool:
        self.is_valid()
        return bool(self.cleaned_data.get("state") == "ended")


class GoalForm(RecordForm):
    owner = PersonField(
        label=_("Who looks after it"),
        required=False,
        help_text=_("Type a name. This person is asked first how it is going."),
    )

    class Meta:
        model = Goal
        fields = (
            "title",
            "why",
            "measure",
            "unit",
            "baseline",
            "target",
            "due",
            "owner",
        )
        labels = {"title": _("What do we want?"), "due": _("By when")}
        help_texts = {
            "title": _(
                "Something you can see when it is there: “Clean air at every "
                "school gate”."
            ),
            "measure": _("For example: emergency visits for asthma per quarter."),
            "unit": _("For example: schools."),
        }
        widgets = {
            "why": forms.Textarea(attrs={"rows": 4}),
            "due": forms.DateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].current = self.instance.owner_id  # type: ignore[attr-defined]


class GoalCloseForm(StyledForm, forms.Form):
    state = forms.ChoiceField(
        label=_("How does it end?"),
        choices=[
            (GoalState.ACHIEVED, _("We reached it")),
            (GoalState.CLOSED, _("We close it without reaching it")),
        ],
        widget=Cards(
            hints={
                GoalState.ACHIEVED: _("It counts among what you achieved together."),
                GoalState.CLOSED: _("It stays readable, with the reason."),
            }
        ),
    )
    reason = forms.CharField(
        label=_("In a few words, why"),
        required=False,
        max_length=500,
        help_text=_("Everybody in the coalition can read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReadingForm(RecordForm):
    class Meta:
        model = GoalReading
        fields = ("value", "on", "note")
        labels = {
            "on": _("On which day"),
            "note": _("Where does the figure come from?"),
        }
        widgets = {"on": forms.DateInput}

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate
        self.fields["value"].label = goal.measure or goal.unit or _("How many?")
        self.fields["value"].help_text = goal.unit if goal.measure else ""
