"""Which plan to start from, for what day and which goal, and what of it."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, StyledForm, TenantModelChoiceField
from goals.models import Goal
from tasks.models import Task
from tasks.services.blueprints import BLUEPRINTS, Blueprint, Dated, dated, overdue_steps


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

    def clean_day(self) -> date:
        return _to_come(self.cleaned_data["day"])

    def steps(self) -> list[Dated]:
        """Return what would come of it, once it is valid."""
        chosen = self.cleaned_data
        return dated(chosen["blueprint"], chosen["day"], timezone.localdate())

    def overdue_steps(self) -> int:
        chosen = self.cleaned_data
        return overdue_steps(chosen["blueprint"], chosen["day"], timezone.localdate())


class StepForm(StyledForm, forms.Form):
    """One step as it goes into the plan: named, dated, or left out."""

    keep = forms.BooleanField(required=False)
    title = forms.CharField(
        label=_("What is to be done"),
        required=False,
        max_length=Task._meta.get_field("title").max_length,  # noqa: SLF001
    )
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, plan: Dated, **kwargs: Any) -> None:
        first = {"keep": True, "title": plan.title, "due": plan.due}
        super().__init__(*args, initial=first, **kwargs)
        self.plan = plan
        self.fields["keep"].widget.attrs["aria-label"] = plan.title

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        for name in ("title", "due"):
            if found["keep"] and name in found and not found[name]:
                self.add_error(name, _("Please fill this in."))
        return found

    def clean_due(self) -> date | None:
        due = self.cleaned_data["due"]
        return due and _to_come(due)

    def chosen(self) -> Dated | None:
        """Return the step as it was changed, None when it is left out."""
        title, due = self.cleaned_data["title"], self.cleaned_data["due"]
        if not self.cleaned_data["keep"]:
            return None
        start = self.plan.step.begins(due, timezone.localdate())
        return replace(self.plan, title=title, start=start, due=due)


def _to_come(day: date) -> date:
    if day < timezone.localdate():
        raise ValidationError(_("Choose a day that is still to come."))
    return day
