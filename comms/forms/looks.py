"""On what a mail is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import FilterForm


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to the same mail, one thing changed."""

    label: str
    url: str
    current: bool


class LooksForm(FilterForm):
    width = forms.ChoiceField(
        label=_("Width"),
        choices=[("wide", _("Computer")), ("phone", _("Phone"))],
        required=False,
    )
    palette = forms.ChoiceField(
        label=_("Palette"),
        choices=[("light", _("Light")), ("dark", _("Dark"))],
        required=False,
    )

    def choices(self, name: str) -> list[tuple[str, str]]:
        return list(self.fields[name].choices)  # type: ignore[attr-defined]

    def switch(self, name: str, now: Mapping[str, str]) -> tuple[str, list[Choice]]:
        """Return what a field is called, and a link for each of its values."""
        choices = [
            Choice(label, urlencode({**now, name: value}), now[name] == value)
            for value, label in self.choices(name)
        ]
        return str(self.fields[name].label), choices
