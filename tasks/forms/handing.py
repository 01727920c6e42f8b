"""Forms with which a part goes to somebody else, or a partner says who it will be."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm, TenantModelChoiceField
from members.queries import Carrier
from tasks.forms.tasks import DeclineForm
from tasks.models import Assignment
from tasks.queries.beside import people_at, people_beside


class HandOverForm(StyledForm, forms.Form):
    """Cleans to whoever takes it, at the same partner."""

    to = TenantModelChoiceField(
        label=_("Who takes it?"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, part: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        people = people_beside(part, timezone.localdate())
        self.fields["to"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if person := found.get("to"):
            found["to"] = Carrier(person, self.part.partner)
        return found


class NameForm(StyledForm, forms.Form):
    """Whom a partner names for what it was asked."""

    person = TenantModelChoiceField(
        label=_("Who will it be?"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, part: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_at([part.partner_id or 0], timezone.localdate())
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class PartnerDeclineForm(DeclineForm):
    WHY = {
        "time": _("Nobody has time before it is due"),
        "field": _("Not our field"),
        "else": _("Something else"),
    }
