"""Forms for quotes: asking for one, and answering."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import (
    FilterForm,
    StyledForm,
    TenantModelChoiceField,
    Voice,
)
from members.models import Person

LONG = 400


class SourceForm(FilterForm):
    """The record whose words are picked."""

    source = forms.CharField(max_length=40, required=False)


class QuoteForm(StyledForm, forms.Form):
    words = forms.CharField(label=_("What they said"), max_length=LONG, widget=Voice)
    speaker = TenantModelChoiceField(
        label=_("Who said it"),
        shows="full_name",
        required=False,
        empty_label=_("Somebody who is not listed here"),
        help_text=_(
            "With an address, they are asked by mail before it stands anywhere."
        ),
    )
    signed = forms.CharField(
        label=_("How they are named"),
        max_length=120,
        help_text=_(
            "As they wish: “Elena Popescu, Quay Street Parents”, or “A mother”."
        ),
    )
    agreed_how = forms.CharField(
        label=_("How they agreed"),
        max_length=200,
        required=False,
        help_text=_(
            "Only for people without an address, for example “by phone, to Rosa”."
        ),
    )
    agreed_on = forms.DateField(
        label=_("When they agreed"), required=False, widget=forms.DateInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.living().order_by("name_key", "pk")
        self.fields["speaker"].queryset = people  # type: ignore[attr-defined]

    def clean_agreed_on(self) -> Any:
        day = self.cleaned_data["agreed_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("That day is still to come."))
        return day


class QuoteAnswerForm(StyledForm, forms.Form):
    """What the speaker agrees to: the words that were asked, or others."""

    words = forms.CharField(label=_("In these words"), max_length=LONG, widget=Voice)
