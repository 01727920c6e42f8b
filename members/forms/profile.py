"""What people say about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import RecordForm
from coalition.common.languages import choices
from members.forms.people import timezone_choices
from members.models import Person


class ProfileForm(RecordForm):
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=timezone_choices,
        help_text=_("Dates and times are shown in it."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)

    class Meta:
        model = Person
        fields = (
            *("full_name", "phone", "timezone", "language"),
            *("away_until", "access_needs"),
        )
        widgets = {
            "away_until": forms.DateInput,
            "access_needs": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "phone": _("Coordinators and the steering group see it."),
            "away_until": _(
                "No check-in asks you until then. Empty it when you are back."
            ),
            "access_needs": _(
                "For example: large print, an interpreter, meetings before six. "
                "Coordinators and the steering group see it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: list[tuple[str, Any]] = [("", _("As the coalition")), *choices()]
        # A list may have brought a language that the pages do not speak yet.
        if self.instance.language not in dict(known):
            known.append((self.instance.language, self.instance.language))
        self.fields["language"].choices = known  # type: ignore[attr-defined]
