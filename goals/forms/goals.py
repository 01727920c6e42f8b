"""Forms about goals and their readings."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import (
    Cards,
    RecordForm,
    StyledForm,
    TenantModelChoiceField,
)
from goals.models import Goal, GoalReading, GoalState
from members.forms.lists import ListForm
from members.forms.picking import PersonField
from members.models import Person


class GoalShow(models.TextChoices):
    """Which goals a list shows."""

    OPEN = "open", _("Under way")
    ENDED = "ended", _("Reached or closed")
    ALL = "all", _("All")


class GoalFilterForm(ListForm):
    state = forms.ChoiceField(
        label=_("Which goals"), required=False, choices=GoalShow.choices
    )
    owner = TenantModelChoiceField(
        label=_("Who looks after it"), required=False, empty_label=_("Anybody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(_("Words in the goal"))
        owners = Person.objects.living().filter(owned_goals__isnull=False).distinct()
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    @property
    def show(self) -> GoalShow:
        return GoalShow(self.value("state") or GoalShow.OPEN)

    @property
    def looked_after_by(self) -> Person | None:
        self.is_valid()
        return self.cleaned_data.get("owner")

    def goals(self) -> QuerySet[Goal]:
        goals = Goal.objects.matching(self.value("q"))
        if self.looked_after_by:
            goals = goals.filter(owner=self.looked_after_by)
        if self.show == GoalShow.ALL:
            return goals
        return goals.open() if self.show == GoalShow.OPEN else goals.ended()


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
