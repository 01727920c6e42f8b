"""Forms to see to feedback, and to say what became of it."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.forms import Cards, RecordForm, TenantModelChoiceField
from comms.models import ANSWERED, Feedback, FeedbackState
from comms.queries.feedback import targets, who_answers
from comms.services.feedback import Changed
from goals.models import Goal

OFFERED: Final = 60  # of each kind of record that may have been changed


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
