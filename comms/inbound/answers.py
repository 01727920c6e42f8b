"""Which of a check-in's questions each part of a reply answers."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from coalition.common import nothing
from coalition.common.text import fold_search
from comms.inbound.courtesy import without_courtesy
from comms.inbound.prompts import Prompts

FIELDS: Final = ("progress", "hurdle", "ask")
_NUMBERED: Final = re.compile(r"^\s*\(?([1-9])\s?[.):]\s*(.*)$")
_OF_FIVE: Final = r"(?:\s?/\s?5| (?:(?:out )?of|de) (?:5|five|cinco))"
_LEVEL: Final = re.compile(rf"^\W*([1-5]){_OF_FIVE}?\W*$")
_NAMED_LEVEL: Final = re.compile(
    rf"^(?:confidence|confianza)\s?[:=-]?\s?([1-5]){_OF_FIVE}?\W*$"
)
_ALONE: Final = re.compile(rf"^([1-5]){_OF_FIVE}[.!]?$")
_LONGEST_LEVEL: Final = 60


def is_nothing(words: str) -> bool:
    """Say whether somebody answers that there is nothing to say this time."""
    return nothing.is_nothing(without_courtesy(words))


def split_answers(words: str, prompts: Prompts) -> dict[str, str]:
    """Map each question that a reply answers to what it says; a no is left in.

    By headings where there are any, with numbers above them, else by numbers, else by
    as many paragraphs as there are questions. Anything else is progress: better in
    the wrong place of an answer that can be edited than guessed apart. A greeting or a
    name below answers nothing.
    """
    lines = without_courtesy(words).split("\n")
    sure = _take_level(lines, prompts) if "confidence" in prompts.order else ""
    parts = _split("\n".join(lines).strip(), prompts)
    unclear = parts.pop("confidence", "")
    if unclear and not sure:
        sure = _level(unclear)
    if unclear and not _level(unclear):
        parts["progress"] = "\n\n".join(filter(None, [parts.get("progress"), unclear]))
    return parts | ({"confidence": sure} if sure else {})


def without_nothing(parts: Mapping[str, str]) -> dict[str, str]:
    """Leave out where somebody says no to a question, unless it may be a yes or no."""
    told = {name: text for name, text in parts.items() if not is_nothing(text)}
    if "answer" in parts and (told or len(parts) == 1):
        told["answer"] = parts["answer"]
    return told


def _split(words: str, prompts: Prompts) -> dict[str, str]:
    return (
        _by_heading(words, prompts)
        or _by_number(words, prompts)
        or _by_paragraph(words, prompts)
        or ({"progress": words} if words else {})
    )


def _by_heading(words: str, prompts: Prompts) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    above: list[str] = []
    name = ""
    for line in words.split("\n"):
        heading, rest = prompts.heading(line)
        name = heading or name
        (found.setdefault(name, []) if name else above).append(rest)
    return _above(above, _joined(found), prompts) if name else {}


def _above(
    lines: Iterable[str], headed: Mapping[str, str], prompts: Prompts
) -> dict[str, str]:
    """Add what stands above the first heading: numbered answers, or progress.

    Where a number would answer what has a heading too, it counts a list.
    """
    words = "\n".join(lines).strip()
    numbered = _by_number(words, prompts)
    if numbered and not numbered.keys() & headed.keys():
        return {**numbered, **headed}
    moved = "\n".join(filter(None, (words, headed.get("progress"))))
    return {**headed, "progress": moved} if moved else dict(headed)


def _by_number(words: str, prompts: Prompts) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in words.split("\n"):
        match = _NUMBERED.match(line)
        known = match is not None and int(match[1]) <= len(prompts.order)
        if match and known:
            name = prompts.order[int(match[1]) - 1]
        said = match[2] if match and known else line
        found.setdefault(name or "progress", []).append(said)
    return _joined(found) if name and len(found) > 1 else {}


def _by_paragraph(words: str, prompts: Prompts) -> dict[str, str]:
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", words) if part.strip()]
    in_words = tuple(name for name in prompts.order if name != "confidence")
    for names in (in_words, FIELDS):
        if len(paragraphs) == len(names) >= len(FIELDS):
            return dict(zip(names, paragraphs, strict=True))
    return {}


def _joined(found: Mapping[str, Iterable[str]]) -> dict[str, str]:
    texts = ((name, "\n".join(lines).strip()) for name, lines in found.items())
    return {name: text for name, text in texts if text}


def _take_level(lines: list[str], prompts: Prompts) -> str:
    """Return how sure they are, from 1 to 5, and leave out the lines that say so.

    "4/5" without a word beside it counts in the first or the last line alone.
    """
    written = [n for n, line in enumerate(lines) if line.strip()]
    for n, below in zip(written, [*written[1:], -1], strict=False):
        named, rest = prompts.heading(lines[n])
        taken = {n} if rest or named != "confidence" else {n, below}
        if named == "confidence":
            sure = _level(rest or lines[below])
        else:
            at_an_end = n in {written[0], written[-1]}
            sure = _said_in(lines[n], _NAMED_LEVEL, *([_ALONE] if at_an_end else []))
        if sure:
            lines[:] = [line for at, line in enumerate(lines) if at not in taken]
            return sure
    return ""


def _level(text: str) -> str:
    return _said_in(text, _LEVEL)


def _said_in(text: str, *patterns: re.Pattern[str]) -> str:
    bare = fold_search(text) if len(text) <= _LONGEST_LEVEL else ""
    found = next(filter(None, (pattern.match(bare) for pattern in patterns)), None)
    return found[1] if found else ""
