"""Forms about milestones."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import RecordForm, StyledForm, TenantModelChoiceField
from goals.models import Milestone
from members.forms.picking import PersonField
from members.models import Partner


class MilestoneForm(RecordForm):
    partner = TenantModelChoiceField(
        label=_("Carried by"),
        shows="name",
        required=False,
        empty_label=_("Nobody in particular"),
    )

    class Meta:
        model = Milestone
        fields = ("title", "due", "partner")
        labels = {"title": _("What will be there?"), "due": _("By when")}
        help_texts = {"title": _("A step that you can celebrate.")}
        widgets = {"due": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Partner.objects.offered(self.instance.partner_id)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]


class MilestoneReachForm(StyledForm, forms.Form):
    on = forms.DateField(label=_("Reached on"))
    person = PersonField(label=_("Who made it happen"), required=False, everybody=True)
    partner = TenantModelChoiceField(
        label=_("With which partner"),
        shows="name",
        required=False,
        empty_label=_("All of us together"),
    )
    note = forms.CharField(
        label=_("What does it change?"),
        required=False,
        max_length=1000,
        help_text=_("One or two sentences. They open the announcement."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        first = {"on": timezone.localdate(), "partner": milestone.partner_id}
        super().__init__(*args, initial=first, **kwargs)
        partners = Partner.objects.offered(milestone.partner_id)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
