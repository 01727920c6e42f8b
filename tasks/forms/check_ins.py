"""The forms on the page of a check-in: say it, be on leave, hand it over."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.forms import (
    Scale,
    Segments,
    StyledForm,
)
from goals.models import Goal
from goals.models.goal import spell_number
from members.models import Person
from tasks.models import Hurdle, SeenBy, Task, TaskWord
from tasks.queries.check_ins import CheckInPage
from tasks.services.checkins import TEXTS, Said

LONGEST_LEAVE: Final = timedelta(days=366)
REMEMBERED: Final = 140
SEEN: Final[dict[str, str | Promise]] = {
    SeenBy.COORDINATORS: gettext_lazy("Coordinators see it."),
    SeenBy.LEADS: gettext_lazy("Coordinators and the steering group see it."),
    SeenBy.MEMBERS: gettext_lazy("Everybody in the coalition sees it."),
}
SURE: Final = (
    ("1", gettext_lazy("not at all")),
    ("2", gettext_lazy("hardly")),
    ("3", gettext_lazy("half and half")),
    ("4", gettext_lazy("fairly")),
    ("5", gettext_lazy("very")),
)
NO_WORD: Final = ("", gettext_lazy("No word on it"))


class Unsaid:
    """Begins with nothing chosen, also where "nothing" is a choice: the way back."""

    def create_option(self, name: str, value: Any, *args: Any, **kw: Any) -> Any:
        option = super().create_option(name, value, *args, **kw)  # type: ignore[misc]
        if value == "":
            option["selected"] = False
            option["attrs"].pop("checked", None)
        return option


class WordSegments(Unsaid, Segments):
    template_name = "tasks/_word_segments.html"


class Sureness(Unsaid, Scale):
    pass


def words(label: Any, *, rows: int = 1, max_length: int = 4000) -> forms.CharField:
    """Return a field for some words: it begins small, and grows with them."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=max_length,
        widget=forms.Textarea(attrs={"rows": rows, "data-size": "s"}),
    )


