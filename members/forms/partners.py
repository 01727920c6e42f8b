"""Forms about partners."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from coalition.common.addresses import clean_email
from coalition.common.forms import RecordForm, StyledForm, Voice
from coalition.common.tabular import CellError, cells
from members.models import Partner, PartnerAlias
from members.models.partner import PartnerStatus
from members.permissions import PARTNER_FIELDS, Permission
from members.queries.lookalikes import near_partner

FIELDS = PARTNER_FIELDS[Permission.PARTNERS_EDIT]
read_website = cells.website(300)


class TagsField(forms.CharField):
    """Words with commas between them, kept as a list."""

    def prepare_value(self, value: Any) -> str:
        return ", ".join(value) if isinstance(value, list) else value or ""

    def clean(self, value: Any) -> list[str]:
        words = str(super().clean(value)).replace(";", ",").split(",")
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))


class PartnerForm(RecordForm):
    """What may be changed of a partner: `allowed` leaves the other fields out."""

    website = forms.URLField(
        label=_("Website"), required=False, max_length=300, assume_scheme="https"
    )
    tags = TagsField(
        label=_("Tags"),
        required=False,
        max_length=500,
        help_text=_("With commas between them: health, housing"),
    )
    communities = TagsField(
        label=_("Communities it speaks for"),
        required=False,
        max_length=500,
        help_text=_("With commas between them: night workers, young parents"),
    )

    class Meta:
        model = Partner
        fields = FIELDS
        help_texts = {"sector": _("For example: health, housing, faith, labor")}
        widgets = {
            "joined_on": forms.DateInput,
            "why_joined": Voice(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(
        self, *args: Any, allowed: Collection[str] = FIELDS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in set(FIELDS) - set(allowed):
            del self.fields[name]

    def clean_website(self) -> str:
        value = self.cleaned_data["website"]
        try:
            return str(read_website(value)) if value else ""
        except CellError as refusal:
            raise ValidationError(str(refusal.message)) from None

    def clean_contact_email(self) -> str:
        value = self.cleaned_data["contact_email"]
        return clean_email(value) if value else ""


class NewPartnerForm(PartnerForm):
    """Asks once when the name is nearly another's: who has read it may insist."""

    apart = forms.IntegerField(widget=forms.HiddenInput, required=False)
    twin: Partner | None = None

    def is_valid(self) -> bool:
        return super().is_valid() and self.twin is None

    def clean(self) -> dict[str, Any]:
        answer = self.cleaned_data.pop("apart", None)
        twin = near_partner(self.cleaned_data.get("name", ""))
        if twin and answer == twin.pk:
            return self.cleaned_data | {"apart_from": twin}
        if twin:
            self._ask(twin)
        return self.cleaned_data

    def _ask(self, twin: Partner) -> None:
        self.twin = twin
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("apart")] = str(twin.pk)
        self.data = data


class PartnerStatusForm(StyledForm, forms.Form):
    """Leaving is not offered here: it hands over as well, on a page of its own."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[c for c in PartnerStatus.choices if c[0] != PartnerStatus.LEFT],
    )
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        help_text=_("Coordinators and the steering group see it in the history."),
    )


class PartnerAliasForm(RecordForm):
    class Meta:
        model = PartnerAlias
        fields = ("name",)
        labels = {"name": _("Another name")}
