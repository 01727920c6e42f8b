"""What a person wrote themselves: without what they answer, and below no signature."""

import re
from collections.abc import Iterator
from typing import Final

from comms.inbound.inline import answered_inline, is_quoted, with_what_is_amid
from comms.inbound.prompts import Prompts

# Stands in each mail that may be answered: all below it is ours.
MARK: Final = "- - 8< - -"

_INTRO: Final = re.compile(
    r"""^(
        (on|am|le)\b.{0,300}\b(wrote|schrieb|écrit)\s?:
        | el\b.{0,300}\bescribió\s?:
        | .{0,200}<[^<>\s]+@[^<>\s]+>\)?[ ]?(wrote|escribió)\s?:
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_INTRO_STARTS: Final = re.compile(r"^(on|el)\b.{4,200}$", re.IGNORECASE)
_INTRO_LINES: Final = 3
_LOOKED_AT: Final = 600  # of a line: else a long one costs its square
_REST_IS_QUOTED: Final = re.compile(
    r"""^(
        -{2,}\s?(original[ ]message|mensaje[ ]original|forwarded[ ]message
                 |mensaje[ ]reenviado)\s?-{2,}
        | _{20,}
        | \*?(from|de)\s?:\*?[ ].*
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
# Yahoo puts the answered text behind it, in the same line and unmarked.
_REST_BEHIND: Final = re.compile(
    r"^\s*(on|el)\b.{0,300}<[^<>\s]+@[^<>\s]+>\s?(wrote|escribió)\s?:\s*\S",
    re.IGNORECASE,
)
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))
_BELOW_FROM: Final = re.compile(
    r"^\*?(sent|date|to|subject|enviado( el)?|fecha|para|asunto)\s?:", re.IGNORECASE
)
_SIGNATURE: Final = re.compile(r"^(--\s?|—\s?)$")
_DEVICE: Final = re.compile(
    r"""^(
        (sent|enviado)[ ](from|via|desde|con|de)[ ]\S.{0,80}
        | get[ ]outlook[ ]for[ ].{0,40} | obtener[ ]outlook[ ]para[ ].{0,40}
        | descarga[ ]outlook[ ].{0,40} | yahoo[ ]mail:[ ].{0,60}
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


def own_words(text: str, prompts: Prompts | None = None) -> str:
    """Return what stands above, below or between the quote, without its signature.

    Of the quote a prompt stays where it is answered below, as its heading.
    """
    seen = text.replace("\u00a0", " ").translate(_INVISIBLE)
    lines = [line.rstrip() for line in seen.split("\n")]
    if prompts:
        lines = list(with_what_is_amid(lines, prompts))
    lines = list(_up_to_the_rest(lines))
    headings = answered_inline(lines, prompts) if prompts else {}
    own = [
        headings.get(n, line)
        for n, line in enumerate(lines)
        if n in headings or not is_quoted(line)
    ]
    kept = "\n".join(_unsigned(own))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _up_to_the_rest(lines: list[str]) -> Iterator[str]:
    """Leave out each "On … wrote:", and all from where the quote is not marked."""
    n = 0
    while n < len(lines):
        line = lines[n]
        if _is_mark(line) or _starts_the_rest(lines, n):
            return
        intro = _intro_length(lines, n)
        n += intro or 1
        if not intro:
            yield line


def _is_mark(line: str) -> bool:
    """Say whether our own mail begins here, unmarked as a quote."""
    return MARK in line and not is_quoted(line)


def _intro_length(lines: list[str], n: int) -> int:
    """Return over how many lines "On … wrote:" stands here, 0 when it does not."""
    line = lines[n][:_LOOKED_AT]
    if not _INTRO_STARTS.match(line) and not _INTRO.match(line):
        return 0
    for length in range(1, _INTRO_LINES + 1):
        if _INTRO.match(" ".join(lines[n : n + length])[:_LOOKED_AT]):
            return length
    return 0


def _starts_the_rest(lines: list[str], n: int) -> bool:
    """Say whether Outlook's head of the answered message begins here."""
    line = lines[n][:_LOOKED_AT]
    if _REST_BEHIND.match(line):
        return True
    if not _REST_IS_QUOTED.match(line):
        return False
    below = [line for line in lines[n + 1 : n + 6] if line.strip()]
    heads = sum(bool(_BELOW_FROM.match(line)) for line in below)
    named = re.match(r"^\*?(from|de)\s?:", lines[n], re.IGNORECASE)
    return heads > 0 if named else True


def _unsigned(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if _SIGNATURE.match(line):
            return
        if not _DEVICE.match(line.strip()):
            yield line
