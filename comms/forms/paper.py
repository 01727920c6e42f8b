"""Who reads updates on paper, and who brings them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import StyledForm
from members.forms.picking import PersonField


class PaperReaderForm(StyledForm, forms.Form):
    on_paper = forms.BooleanField(
        label=_("They read on paper"),
        help_text=_(
            "Updates, and announcements that are for them: beside the mail, if they "
            "have an address and agreed to get it."
        ),
        required=False,
    )
    courier = PersonField(
        label=_("Who brings it?"),
        help_text=_(
            "Type a name, or a part of it. They are asked by mail and on their page. "
            "Without one it stays open, and you see that."
        ),
        required=False,
    )
