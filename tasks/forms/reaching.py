"""What a coordinator says of a sign that somebody should be spoken to."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.forms import StyledForm
from tasks.models import ReachOutOutcome

LATER: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=180)


class SpokenForm(StyledForm, forms.Form):
    note = forms.CharField(
        label=gettext_lazy("How it went"),
        help_text=gettext_lazy("Coordinators alone can read it."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        return {**self.cleaned_data, "outcome": ReachOutOutcome.DONE}


class NotNeededForm(StyledForm, forms.Form):
    """Asks nothing."""

    def clean(self) -> dict[str, Any]:
        return {"outcome": ReachOutOutcome.DISMISSED}


class LaterForm(StyledForm, forms.Form):
    until = forms.DateField(label=gettext_lazy("Remind me on"), widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["until"] = timezone.localdate() + LATER

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today < until <= today + LONGEST:
            raise ValidationError(_("Choose a day within the next half year."))
        return until
