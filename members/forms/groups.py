"""Forms about working groups and who is in them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import FilterForm, RecordForm, StyledForm
from members.forms.picking import PersonField
from members.models import WorkingGroup


class GroupFilterForm(FilterForm):
    """The query string of the list of groups."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, purpose or person")}
        ),
    )


class GroupForm(RecordForm):
    class Meta:
        model = WorkingGroup
        fields = ("name", "purpose", "open_to_all")
        labels = {
            "name": _("What it is called"),
            "purpose": _("What it is for"),
            "open_to_all": _("Whoever wants may join"),
        }
        help_texts = {
            "purpose": _("What it works on, and when it has done its work."),
            "open_to_all": _(
                "Else coordinators and whoever leads the group say who is in it."
            ),
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}


class GroupPlaceForm(StyledForm, forms.Form):
    person = PersonField(label=_("Who?"), help_text=_("Type a name."))
    leads = forms.BooleanField(
        label=_("Leads the group"),
        required=False,
        help_text=_("Who leads can change its words and say who is in it."),
    )
