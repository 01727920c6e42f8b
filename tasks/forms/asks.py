"""Forms about what would help: what is looked for, and whom to ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm, TenantModelChoiceField
from members.models import CapacityOffer, Partner
from tasks.forms.troubles import TroubleFilterForm
from tasks.models import AskState
from tasks.queries.asks import EVERYTHING, OPEN, AskFilter


class AskFilterForm(TroubleFilterForm):
    """The query string of the list of asks."""

    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Not closed yet")),
            *AskState.choices,
            (EVERYTHING, _("Everything")),
        ],
    )

    def wanted(self) -> AskFilter:
        self.is_valid()
        found = self.cleaned_data
        return AskFilter(
            show=found.get("state") or OPEN,
            mine=self.mine,
            goal=found.get("goal"),
            partner=found.get("partner"),
            words=self.value("q"),
        )


class HelpForm(StyledForm, forms.Form):
    """Names a partner, and which of its offers fits."""

    partner = TenantModelChoiceField(
        label=_("Ask a partner"), shows="name", empty_label=_("Choose a partner")
    )
    offer = TenantModelChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.active().listed()  # type: ignore[attr-defined]
        self.fields["offer"].queryset = CapacityOffer.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Leave out an offer that is not the partner’s."""
        found = self.cleaned_data
        offer, partner = found.get("offer"), found.get("partner")
        if offer and partner and offer.partner_id != partner.pk:
            found["offer"] = None
        return found
