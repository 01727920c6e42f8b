"""The answer to what somebody reported: yes, or not yet, and what is missing."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.forms import StyledForm

YES, NOT_YET, BACK = "yes", "not_yet", "back"
ANSWERS: Final = (YES, NOT_YET)


class ProposalForm(StyledForm, forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What is missing?"),
        help_text=gettext_lazy("They get these words by mail."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, answer: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer = answer

    def clean(self) -> dict[str, Any]:
        words = self.cleaned_data.get("words", "")
        if self.answer == NOT_YET and not words and not self.errors:
            raise ValidationError({"words": _("Say in a few words what is missing.")})
        agrees = self.answer == YES
        return {"agrees": agrees, "words": "" if agrees else words}
