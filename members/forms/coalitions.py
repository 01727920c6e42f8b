"""Forms about the coalition itself."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition.common.addresses import clean_email
from coalition.common.forms import RecordForm, StyledForm
from coalition.common.languages import LANGUAGES, spoken
from coalition.common.zones import zone_choices
from members.models import Coalition
from members.models.coalition import Accent


class Swatches(forms.RadioSelect):
    """Colors beside their names."""

    template_name = "components/widgets/_swatches.html"


class BasicsForm(RecordForm):
    """What a coalition is called and wants, and where its clocks are."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Dates and mail follow its clocks; each person may choose theirs."),
    )
    accent = forms.ChoiceField(
        label=_("Color"), choices=Accent.choices, required=False, widget=Swatches
    )

    class Meta:
        model = Coalition
        fields: tuple[str, ...] = ("name", "purpose", "timezone", "language", "accent")
        labels = {
            "name": _("Name of the coalition"),
            "purpose": _("What do you want to change?"),
        }
        help_texts = {"purpose": _("One sentence, as you would say it to a neighbor.")}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2})}
        error_messages = {
            "name": {"required": _("Enter a name, for example “Healthy Harbor”.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(LANGUAGES) == 1:
            del self.fields["language"]


class StartForm(BasicsForm):
    """The same, and who asks."""

    coordinator_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As the others know you. You coordinate to begin with."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["coordinator_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["timezone"] = ""  # a guess that is wrong goes unseen
        self.initial["language"] = spoken(get_language() or "", "en")


class CoalitionForm(BasicsForm):
    """All that can be said of a coalition."""

    class Meta(BasicsForm.Meta):
        fields = (
            *BasicsForm.Meta.fields,
            *("reply_to", "postal_address", "second_approval"),
        )
        help_texts = {
            **BasicsForm.Meta.help_texts,
            "reply_to": _(
                "Who answers an update writes to this address. "
                "When empty, to whoever coordinates."
            ),
            "postal_address": _("Stands at the foot of each update."),
            "second_approval": _(
                "Updates and announcements leave only when somebody approved them who "
                "changed nothing in them. It takes two who may send."
            ),
        }

    def clean_reply_to(self) -> str:
        value: str = self.cleaned_data["reply_to"]
        return clean_email(value) if value else ""


class DeletionForm(StyledForm, forms.Form):
    """The name, typed: nobody deletes a coalition by a slip of the hand."""

    name = forms.CharField(
        label=_("Type the coalition’s name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, coalition: Coalition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._coalition = coalition

    def clean_name(self) -> str:
        value: str = self.cleaned_data["name"]
        if value.casefold().split() != self._coalition.name.casefold().split():
            raise forms.ValidationError(
                _("That is not its name. It is “%(name)s”."),
                params={"name": self._coalition.name},
            )
        return value

    def clean(self) -> dict[str, Any]:
        """Hand nothing on: typing the name is all that was asked."""
        return {}
