"""Forms of the matrix: which goal it shows, and a letter for somebody at a partner."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import (
    FilterForm,
    StyledForm,
    TenantModelChoiceField,
    TenantModelMultipleChoiceField,
)
from members.models import Affiliation, Partner, Person
from tasks.models import Letter


class MatrixForm(FilterForm):
    """The query string of the matrix."""

    goal = forms.RegexField(r"^(none|\d{1,18})$", required=False)
    add = TenantModelMultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["add"].queryset = Partner.objects.offered()  # type: ignore[attr-defined]

    def added(self) -> list[int]:
        """Return the partners whose columns were asked for."""
        self.is_valid()
        return [partner.pk for partner in self.cleaned_data.get("add", ())]


class CellForm(StyledForm, forms.Form):
    """Who at a partner is asked, and for what."""

    letter = forms.ChoiceField(
        label=_("For what?"), choices=Letter.choices, widget=forms.RadioSelect
    )
    person = TenantModelChoiceField(
        label=_("Whom do you ask?"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.offered().filter(
            pk__in=Affiliation.objects.current(timezone.localdate())
            .filter(partner=partner)
            .values("person")
        )
        self.fields["person"].queryset = people.order_by("name_key", "pk")  # type: ignore[attr-defined]
