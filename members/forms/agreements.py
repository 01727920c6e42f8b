"""Forms about the agreement."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import RecordForm, StyledForm, TenantModelChoiceField
from members.models import Agreement, Partner, Person

TEN_YEARS = 120


class AgreementForm(RecordForm):
    renewal_months = forms.IntegerField(
        label=_("To be renewed after (months)"),
        required=False,
        min_value=1,
        max_value=TEN_YEARS,
        help_text=_("Empty: a yes holds until there is a new version."),
    )

    class Meta:
        model = Agreement
        fields = ("title", "text", "renewal_months")
        help_texts = {
            "title": _("For example: Points of unity"),
            "text": _(
                "Markdown: # for a heading, - for a list, **bold**. Partners read "
                "exactly this."
            ),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 16})}


class AgreementPublishForm(RecordForm):
    """Publishes the version that the coordinator has read, and no later one."""

    class Meta:
        model = Agreement
        fields = ()


class AgreementAcceptForm(StyledForm, forms.Form):
    """Carries the version that the reader had before them."""

    agreement = TenantModelChoiceField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = Agreement.objects.published()
        self.fields["agreement"].queryset = published  # type: ignore[attr-defined]


class AcceptanceForm(AgreementAcceptForm):
    """What a coordinator records on a partner's behalf."""

    accepted_on = forms.DateField(label=_("Accepted on"), widget=forms.DateInput())
    accepted_by = TenantModelChoiceField(
        label=_("Who said yes"),
        required=False,
        empty_label=_("Their board, on paper"),
    )

    def __init__(self, *args: Any, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.initial.setdefault("accepted_on", today)
        people = Person.objects.listed().speaking_for(partner, today)
        self.fields["accepted_by"].queryset = people  # type: ignore[attr-defined]

    def clean_accepted_on(self) -> Any:
        day = self.cleaned_data["accepted_on"]
        if day > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))
        return day
