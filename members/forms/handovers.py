"""Forms about handing the coordination over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, StyledForm, Voice
from members.forms.picking import PersonField
from members.models.handover import BECOMES
from members.permissions import ROLE_WORDS, MemberRole


class HandoverForm(StyledForm, forms.Form):
    taker = PersonField(label=_("Who coordinates next?"))
    becomes = forms.ChoiceField(
        label=_("What are you afterwards?"),
        choices=BECOMES,
        initial=MemberRole.STEERING,
        widget=Cards(hints=ROLE_WORDS),
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=Voice,
        help_text=_("They read it in the mail and on the page."),
    )


class HandoverAnswerForm(StyledForm, forms.Form):
    """Which of the two buttons was pressed."""

    answer = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])

    @property
    def says_yes(self) -> bool:
        found: dict[str, Any] = self.cleaned_data
        return bool(found["answer"] == "yes")
