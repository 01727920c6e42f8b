"""Forms of consulting: the question, the answer, and going on without it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import (
    RecordForm,
    StyledForm,
    TenantModelMultipleChoiceField,
)
from members.models import Person
from members.models.person import PersonQuerySet
from tasks.models import Assignment, Consultation, Letter, Task

A_WEEK = timedelta(days=7)


class ConsultationForm(RecordForm):
    """Asks those of a task who are to be consulted and have no open question."""

    people = TenantModelMultipleChoiceField(
        label=_("Whom do you ask?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick somebody.")},
    )

    class Meta:
        model = Consultation
        fields = ("question", "due")
        labels = {"question": _("What do you want to know?")}
        widgets = {
            "question": forms.Textarea(attrs={"rows": 4}),
            "due": forms.DateInput,
        }
        help_texts = {
            "question": _(
                "One question that can be answered in a few sentences, best of all "
                "with what you would do otherwise."
            ),
            "due": _("After that day the task does not wait for them any more."),
        }

    field_order = ("people", "question", "due")

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        initial = {"due": _in_time(task), **kwargs.pop("initial", {})}
        initial["people"] = initial.get("people") or to_be_asked(task)
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["question"].required = self.fields["due"].required = True
        self.fields["people"].label_from_instance = _in_a_list  # type: ignore[attr-defined]
        self.fields["people"].queryset = to_be_asked(task)  # type: ignore[attr-defined]

    def clean_due(self) -> date:
        due: date = self.cleaned_data["due"]
        if due < timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is not past."))
        return due


def _in_a_list(person: Person) -> str:
    """Return the name, and how long they are on leave: a later day may be kinder."""
    until = person.away_until
    if until is None or not person.is_away(timezone.localdate()):
        return str(person)
    day = date_format(until, "MONTH_DAY_FORMAT")
    return str(_("%(name)s (on leave until %(day)s)")) % {"name": person, "day": day}


def to_be_asked(task: Task) -> PersonQuerySet:
    waiting = Consultation.objects.open().filter(task=task)
    consulted = Assignment.objects.standing().filter(task=task, letter=Letter.CONSULTED)
    return (
        Person.objects.living()
        .filter(pk__in=consulted.values("person"))
        .exclude(pk__in=waiting.values("person"))
    )


def _in_time(task: Task) -> date:
    """Suggest a week, or the day the task is due if that comes sooner."""
    today = timezone.localdate()
    week = today + A_WEEK
    return min(week, task.due) if task.due and task.due > today else week


class AnswerForm(RecordForm):
    class Meta:
        model = Consultation
        fields = ("answer",)
        labels = {"answer": _("Your answer")}
        widgets = {"answer": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True


class GoOnForm(StyledForm, forms.Form):
    """Says why a task is done though somebody was not heard."""

    without = forms.CharField(
        label=_("Why does it go on without them?"),
        help_text=_("One line. Everybody who sees the task reads it."),
        max_length=300,
    )
