"""What of the gallery is shown."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from coalition.common import languages
from comms.forms.looks import LooksForm
from comms.models import IssueKind
from comms.services.gallery import shelves


class GalleryForm(LooksForm):
    language = forms.ChoiceField(label=_("Language"), required=False)
    kind = forms.ChoiceField(required=False)

    def __init__(self, data: QueryDict, *, language: str) -> None:
        super().__init__(data)
        self.otherwise = {
            "width": "wide",
            "palette": "light",
            "language": language,
            "kind": IssueKind.UPDATE.value,
        }
        kinds = [item for shelf in shelves() for item in shelf.names.items()]
        offers = {"kind": kinds, "language": languages.choices()}
        for name, choices in offers.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def value(self, name: str) -> str:
        return super().value(name) or self.otherwise[name]
