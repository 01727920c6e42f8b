"""Which of a check-in's questions each part of a reply answers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from coalition.common.text import fold_search
from comms.inbound.courtesy import without_courtesy

FIELDS: Final = ("progress", "hurdle", "ask")
# As people write them above their answer, folded; the mail uses the first of each.
HEADINGS: Final[Mapping[str, Sequence[str]]] = {
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
}
_BY_HEADING: Final = {
    heading: name for name, headings in HEADINGS.items() for heading in headings
}
_NUMBERED: Final = re.compile(r"^\s*\(?([123])\s?[.):]\s*(.*)$")
_THANKS: Final = r"(?:thanks|thank you|(?:muchas )?gracias)"
_NOTHING: Final = re.compile(
    rf"""^(?:(?:no|nope|{_THANKS})[,.!]?\ )?(?:
        nothing(?:\ this\ time|\ new|\ to\ (?:report|tell|add|say))?
        | no\ (?:news|updates?)
        | (?:no\ hay\ )?nada(?:\ nuevo|\ que\ (?:contar|decir|anadir|informar))?
        | (?:sin|no\ hay)\ novedad(?:es)?
    )(?:\ (?:yet|for\ now|this\ time|esta\ vez|por\ ahora|por\ el\ momento|de\ momento))?
    (?:[,.!]?\ {_THANKS})?\W*$""",
    re.VERBOSE,
)
_LONGEST_HEADING: Final = 40
_LONGEST_NO: Final = 80


def is_nothing(words: str) -> bool:
    """Say whether somebody answers that there is nothing to say this time."""
    bare = without_courtesy(words)
    return len(bare) <= _LONGEST_NO and bool(_NOTHING.match(fold_search(bare)))


def split_answers(words: str) -> dict[str, str]:
    """Map each question that a reply answers to what it says.

    By headings where there are any, else by numbers, else three paragraphs in the
    order of the questions. Anything else is progress: better in the wrong place of an
    answer that can be edited than guessed apart. A greeting or a name below answers
    nothing.
    """
    words = without_courtesy(words)
    for parts in (_by_heading(words), _by_number(words), _by_paragraph(words)):
        if parts:
            return parts
    return {"progress": words} if words else {}


def _by_heading(words: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in words.split("\n"):
        heading, rest = _heading(line)
        name = heading or name
        found.setdefault(name or "progress", []).append(rest)
    return _joined(found) if name else {}


def _heading(line: str) -> tuple[str, str]:
    """Return the question that a line names, and what it says after that."""
    before, colon, after = line.partition(":")
    said = before if colon else line
    bare = fold_search(re.sub(r"^[\s*#>¿_-]+|[\s*?_]+$", "", said)).strip()
    if len(bare) <= _LONGEST_HEADING and bare in _BY_HEADING:
        return _BY_HEADING[bare], after.lstrip("* ").strip()
    return "", line


def _by_number(words: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in words.split("\n"):
        match = _NUMBERED.match(line)
        if match:
            name = FIELDS[int(match[1]) - 1]
        found.setdefault(name or "progress", []).append(match[2] if match else line)
    return _joined(found) if name and len(found) > 1 else {}


def _by_paragraph(words: str) -> dict[str, str]:
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", words) if part.strip()]
    if len(paragraphs) != len(FIELDS):
        return {}
    return dict(_told(zip(FIELDS, paragraphs, strict=True)))


def _told(parts: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Leave out where somebody says no to a question."""
    for name, text in parts:
        if fold_search(text).strip(" .-–—!") not in {
            "",
            "no",
            "none",
            "ninguno",
            "nada",
        }:
            yield name, text


def _joined(found: Mapping[str, list[str]]) -> dict[str, str]:
    texts = ((name, "\n".join(lines).strip()) for name, lines in found.items())
    return {name: text for name, text in _told(texts) if text}
