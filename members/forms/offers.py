"""Forms about what partners can lend the others."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import RecordForm, StyledForm, Suggesting
from members.models import CapacityOffer

KINDS = (
    _("Meeting rooms"),
    _("Printing"),
    _("Translators"),
    _("Media contacts"),
    _("Volunteers"),
    _("Transport"),
    _("Childcare"),
    _("Legal advice"),
)


class OfferForm(RecordForm):
    class Meta:
        model = CapacityOffer
        fields = ("kind", "amount", "until_on", "note")
        labels = {"kind": _("What can you lend the others?")}
        help_texts = {
            "amount": _("For example: 40 seats, Tuesday evenings"),
            "until_on": _("Empty: until you say otherwise."),
        }
        widgets = {
            "kind": Suggesting(suggestions=KINDS),
            "until_on": forms.DateInput,
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_until_on(self) -> Any:
        until = self.cleaned_data["until_on"]
        changed = until != self.instance.until_on
        if until and changed and until < timezone.localdate():
            raise ValidationError(_("That day is over already."))
        return until


class OfferFilterForm(StyledForm, forms.Form):
    """The query string of the list of offers."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Rooms, translators, …")}
        ),
    )

    def value(self, name: str) -> str:
        """Return a clean value, "" for one that was refused."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))
