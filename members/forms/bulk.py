"""What to do with many partners, and with which."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm
from members.services.bulk import BulkAct

MOST = 2000
TAGS = (BulkAct.TAG, BulkAct.UNTAG)
STATUSES = (BulkAct.PAUSE, BulkAct.RESUME)


class NumbersField(forms.CharField):
    """Row numbers with commas between them: one field, however many rows."""

    default_error_messages = {
        "required": _("Tick the partners first."),
        "unread": _("Tick the partners again, please."),
        "many": _("That is more than %(most)d at once. Narrow the list first."),
    }

    def clean(self, value: Any) -> list[int]:
        if str(value).count(",") >= MOST:
            message = self.error_messages["many"]
            raise ValidationError(message, "many", {"most": MOST})
        words = str(super().clean(value)).split(",")
        if not all(word.isascii() and word.isdigit() for word in words):
            raise ValidationError(self.error_messages["unread"], "unread")
        return [int(word) for word in words]


class BulkChoiceForm(forms.Form):
    """What was ticked in the list, and the button that was pressed."""

    act = forms.ChoiceField(choices=BulkAct.choices)
    pks = NumbersField(max_length=20 * MOST)


class PartnerBulkForm(StyledForm, forms.Form):
    """The question before it is done: with what reason, or which tag."""

    act = forms.ChoiceField(choices=BulkAct.choices, widget=forms.HiddenInput)
    pks = NumbersField(max_length=20 * MOST, widget=forms.HiddenInput)
    tag = forms.CharField(label=_("Tag"), max_length=50)
    reason = forms.CharField(label=_("Why"), required=False, max_length=500)

    def __init__(self, *args: Any, act: BulkAct, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if act not in TAGS:
            del self.fields["tag"]
        if act not in STATUSES:
            del self.fields["reason"]
