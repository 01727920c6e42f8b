"""Forms for a coordinator's own words in a draft."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, StyledForm
from comms.models import Circle

OPENING = 400
WORDS = 1500


class OpeningForm(StyledForm, forms.Form):
    """What stands above a section: empty takes it away."""

    words = forms.CharField(
        label=_("Your words"),
        max_length=OPENING,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Stands above this section and is signed with your name. **Bold**, lists "
            "and [links](https://example.org) work. Empty takes it away."
        ),
    )


class OwnSectionForm(StyledForm, forms.Form):
    heading = forms.CharField(label=_("Heading"), max_length=80)
    words = forms.CharField(
        label=_("Your words"),
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Signed with your name. **Bold**, lists and [links](https://example.org) "
            "work."
        ),
    )
    circle = forms.ChoiceField(
        label=_("Who reads it"),
        choices=Circle.choices,
        initial=Circle.EVERYBODY,
        widget=Cards(
            hints={
                Circle.EVERYBODY: _("It stands in every mail."),
                Circle.MEMBERS: _(
                    "Not observers, nor people at partners who are no members."
                ),
                Circle.STEERING: _(
                    "The steering group and the coordination. Nobody else finds it, in "
                    "no mail and on no page, even by a link that was handed on."
                ),
            }
        ),
    )
