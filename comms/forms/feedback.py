"""Forms to have a say, and to answer."""

from collections.abc import Callable, Iterator
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
    ANSWERED,
    Feedback,
    FeedbackKind,
    FeedbackState,
    Visibility,
)
from comms.models.feedback import LONGEST
from comms.queries.feedback import targets, who_answers
from comms.services.feedback import Changed
from goals.models import Goal
from members.forms.lists import ListForm
from members.forms.picking import PersonField
from members.models import Partner

OFFERED: Final = 60  # of each kind of record that may have been changed
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


class FeedbackAssignForm(RecordForm):
    owner = TenantModelChoiceField(
        label=gettext_lazy("Who sees to it?"),
        shows="full_name",
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
    )
    goal = TenantModelChoiceField(
        label=gettext_lazy("About which goal?"),
        shows="title",
        required=False,
        empty_label=gettext_lazy("None of them"),
    )

    class Meta:
        model = Feedback
        fields = ("owner", "due_on", "kind", "goal")
        labels = {
            "due_on": gettext_lazy("To be answered by"),
            "kind": gettext_lazy("What is it?"),
        }
        widgets = {"due_on": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.instance
        people = who_answers(said.partner_id, said.raised_on)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["goal"].queryset = Goal.objects.all()  # type: ignore[attr-defined]


class FeedbackCloseForm(RecordForm):
    """Cleans to the answer, and to what was `changed`."""

    state = forms.ChoiceField(
        label=gettext_lazy("What became of it?"),
        choices=[(state, state.label) for state in ANSWERED],
        widget=Cards(
            hints={
                FeedbackState.CHANGED: gettext_lazy(
                    "Something is different now because of it."
                ),
                FeedbackState.EXPLAINED: gettext_lazy(
                    "It stays as it is, and you say why."
                ),
                FeedbackState.CANNOT: gettext_lazy(
                    "It would be good, and is not possible."
                ),
            }
        ),
    )
    changed = forms.ChoiceField(
        label=gettext_lazy("What was changed?"),
        required=False,
        help_text=gettext_lazy(
            "The goal, the task or the milestone. Else say it below, with a page that "
            "shows it."
        ),
    )
    changed_words = forms.CharField(
        label=gettext_lazy("What was changed, in words"),
        required=False,
        max_length=200,
    )
    changed_url = forms.URLField(
        label=gettext_lazy("Where one can see it"),
        help_text=gettext_lazy("The address of a page, here or elsewhere."),
        required=False,
        max_length=500,
        assume_scheme="https",
    )

    class Meta:
        model = Feedback
        fields = ("state", "answer", "public_words")
        labels = {
            "answer": gettext_lazy("Your answer"),
            "public_words": gettext_lazy("For the next update, in your words"),
        }
        widgets = {"answer": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True
        self.fields["answer"].help_text = self._who_is_told()
        self.fields["public_words"].help_text = self._who_reads_that()
        self.fields["changed"].choices = [("", _("None of these")), *_offered()]  # type: ignore[attr-defined]
        self.order_fields(
            ("state", "answer", "changed", "changed_words", "changed_url")
        )
        self._begin()

    def _begin(self) -> None:
        if not self.instance.is_answered:
            self.initial["state"] = None
        record = self.instance.changed
        if record is not None:
            self.initial["changed"] = f"{record._meta.model_name}:{record.pk}"  # noqa: SLF001
        self.initial["changed_words"] = self.instance.changed_words
        self.initial["changed_url"] = self.instance.changed_url

    def _who_is_told(self) -> str:
        if self.instance.author_id is None:
            return _("It stands on the private page of whoever wrote it.")
        if self.instance.is_open:
            return _("Who said it, and who said so too, get it by mail in ten minutes.")
        return _("Who said it gets it by mail in ten minutes.")

    def _who_reads_that(self) -> str:
        if self.instance.is_open:
            return _("Empty: what they said, and your answer.")
        return _(
            "Empty: the update says nothing of it. Write nothing that tells who it was."
        )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        picked = found.pop("changed", "")
        words = found.pop("changed_words", "")
        url = found.pop("changed_url", "")
        kind, _colon, pk = picked.partition(":")
        records = dict.fromkeys(("goal", "task", "milestone"))
        if pk:
            records[kind] = _record(kind, int(pk))
        found["changed"] = Changed(**records, words=words, url=url)
        if found.get("state") == FeedbackState.CHANGED and not picked:
            self._expect_words_and_place(words, url)
        return found

    def _expect_words_and_place(self, words: str, url: str) -> None:
        if not words:
            self.add_error("changed", _("Choose what was changed, or say it in words."))
        elif not url and "changed_url" not in self.errors:
            said = _("Say where one can see it, or choose what was changed above.")
            self.add_error("changed_url", said)


def _offered() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the goals, tasks and milestones that changed last, with their keys."""
    names = (_("Goals"), _("Tasks"), _("Milestones"))
    for name, rows in zip(names, targets(), strict=True):
        kind = rows.model._meta.model_name  # noqa: SLF001
        listed = rows.values_list("pk", "title")[:OFFERED]
        yield name, [(f"{kind}:{pk}", title) for pk, title in listed]


def _record(kind: str, pk: int) -> Any:
    rows = {rows.model._meta.model_name: rows for rows in targets()}[kind]  # noqa: SLF001
    return rows.filter(pk=pk).first()
