"""Forms to have a say, and to look for what was said."""

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.forms import (
    Cards,
    Chips,
    RecordForm,
    StyledForm,
    TenantModelChoiceField,
    Voice,
)
from comms.models import (
    Feedback,
    FeedbackKind,
    FeedbackState,
    Visibility,
)
from comms.models.feedback import LONGEST
from goals.models import Goal
from members.forms.lists import ListForm
from members.forms.picking import PersonField
from members.models import Partner

STATES: Final = (
    ("waiting", gettext_lazy("Waits for an answer")),
    ("answered", gettext_lazy("Answered")),
    ("taken_back", FeedbackState.TAKEN_BACK.label),
)


class FeedbackForm(RecordForm):
    """What one says; whoever answers may write down what somebody told them."""

    who = PersonField(
        label=gettext_lazy("Who told you?"),
        everybody=True,
        required=False,
        help_text=gettext_lazy(
            "Only for what somebody else said, on the phone or in a mail. It stands "
            "under their name, and they are told what becomes of it."
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=FeedbackKind.choices,
        initial=FeedbackKind.IDEA,
        widget=Chips,
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see it?"),
        choices=[
            (Visibility.OPEN, Visibility.OPEN.label),
            (Visibility.COORDINATORS, Visibility.COORDINATORS.label),
            (Visibility.ANONYMOUS, Visibility.ANONYMOUS.label),
        ],
        # What slips out in one tap is seen by few.
        initial=Visibility.COORDINATORS,
        widget=Cards(
            hints={
                Visibility.OPEN: gettext_lazy(
                    "With your name. Others can say that they think so too."
                ),
                Visibility.COORDINATORS: gettext_lazy(
                    "With your name, for those who coordinate alone."
                ),
                Visibility.ANONYMOUS: gettext_lazy(
                    "We do not keep who wrote it. You get a private link to the answer."
                ),
            }
        ),
    )
    goal = TenantModelChoiceField(
        label=gettext_lazy("About which goal?"),
        shows="title",
        required=False,
        empty_label=gettext_lazy("None of them"),
    )
    partner = TenantModelChoiceField(
        label=gettext_lazy("About which partner?"),
        shows="name",
        required=False,
        empty_label=gettext_lazy("None of them"),
        help_text=gettext_lazy(
            "What is not for everyone is then hidden from all who belong to it."
        ),
    )

    class Meta:
        model = Feedback
        fields = ("kind", "text", "visibility", "goal", "partner")
        labels = {
            "text": gettext_lazy("In your words"),
        }
        widgets = {"text": Voice({"rows": 4})}
        error_messages = {"text": {"required": gettext_lazy("Write something first.")}}

    def __init__(self, *args: Any, enters: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not enters:
            del self.fields["who"]
        self.fields["goal"].queryset = Goal.objects.open()  # type: ignore[attr-defined]
        self.fields["partner"].queryset = Partner.objects.listed().order_by("name_key")  # type: ignore[attr-defined]

    def attempt(self, service: Callable[..., Any], **kwargs: Any) -> bool:
        """Send it as it is meant: without a name nothing may tell that it was sent.

        So its `once` is not noted anywhere, as it is for others; the service knows it
        again by itself.
        """
        if self.is_nameless:
            once = self.cleaned_data.pop("once", None) or uuid4()
            del self.cleaned_data["visibility"]
            if self.cleaned_data.pop("who", None):
                self.add_error("who", _("With their name, or without anybody's."))
                return False
            kwargs["once"] = str(once)
        return super().attempt(service, **kwargs)

    @property
    def is_nameless(self) -> bool:
        return self.data.get("visibility") == Visibility.ANONYMOUS

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("kind", "text", "visibility")]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        names = ("goal", "partner", "who")
        return [self[name] for name in names if name in self.fields]

    @property
    def has_more(self) -> bool:
        """Say whether the optional part holds something to look at."""
        return any(
            field.errors or self.data.get(field.name) for field in self.more_fields
        )


class FeedbackMessageForm(StyledForm, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Write on"),
        max_length=LONGEST,
        widget=Voice({"rows": 3}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    once = forms.CharField(max_length=40, widget=forms.HiddenInput)


class FeedbackReplyForm(StyledForm, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Ask back, or say something"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )


class FeedbackFilterForm(ListForm):
    """The query string of the board."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), *STATES],
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("All")), *FeedbackKind.choices],
        required=False,
    )
    goal = TenantModelChoiceField(
        label=gettext_lazy("Goal"),
        shows="title",
        required=False,
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = gettext_lazy("Search what was said")
        self.say(gettext_lazy("Any words of it"))
        self.fields["goal"].queryset = Goal.objects.all()  # type: ignore[attr-defined]

    @property
    def about(self) -> Goal | None:
        self.is_valid()
        found: Goal | None = self.cleaned_data.get("goal")
        return found
