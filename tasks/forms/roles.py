"""Forms about standing roles and who holds them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import FilterForm, RecordForm, StyledForm, Ticks
from members.forms.picking import CarrierField
from members.permissions import GRANTABLE, PERMISSION_WORDS, with_companions
from tasks.models import Role, RoleAssignment


class RoleFilterForm(FilterForm):
    """The query string of the list of roles."""

    q = forms.CharField(
        label=_("Whom can I ask about …?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Media, money, translation, …")}
        ),
    )


class RoleForm(RecordForm):
    seats = forms.IntegerField(
        label=_("How many people hold it at once"),
        min_value=1,
        max_value=50,
        initial=1,
    )
    term_months = forms.IntegerField(
        label=_("Months in a term"),
        min_value=1,
        max_value=120,
        required=False,
        help_text=_("Empty: until somebody else takes it."),
    )
    permissions = forms.MultipleChoiceField(
        label=_("What its holders may do here, beside what their access lets them"),
        required=False,
        choices=lambda: [
            (each.value, capfirst(str(PERMISSION_WORDS[each]))) for each in GRANTABLE
        ],
        help_text=_("From the first day of a term to the last."),
        widget=Ticks,
    )

    class Meta:
        model = Role
        fields = (
            *("name", "purpose", "duties", "ask_about"),
            *("seats", "term_months", "how_filled", "permissions"),
        )
        labels = {
            "name": _("What it is called"),
            "purpose": _("What it is for"),
            "duties": _("What one does"),
            "ask_about": _("What can one ask them about?"),
            "how_filled": _("How is it filled?"),
        }
        help_texts = {
            "ask_about": _("For example: media, press releases, radio."),
        }
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "duties": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, may_grant: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_grant:
            del self.fields["permissions"]

    def clean_permissions(self) -> list[str]:
        """Add what each is of no use without: who sends updates sees the drafts."""
        return with_companions(self.cleaned_data["permissions"])


class _HolderForm(StyledForm, forms.Form):
    """Cleans to a person, the partner they stand for, and days."""

    who = CarrierField(label=_("Who?"))
    from_on = forms.DateField(label=_("From"), initial=timezone.localdate)

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if carrier := found.pop("who", None):
            found |= {"person": carrier.person, "partner": carrier.partner}
        return found


class TermForm(_HolderForm):
    to_on = forms.DateField(
        label=_("To"),
        required=False,
        help_text=_("Empty: to the end of a term, where the role has one."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        begins, ends = found.get("from_on"), found.get("to_on")
        if begins and ends and ends < begins:
            self.add_error("to_on", _("It must not end before it begins."))
        return found


class HandOverForm(_HolderForm):
    handover_notes = forms.CharField(
        label=_("Notes for who comes next"),
        required=False,
        max_length=10_000,
        help_text=_("What is half done, whom to know, where things lie."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    field_order = ("who", "from_on", "handover_notes")

    def __init__(self, *args: Any, term: RoleAssignment, **kwargs: Any) -> None:
        kwargs["initial"] = {"handover_notes": term.handover_notes}
        super().__init__(*args, **kwargs)
        self.term = term

    def clean_from_on(self) -> Any:
        begins = self.cleaned_data["from_on"]
        if begins <= self.term.from_on:
            raise ValidationError(_("Choose a day after the present term began."))
        return begins


class EndTermForm(StyledForm, forms.Form):
    to_on = forms.DateField(label=_("Last day"), initial=timezone.localdate)

    def __init__(self, *args: Any, term: RoleAssignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = term

    def clean_to_on(self) -> Any:
        ends = self.cleaned_data["to_on"]
        if ends < self.term.from_on:
            raise ValidationError(_("It must not end before it begins."))
        return ends


class NotesForm(RecordForm):
    class Meta:
        model = RoleAssignment
        fields = ("handover_notes",)
        labels = {"handover_notes": _("Notes for who comes next")}
        help_texts = {
            "handover_notes": _("What is half done, whom to know, where things lie.")
        }
        widgets = {"handover_notes": forms.Textarea(attrs={"rows": 8})}
