"""Which plan to start from, for what day and which goal."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, StyledForm, TenantModelChoiceField
from goals.models import Goal
from tasks.services.blueprints import BLUEPRINTS, Blueprint


class BlueprintForm(StyledForm, forms.Form):
    blueprint = forms.ChoiceField(
        label=_("What are you planning?"),
        choices=[(plan.key, plan.name) for plan in BLUEPRINTS.values()],
        widget=Cards(hints={plan.key: plan.about for plan in BLUEPRINTS.values()}),
    )
    day = forms.DateField(
        label=_("The day of the event"),
        help_text=_("Every date is counted back from it."),
        widget=forms.DateInput,
    )
    goal = TenantModelChoiceField(
        label=_("For which goal"), required=False, empty_label=_("None in particular")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = Goal.objects.open()  # type: ignore[attr-defined]

    def clean_blueprint(self) -> Blueprint:
        return BLUEPRINTS[self.cleaned_data["blueprint"]]

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day
