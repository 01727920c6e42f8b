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
from members.models import Partner
from tasks.models import Letter
from tasks.queries.beside import people_at


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
        label=_("Whom do you ask?"),
        required=False,
        blank=True,
        empty_label=_("Whoever they name"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_at([partner.pk], timezone.localdate())
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
