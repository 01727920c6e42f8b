"""What to do with many people, and with whom."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, StyledForm, TenantModelChoiceField
from coalition.web.carried import Carried
from coalition.web.forms import CANNOT
from members.forms.bulk import MOST, NumbersField
from members.forms.picking import CarrierField
from members.models import WorkingGroup
from members.permissions import ROLE_WORDS, MemberRole
from members.queries import Carrier
from members.services.memberships import PeopleAct

TICK = {
    "required": _("Tick the people first."),
    "unread": _("Tick the people again, please."),
}


class PeopleChoiceForm(forms.Form):
    """What was ticked in the list, and the button that was pressed."""

    act = forms.ChoiceField(choices=PeopleAct.choices)
    pks = NumbersField(max_length=20 * MOST, error_messages=TICK)


class PeopleBulkForm(StyledForm, forms.Form):
    """The question before it is done: which access, why, who takes over."""

    act = forms.ChoiceField(choices=PeopleAct.choices, widget=forms.HiddenInput)
    pks = NumbersField(
        max_length=20 * MOST, widget=forms.HiddenInput, error_messages=TICK
    )
    role = forms.ChoiceField(
        label=_("What may they do?"),
        choices=MemberRole.choices,
        widget=Cards(hints=ROLE_WORDS),
    )
    group = TenantModelChoiceField(
        label=_("Which group?"), shows="name", empty_label=None
    )
    heir = CarrierField(
        label=_("Who takes it all over?"),
        required=False,
        help_text=_("Type a name. Without one it is open, and shows up as a gap."),
        error_messages=CANNOT,
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(
        self,
        *args: Any,
        act: PeopleAct,
        people: Collection[int],
        carried: Carried,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        if act != PeopleAct.ROLE:
            del self.fields["role"]
        if act == PeopleAct.GROUP:
            self.fields["group"].queryset = WorkingGroup.objects.open()  # type: ignore[attr-defined]
        else:
            del self.fields["group"]
        if carried.is_empty:
            del self.fields["heir"]
        if act not in {PeopleAct.SUSPEND, PeopleAct.REMOVE}:
            del self.fields["reason"]

    def clean_heir(self) -> Carrier | None:
        heir: Carrier | None = self.cleaned_data["heir"]
        if heir and heir.person.pk in self.people:
            raise ValidationError(CANNOT["gone"], "gone", {"name": heir.person})
        return heir
