"""What shall come of a win: a milestone, a line of the update, or a memory."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.forms import StyledForm, TenantModelChoiceField
from goals.models import Goal, Milestone
from members.models import Partner
from tasks.models import CheckIn, SeenBy, WinUse
from tasks.services.wins import Credit

LONGEST: Final = 500


class WinForm(StyledForm, forms.Form):
    """Cleans to what the service takes; `uses_milestone` says which."""

    use = forms.ChoiceField(
        label=gettext_lazy("What shall come of it?"),
        choices=WinUse.choices,
        initial=WinUse.MILESTONE,
        widget=forms.RadioSelect,
    )
    milestone = TenantModelChoiceField(
        label=gettext_lazy("Which milestone?"),
        required=False,
        empty_label=gettext_lazy("A new one, for the goal below"),
    )
    goal = TenantModelChoiceField(
        label=gettext_lazy("Of which goal, if it is a new one?"),
        shows="title",
        required=False,
        empty_label=gettext_lazy("Choose a goal"),
    )
    words = forms.CharField(
        label=gettext_lazy("In words for everybody"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    named = forms.BooleanField(required=False, initial=True)
    partner = TenantModelChoiceField(
        label=gettext_lazy("With which partner?"),
        shows="name",
        required=False,
        empty_label=gettext_lazy("None in particular"),
    )
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, check_in: CheckIn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["milestone"].queryset = Milestone.objects.open().with_goal()
        fields["goal"].queryset = Goal.objects.open()
        speaks_for = [voice.partner_id for voice in check_in.voices.all()]
        fields["partner"].queryset = Partner.objects.filter(pk__in=speaks_for)
        if not speaks_for:
            del fields["partner"]
        self.initial["words"] = check_in.win[:LONGEST]
        if len(speaks_for) == 1:
            self.initial["partner"] = speaks_for[0]
        name = {"name": check_in.person.full_name}
        fields["named"].label = _("Thank %(name)s by name") % name
        fields["agreed"].label = _("%(name)s said yes to telling everybody") % name
        if check_in.cycle.win_seen_by == SeenBy.MEMBERS:
            del fields["agreed"]
        fields["milestone"].label_from_instance = _in_its_goal

    @property
    def uses_milestone(self) -> bool:
        return self.data.get(self.add_prefix("use")) == WinUse.MILESTONE

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if self.errors:
            return found
        if self.uses_milestone and not found["milestone"] and not found["goal"]:
            raise ValidationError(
                {"milestone": _("Choose a milestone, or the goal for a new one.")}
            )
        credit = Credit(named=found["named"], partner=found.get("partner"))
        shared = {
            "words": found["words"],
            "credit": credit,
            "agreed": found.get("agreed", False),
        }
        if self.uses_milestone:
            of = {"milestone": found["milestone"], "goal": found["goal"]}
            return {**shared, **of}
        return {**shared, "use": WinUse(found["use"])}


def _in_its_goal(milestone: Milestone) -> str:
    return f"{milestone.goal}: {milestone}"
