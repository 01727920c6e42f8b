"""A task in one line: `Book the hall @Amina Duarte !2026-12-04 #clean air`."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.clock import next_weekday
from coalition.common.forms import StyledForm
from coalition.common.text import fold_search
from goals.models import Goal
from members.forms.picking import among
from members.queries.parties import Party, parties_like, parties_named

# At the beginning of a word: an address or a C# is none.
MARK: Final = re.compile(r"(?:(?<=\s)|^)([@!#])(?=\S)")
WORDS: Final = 6
OFFERED: Final = 6
TITLE: Final = 200
SHORTEST: Final = 3  # letters of a day of the week


@dataclass(slots=True)
class Question:
    """Words after a mark that fit several; `options` maps a key to what is meant."""

    name: str
    words: str
    options: dict[str, Any]


@dataclass(slots=True)
class Line:
    """What a line was understood to say; what is not clear is in `questions`."""

    title: str
    due: date | None = None
    goal: Goal | None = None
    parties: list[Party] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Reader:
    """Reads one line; what is said last about a date or a goal counts."""

    def __init__(self, text: str, picked: Callable[[str], str], today: date) -> None:
        self.today, self.picked = today, picked
        self.line = Line(title="")
        self.rest: list[str] = []
        self._read(text)
        self.line.title = " ".join(" ".join(self.rest).split())

    def _read(self, text: str) -> None:
        first, *marked = MARK.split(text)
        self.rest.append(first)
        take = {"!": self._date, "@": self._party, "#": self._goal}
        for mark, words in zip(marked[::2], marked[1::2], strict=True):
            take[mark](words.split())

    def _date(self, words: list[str]) -> None:
        found = read_day(words[0], self.today)
        if found is None:
            problem = _("“%(words)s” is no day. Write it as in !2026-12-04.")
            self.line.problems.append(problem % {"words": words[0]})
        else:
            self.line.due = found
        self.rest += words[1:]

    def _party(self, words: list[str]) -> None:
        people, today = among(everybody=False), self.today

        def like(text: str) -> dict[str, Party]:
            found = parties_named(text, people, today)
            return {
                party.key: party for party in found or parties_like(text, people, today)
            }

        missing = _("No person and no partner here goes by “%(words)s”.")
        if party := self._choose("who", words, like, missing):
            self.line.parties.append(party)

    def _goal(self, words: list[str]) -> None:
        def like(text: str) -> dict[str, Goal]:
            goals = list(Goal.objects.open().matching(text)[: OFFERED + 1])
            exact = [g for g in goals if fold_search(g.title) == fold_search(text)]
            return {str(goal.pk): goal for goal in exact or goals}

        missing = _("No open goal goes by “%(words)s”.")
        self.line.goal = self._choose("goal", words, like, missing) or self.line.goal

    def _choose(
        self,
        name: str,
        words: list[str],
        like: Callable[[str], dict[str, Any]],
        missing: str,
    ) -> Any:
        """Take the most words that name something; the others belong to the title."""
        name = f"{name}{len(self.line.parties)}" if name == "who" else name
        for text, rest in beginnings(words):
            if found := like(text):
                self.rest += rest
                if len(found) == 1:
                    return next(iter(found.values()))
                if chosen := found.get(self.picked(name)):
                    return chosen
                offered = dict(list(found.items())[:OFFERED])
                self.line.questions.append(Question(name, text, offered))
                return None
        self.line.problems.append(missing % {"words": " ".join(words)})
        return None


def beginnings(words: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for n in range(min(len(words), WORDS), 0, -1):
        yield " ".join(words[:n]).rstrip(".,;:"), words[n:]


def read_day(word: str, today: date) -> date | None:
    """Understand 2026-12-04, +7, today, tomorrow, and days of the week, cut or whole."""
    word = fold_search(word.rstrip(".,;"))
    near = {fold_search(_("today")): 0, fold_search(_("tomorrow")): 1}
    if word in near:
        return today + timedelta(days=near[word])
    if re.fullmatch(r"\+\d{1,3}", word):
        return today + timedelta(days=int(word))
    names = {fold_search(str(name)): number for number, name in WEEKDAYS.items()}
    meant = [name for name in names if name.startswith(word) and len(word) >= SHORTEST]
    if len(meant) == 1:
        return next_weekday(today, names[meant[0]])
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


class QuickTaskForm(StyledForm, forms.Form):
    """Cleans to the fields of a task; asks where a name fits several."""

    text = forms.CharField(
        label=gettext_lazy("Add a task in one line"),
        max_length=400,
        help_text=gettext_lazy(
            "For example: Book the hall @Amina !2026-12-04 #clean air. @ asks somebody, "
            "or a partner to name somebody; ! says by when, # names the goal."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="quick_%s", **kwargs)
        self.line: Line | None = None

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        self.line = Reader(text, self._picked, timezone.localdate()).line
        problems = list(self.line.problems)
        if not self.line.title:
            problems.append(_("Say what is to be done, too."))
        if len(self.line.title) > TITLE:
            problems.append(_("Use 200 letters at most, please."))
        if self.line.questions:
            problems.append(_("Which do you mean? Choose below."))
        if problems:
            raise ValidationError(problems)
        return text

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        found.pop("text", None)
        if self.line is None or self.errors:
            return found
        asked = dict(
            zip(("accountable", "responsible"), self.line.parties, strict=False)
        )
        line = self.line
        return {"title": line.title, "due": line.due, "goal": line.goal, **asked}

    def _picked(self, name: str) -> str:
        return str(self.data.get(name, ""))
