"""Forms of somebody who has no account yet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.addresses import clean_email
from coalition.common.forms import StyledForm


class NewcomerForm(StyledForm, forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We mail a code to it. Nobody else sees it yet."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])


class CodeForm(StyledForm, forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false"}
        ),
    )
