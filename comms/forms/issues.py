"""Forms about updates, announcements and their schedule."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import Cards, RecordForm, StyledForm
from comms.forms.looks import LooksForm
from comms.models import Issue, IssueState, UpdateSchedule, Wish
from comms.updates.seen import Stock
from comms.updates.sheet import NOTE, WORDS
from members.forms.lists import ListForm

A_YEAR = timedelta(days=366)


def _number() -> forms.IntegerField:
    """Ask for a number beside the button, which stands outside of its form."""
    return forms.IntegerField(
        label=_("How many people get it?"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.TextInput(
            attrs={"form": "words", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )


class ArchiveFilterForm(ListForm):
    """The query string of what was sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = _("Search what was sent")
        self.say(_("Any words of it"))


class NumberForm(StyledForm, forms.Form):
    """How many get it, typed by whoever sends to more than usual."""

    count = _number()

    @classmethod
    def of(cls, issue: Issue, data: Any = None) -> "NumberForm":
        """Go with the words, or with the button alone once they are approved."""
        form = cls(data)
        if issue.state == IssueState.APPROVED:
            form.fields["count"].widget.attrs["form"] = "release"
        return form


class IssueForm(RecordForm):
    subject = forms.CharField(
        label=_("Subject"),
        max_length=150,
        help_text=_("Up to 50 characters show whole on a phone."),
    )

    count = _number()

    class Meta:
        model = Issue
        fields = ("subject", "introduction", "own_note")
        widgets = {
            "introduction": forms.Textarea(attrs={"rows": 5}),
            "own_note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "introduction": _(
                "In your words, after “Hello” and the name. **Bold**, lists and "
                "[links](https://example.org) work."
            ),
            "own_note": _(
                "Stands in a box of its own and is signed with your name, so that "
                "nobody takes it for the coalition’s word."
            ),
        }

    def clean(self) -> None:
        """Keep the number apart: it is no part of the words."""
        self.number = self.cleaned_data.pop("count", None)


class ItemForm(forms.Form):
    """Which item, or which section."""

    key = forms.CharField(max_length=100)


class ShowForm(ItemForm):
    shown = forms.BooleanField(required=False)


class PinForm(ItemForm):
    pinned = forms.BooleanField(required=False)


class MoveForm(ItemForm):
    up = forms.BooleanField(required=False)


class WordingForm(StyledForm, forms.Form):
    """As long as a mail shows whole."""

    words = forms.CharField(label=_("Headline"), max_length=WORDS)
    note = forms.CharField(
        label=_("Below it"),
        max_length=NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApprovalForm(StyledForm, forms.Form):
    """The hash of what the approver saw, and whether to let it go now."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    release = forms.BooleanField(required=False, widget=forms.HiddenInput)


class PreviewForm(LooksForm):
    """As whom, and on what."""

    person = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    q = forms.CharField(required=False, max_length=200)
    who = forms.ChoiceField(
        choices=[
            (Stock.DELEGATE, _("A delegate without an account")),
            (Stock.NEW, _("Somebody new")),
        ],
        required=False,
    )


class ScheduleForm(StyledForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = UpdateSchedule
        fields = ("every_weeks", "anchor_date", "local_time", "timezone")
        labels = {
            "every_weeks": _("Weeks between two updates"),
            "anchor_date": _("The next draft leaves on"),
        }
        widgets = {"anchor_date": forms.DateInput, "local_time": forms.TimeInput}
        help_texts = {
            "every_weeks": _("2 is a good rhythm: often enough to stay in touch."),
            "anchor_date": _(
                "Later ones leave on the same day of the week. "
                "A draft that is there already keeps its date."
            ),
            "timezone": _("For example Europe/Madrid."),
        }

    def clean_anchor_date(self) -> Any:
        day = self.cleaned_data["anchor_date"]
        if day < timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        if day > timezone.localdate() + A_YEAR:
            raise ValidationError(_("Choose a day within a year from now."))
        return day


class RhythmForm(StyledForm, forms.Form):
    """How often, on which weekday, at what time: the first date follows from these."""

    every_weeks = forms.TypedChoiceField(
        label=_("How often"),
        choices=[
            (1, _("Every week")),
            (2, _("Every two weeks")),
            (4, _("Every four weeks")),
        ],
        coerce=int,
        widget=Cards(
            hints={
                "1": _("For a campaign in full swing"),
                "2": _("A good beat for most"),
                "4": _("For the long haul"),
            }
        ),
    )
    weekday = forms.TypedChoiceField(
        label=_("On"), choices=list(WEEKDAYS.items()), coerce=int
    )
    at = forms.TimeField(label=_("At"), widget=forms.TimeInput)

    @classmethod
    def of(cls, schedule: UpdateSchedule, data: Any = None) -> "RhythmForm":
        initial = {
            "every_weeks": schedule.every_weeks,
            "weekday": schedule.anchor_date.weekday(),
            "at": schedule.local_time,
        }
        return cls(data, initial=initial)


class MailChoiceForm(StyledForm, forms.Form):
    updates = forms.ChoiceField(
        label=_("The updates"),
        choices=[
            (Wish.EVERY, Wish.EVERY.label),
            (Wish.CONCERNING, Wish.CONCERNING.label),
            (Wish.NONE, Wish.NONE.label),
        ],
        widget=Cards(
            hints={
                Wish.EVERY: _("All that moved, and on top what is yours to do."),
                Wish.CONCERNING: _(
                    "Only when it tells of your work or your partner’s, or when "
                    "something waits for you."
                ),
                Wish.NONE: _("You can read them here whenever you like."),
            }
        ),
    )
    announcements = forms.BooleanField(
        label=_("Announcements: a milestone reached, told at once"), required=False
    )
