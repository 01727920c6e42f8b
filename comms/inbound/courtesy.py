"""What people write out of courtesy around an answer: it answers no question."""

import re
from typing import Final

from coalition.common.text import fold_search

_NAMES: Final = (
    r"(?: (?:a )?(?:all|everyone|there|team|tod[oa]s|equipo|[^\s,.:!?]{2,30}))?"
)
_HELLO: Final = (
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hola|buen dia|buenas"
    r"|buenos dias|buenas (?:tardes|noches)|querid[oa]s?|estimad[oa]s?)"
)
_GREETING: Final = re.compile(
    rf"^{_HELLO}(?:{_NAMES}[ ]?[.!]*|,?(?: [^\s,.:!?]{{1,30}}){{0,4}}[ ]?[,:]+)$"
)
_CLOSING: Final = re.compile(
    r"^(?:(?:best|kind|warm) )?(?:best|regards|wishes|thanks|thank you|cheers|love"
    r"|(?:un |muchos )?(?:abrazos?|saludos?|besos)|(?:muchas )?gracias|atentamente"
    r"|cordialmente)[\s,.!]*$"
)
_CLOSES: Final = 4  # lines at most, with the name and the organisation
_LONGEST: Final = 60


def without_courtesy(words: str) -> str:
    """Leave out a greeting on top and a closing below, unless nothing would be left."""
    lines = words.strip().split("\n")
    first, last = _opens(lines), _closes(lines)
    kept = "\n".join(lines[first:last]).strip()
    return kept or words.strip()


def _opens(lines: list[str]) -> int:
    """Return where the answer begins."""
    return int(bool(_GREETING.match(_folded(lines[0]))))


def _closes(lines: list[str]) -> int:
    """Return where the answer ends: before a closing with a short name below it."""
    written = [n for n, line in enumerate(lines) if line.strip()]
    for n in written[-_CLOSES:]:
        if _CLOSING.match(_folded(lines[n])):
            return n
    return len(lines)


def _folded(line: str) -> str:
    return fold_search(line) if len(line) <= _LONGEST else ""
