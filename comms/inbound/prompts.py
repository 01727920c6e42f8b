"""What a check-in asks by mail, and as what each of its prompts is known in a reply."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from coalition.common.text import fold_search
from tasks.models import CheckIn

# As people write them above their answer, folded; the mail uses one of each.
HEADINGS: Final[Mapping[str, Iterable[str]]] = {
    "progress": (
        *("what moved", "what moved since last time", "progress"),
        *(
            "que avanzo",
            "que ha avanzado",
            "que ha avanzado desde la ultima vez",
            "avances",
        ),
    ),
    "hurdle": (
        *("what is in the way", "hurdle", "hurdles", "obstacles"),
        *("que lo impide", "que estorba", "obstaculo", "obstaculos"),
    ),
    "ask": (
        *("what would help", "ask", "asks", "help", "need"),
        *("que ayudaria", "que os ayudaria", "peticion", "ayuda"),
    ),
    "win": ("something to celebrate", "win", "wins", "algo que celebrar", "logro"),
    "confidence": (
        *("confidence", "how sure are you that we get there", "how sure are you"),
        *("confianza", "cuanto confias en que lo lograremos", "cuanto confias"),
    ),
}
_SCALE: Final = re.compile(r"\s*\(?(?:de )?1 (?:to|a) 5\)?\s*\??$")


class Prompts:
    """The prompts of one round in the order of its mail, and how to know them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.order = tuple(texts)
        known = {
            heading: name
            for name, headings in HEADINGS.items()
            for heading in headings
            if name != "confidence" or name in texts
        }
        self._by_heading = known | {_bare(text): name for name, text in texts.items()}
        self._longest = (
            max(map(len, self._by_heading)) + 20
        )  # "**What moved?** (1 to 5)"

    def heading(self, line: str) -> tuple[str, str]:
        """Return the question that a line names, and what it says after that."""
        if name := self._named(line):
            return name, ""
        before, colon, after = line.partition(":")
        name = self._named(before) if colon else ""
        return (name, after.lstrip("* ").strip()) if name else ("", line)

    def _named(self, text: str) -> str:
        return (
            self._by_heading.get(_bare(text), "") if len(text) <= self._longest else ""
        )


def prompt_texts(check_in: CheckIn) -> dict[str, str]:
    """Return what is asked, in the order of the page, by the name of its field."""
    schedule = check_in.cycle.schedule
    asked = {
        "progress": _("What moved since last time?"),
        "hurdle": _("What is in the way?"),
        "ask": _("What would help?"),
        "answer": check_in.cycle.question,
        "win": _("Something to celebrate?") if schedule.asks_win else "",
        "confidence": _("How sure are you that we get there? (1 to 5)")
        if schedule.asks_confidence
        else "",
    }
    return {name: text for name, text in asked.items() if text}


def _bare(text: str) -> str:
    bare = fold_search(re.sub(r"^[\s*#>¿•·_-]+|[\s*:_]+$", "", text))
    return _SCALE.sub("", bare).strip(" *?")
