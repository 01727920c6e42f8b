"""What the lists of hurdles and of asks can both be narrowed by."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import TenantModelChoiceField
from goals.models import Goal
from members.forms.lists import ListForm
from members.models import Partner

MINE: Final = "mine"


class TroubleFilterForm(ListForm):
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Everybody’s")), (MINE, _("My own"))],
    )
    goal = TenantModelChoiceField(
        label=_("Goal"), shows="title", required=False, empty_label=_("Every goal")
    )
    partner = TenantModelChoiceField(
        label=_("Partner"),
        shows="name",
        required=False,
        empty_label=_("Every partner"),
    )

    field_order = ("q", "state", "whose", "goal", "partner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say(_("Any words of it"))
        self.fields["goal"].queryset = Goal.objects.all()  # type: ignore[attr-defined]
        self.fields["partner"].queryset = Partner.objects.offered()  # type: ignore[attr-defined]

    @property
    def mine(self) -> bool:
        return self.value("whose") == MINE
