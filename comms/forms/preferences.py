"""What a person wants to be told beside the updates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, StyledForm
from members.models.person import CommentMail


class CommentMailForm(StyledForm, forms.Form):
    comments = forms.TypedChoiceField(
        label=_("When people talk about the work, tell me"),
        choices=CommentMail.choices,
        coerce=CommentMail,
        widget=Cards(
            hints={
                CommentMail.ALL: _(
                    "Goals and tasks you look after, and wherever you said something. "
                    "What is said within a few hours comes in one mail."
                ),
                CommentMail.NAMED: _("Somebody wrote @ and your name."),
                CommentMail.NONE: _("You can read all of it here at any time."),
            }
        ),
    )


class CheckInMailForm(StyledForm, forms.Form):
    check_ins = forms.BooleanField(
        label=_("When it is my turn to say how it goes, ask me by e-mail"),
        help_text=_(
            "One mail with a link that needs no sign-in, and at most two gentle "
            "reminders. Without it you find the question on your page here."
        ),
        required=False,
    )
