"""Forms that act on many tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import TenantModelChoiceField
from goals.models import Goal, Milestone
from members.forms.bulk import MOST, NumbersField
from tasks.errors import MilestoneOfAnotherGoal
from tasks.forms.tasks import AssignmentForm, MilestoneField
from tasks.services.bulk import BulkAct

# What each act has to know before it is done.
ASKS = {
    BulkAct.SHIFT: ("days",),
    BulkAct.DUE: ("due",),
    BulkAct.GOAL: ("goal", "milestone"),
    BulkAct.ASK: ("who", "letter"),
}


class TaskBulkChoiceForm(forms.Form):
    """What was ticked in the list, and the button that was pressed."""

    act = forms.ChoiceField(choices=BulkAct.choices)
    pks = NumbersField(max_length=20 * MOST)


class TaskBulkForm(AssignmentForm):
    """The question before it is done: by how much, until when, where to, whom."""

    act = forms.ChoiceField(choices=BulkAct.choices, widget=forms.HiddenInput)
    pks = NumbersField(max_length=20 * MOST, widget=forms.HiddenInput)
    days = forms.IntegerField(
        label=_("By how many days"),
        min_value=-730,
        max_value=730,
        help_text=_("7 is a week later, -7 a week earlier. The beginning moves along."),
    )
    due = forms.DateField(label=_("Due by"))
    goal = TenantModelChoiceField(
        label=_("To which goal"), required=False, empty_label=_("None in particular")
    )
    milestone = MilestoneField(
        label=_("Towards which milestone"),
        required=False,
        empty_label=_("None in particular"),
    )

    def __init__(self, *args: Any, act: BulkAct, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = Goal.objects.all()  # type: ignore[attr-defined]
        self.fields["milestone"].queryset = Milestone.objects.open().with_goal()  # type: ignore[attr-defined]
        for name in {"days", "due", "goal", "milestone", "who", "letter"} - {
            *ASKS.get(act, ())
        }:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        milestone = found.get("milestone")
        if milestone and found.get("goal") is None:
            found["goal"] = milestone.goal
        elif milestone and milestone.goal_id != found["goal"].pk:
            self.add_error("milestone", str(MilestoneOfAnotherGoal(milestone)))
        return found