class CheckInForm(StyledForm, forms.Form):
    """Cleans to what was said; nothing has to be, but something."""

    progress = words(gettext_lazy("What moved?"), rows=3)
    hurdle = words(gettext_lazy("What is in the way?"))
    ask = words(gettext_lazy("What would help?"))
    answer = words("")
    win = words(gettext_lazy("A win, however small"), max_length=2000)
    confidence = forms.TypedChoiceField(
        label=gettext_lazy("How sure are you that we get there?"),
        help_text=gettext_lazy("Coordinators see it."),
        choices=(*SURE, NO_WORD),
        coerce=int,
        empty_value=None,
        required=False,
        widget=Sureness,
    )

    def __init__(self, *args: Any, page: CheckInPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self._ask_only_what_is_asked()
        self._begin_with_what_is_known()
        for task in page.tasks:
            self.fields[f"task-{task.pk}"] = self._word_of(task)
        for goal in page.goals:
            self.fields[f"goal-{goal.pk}"] = self._figure_of(goal)

    def _ask_only_what_is_asked(self) -> None:
        cycle = self.page.check_in.cycle
        self.fields["answer"].label = cycle.question
        for name, seen_by in {
            "progress": cycle.progress_seen_by,
            "hurdle": cycle.hurdle_seen_by,
            "ask": cycle.ask_seen_by,
            "answer": cycle.progress_seen_by,
            "win": cycle.win_seen_by,
        }.items():
            self.fields[name].help_text = str(SEEN[seen_by])
        asked = {
            "answer": cycle.question,
            "confidence": cycle.schedule.asks_confidence,
            "win": cycle.schedule.asks_win,
        }
        for name in [name for name, is_asked in asked.items() if not is_asked]:
            del self.fields[name]

    def _begin_with_what_is_known(self) -> None:
        check_in = self.page.check_in
        for name in (*TEXTS, "confidence"):
            self.initial[name] = getattr(check_in, name)
        if self.page.hurdles:
            self.fields["solved"] = forms.MultipleChoiceField(
                label=_("Out of the way by now?"),
                choices=[(str(h.pk), _with_answer(h)) for h in self.page.hurdles],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.initial["solved"] = [str(hurdle.pk) for hurdle in self.page.solved]

    def _word_of(self, task: Task) -> forms.ChoiceField:
        self.initial[f"task-{task.pk}"] = self.page.words.get(task.pk)
        choices = [*((word.value, word.label) for word in TaskWord), NO_WORD]
        return forms.ChoiceField(
            label=task.title, choices=choices, required=False, widget=WordSegments
        )

    def _figure_of(self, goal: Goal) -> forms.DecimalField:
        if report := self.page.values.get(goal.pk):
            self.initial[f"goal-{goal.pk}"] = report.value
        return forms.DecimalField(
            label=goal.title, max_digits=14, decimal_places=2, required=False
        )

    @property
    def task_fields(self) -> list[tuple[Task, BoundField]]:
        return [(task, self[f"task-{task.pk}"]) for task in self.page.tasks]

    @property
    def goal_fields(self) -> list[tuple[Goal, str, BoundField]]:
        return [
            (goal, _spelled(goal), self[f"goal-{goal.pk}"]) for goal in self.page.goals
        ]

    @property
    def last_time(self) -> str:
        """Return how it went the last time, in short."""
        before = self.page.before
        if before is None or self.page.check_in.is_heard:
            return ""
        return Truncator(before.progress).chars(REMEMBERED)

    @property
    def words_typed(self) -> list[tuple[str, str]]:
        """Return what was written, to be copied where it could not be sent."""
        typed = ((str(self[n].label), self[n].data) for n in TEXTS if n in self.fields)
        return [(label, text) for label, text in typed if text]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if not self.errors:
            said = self._said(found)
            tasks = {task: word for task, word in said.tasks.items() if word}
            if replace(said, tasks=tasks) == Said():
                message = _("Say one thing, or choose “Nothing this time” below.")
                raise ValidationError(message)
            return {"said": said}
        return found

    def _said(self, found: dict[str, Any]) -> Said:
        values = {goal: found[f"goal-{goal.pk}"] for goal in self.page.goals}
        known = self.page.values
        ticked = found.get("solved", ())
        solved = {h for h in self.page.hurdles if str(h.pk) in ticked}
        return Said(
            **{name: found.get(name, "") for name in TEXTS},
            confidence=found.get("confidence"),
            tasks=self._words(found),
            readings={
                goal: value
                for goal, value in values.items()
                if value is not None or goal.pk in known
            },
            solved=frozenset(solved),
            reopened=frozenset(set(self.page.solved) - solved),
        )

    def _words(self, found: dict[str, Any]) -> dict[Task, TaskWord | None]:
        """Return what is said of each task: None where a word is taken back."""
        words = {task: found[f"task-{task.pk}"] for task in self.page.tasks}
        return {
            task: TaskWord(word) if word else None
            for task, word in words.items()
            if word or task.pk in self.page.words
        }


def _with_answer(hurdle: Hurdle) -> str:
    """Return what was in the way, and what was said to it since."""
    text = Truncator(hurdle.text).chars(REMEMBERED)
    if not hurdle.answer:
        return text
    answer = Truncator(hurdle.answer).chars(REMEMBERED)
    return _("%(hurdle)s (The answer: %(answer)s)") % {"hurdle": text, "answer": answer}


def _spelled(goal: Goal) -> str:
    current = goal.current_value  # type: ignore[attr-defined]
    return "" if current is None else spell_number(current)


class NothingForm(StyledForm, forms.Form):
    """Asks nothing."""

    def __init__(self, *args: Any, page: CheckInPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class LeaveForm(StyledForm, forms.Form):
    until = forms.DateField(
        label=gettext_lazy("On leave until"), widget=forms.DateInput
    )

    def __init__(self, *args: Any, page: CheckInPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["until"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + LONGEST_LEAVE).isoformat(),
        }

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= until <= today + LONGEST_LEAVE:
            raise ValidationError(_("Choose a day within the next year."))
        return until


class StandInForm(StyledForm, forms.Form):
    to = forms.ChoiceField(label=gettext_lazy("Hand it over to"))

    def __init__(self, *args: Any, page: CheckInPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in page.stand_ins}
        self.fields["to"].choices = [(pk, p.full_name) for pk, p in self.people.items()]  # type: ignore[attr-defined]

    def clean_to(self) -> Person:
        return self.people[self.cleaned_data["to"]]
