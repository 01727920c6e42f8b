"""Forms about people."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.addresses import clean_email
from coalition.common.forms import (
    Cards,
    RecordForm,
    Segments,
    TenantModelChoiceField,
)
from members.models import Affiliation, Membership, Partner, Person
from members.models.person import Authority
from members.permissions import ROLE_WORDS


def timezone_choices() -> list[tuple[str, str]]:
    return [("", str(_("As the coalition"))), *_zones()]


@cache
def _zones() -> list[tuple[str, str]]:
    names = sorted(zone for zone in available_timezones() if "/" in zone)
    return [(zone, zone) for zone in ("UTC", *names)]


class PersonForm(RecordForm):
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=timezone_choices,
    )

    class Meta:
        model = Person
        fields = (
            "full_name",
            "email",
            "phone",
            "timezone",
            "access_needs",
            "joined_on",
            "consent_digest",
            "notes",
        )
        widgets = {
            "access_needs": forms.Textarea(attrs={"rows": 2}),
            "joined_on": forms.DateInput,
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_email(self) -> str | None:
        value = self.cleaned_data["email"]
        return clean_email(value) if value else None


class PersonCreateForm(PersonForm):
    partner = TenantModelChoiceField(
        label=_("Speaks for"),
        shows="name",
        required=False,
        empty_label=_("No partner"),
    )
    field_order = ("full_name", "email", "partner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.offered()  # type: ignore[attr-defined]


class AffiliationForm(RecordForm):
    partner = TenantModelChoiceField(label=_("Partner"), shows="name")

    class Meta:
        model = Affiliation
        fields = ("partner", "kind", "authority", "from_on")
        widgets = {"from_on": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.offered()  # type: ignore[attr-defined]


class AffiliationEditForm(RecordForm):
    class Meta:
        model = Affiliation
        fields = ("kind", "authority", "from_on")
        widgets = {
            "kind": Segments,
            "authority": Cards(
                hints={
                    Authority.DECIDES: _("Can say yes for the partner."),
                    Authority.ASKS: _("Takes questions home and comes back."),
                }
            ),
            "from_on": forms.DateInput,
        }


class AccessForm(RecordForm):
    """What somebody may do; who leaves hands over what they carry, on another page."""

    class Meta:
        model = Membership
        fields = ("role",)
        widgets = {"role": Cards(hints=ROLE_WORDS)}
