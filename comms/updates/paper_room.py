"""How much room words take on a printed sheet, in lines of its large type.

The widths are those of our typeface where it is bold, and no less: a sheet that was
told to fit has to fit on every printer.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

# What a page of US Letter has, which is lower than A4, and A4, which is narrower.
LINES: Final = 35.0
WIDTH: Final = 32.4  # the height of a letter, so many times
_BETWEEN: Final = 0.28  # lines between paragraphs

_WIDTHS: Final[Mapping[float, str]] = {
    0.26: " .,'’·|il`",
    0.31: "Ij!:;",
    0.42: 'frt1()[]{}-"“”_',
    0.49: "sz*/\\¿¡",
    0.56: "acekvxFJ?$–",
    0.6: "bdghnopquyLET23456789",
    0.68: "0BPRSXYZK#+=<>^~&",
    0.73: "ACDUV…",
    0.8: "GHNOQ%",
    0.88: "mwM",
    1.1: "W@—",
}
_WIDTH_OF: Final = {char: wide for wide, chars in _WIDTHS.items() for char in chars}
REGULAR: Final = 1.03  # so much more of what is not bold stands on a line
_OTHER: Final = 0.8  # letters that we have no shape of
_SQUARE: Final = 1.03  # as those of Chinese are
_WIDEST: Final = 1.4  # of pictures
_SET: Final = re.compile(r"\s*[>*+\d#-]")  # a list, a quote, a heading


@lru_cache(maxsize=4096)
def _wide(char: str) -> float:
    if unicodedata.combining(char):
        return 0
    plain = unicodedata.normalize("NFD", char)[0]
    if plain in _WIDTH_OF:
        return _WIDTH_OF[plain]
    pictured = unicodedata.category(char) == "So"
    far = unicodedata.east_asian_width(char) in {"W", "F"}
    return _WIDEST if pictured else _SQUARE if far else _OTHER


def width(text: str) -> float:
    return sum(map(_wide, text))


def lines(text: str, within: float = WIDTH) -> int:
    """Return on how many lines it stands; a word that is too long is broken."""
    return sum(_of_one(line, within) for line in text.splitlines())


def _of_one(line: str, within: float) -> int:
    count, filled = 0, within
    for word in line.split():
        long = width(word)
        if filled + _WIDTH_OF[" "] + long <= within:
            filled += _WIDTH_OF[" "] + long
            continue
        # Where it is broken, each line may end a letter early.
        whole = int(long // (within - _WIDEST)) if long > within else 0
        count += 1 + whole
        filled = long - whole * (within - _WIDEST)
    return count


def heading(text: str, within: float = WIDTH) -> float:
    """Return how many lines of the large type a heading and what is around it take."""
    return 1.04 * lines(text, within / 1.09) + 0.46


def title(text: str) -> float:
    """Return the same of the subject, which is larger."""
    return 1.24 * lines(text, WIDTH / 1.41) + 0.76


def prose(text: str, within: float = WIDTH) -> float:
    """Return how many lines what is written in Markdown takes."""
    return sum(_paragraphs(text, within))


def _paragraphs(text: str, within: float) -> Iterator[float]:
    """Measure it with its marks: addresses are printed, too."""
    for line in filter(str.strip, text.splitlines()):
        is_set = bool(_SET.match(line))
        indent = len(line) - len(line.lstrip()) + (2 if is_set else 0)
        size = 1.4 if line.lstrip().startswith("#") else 1
        taken = size * lines(line, max(8, within - indent) * REGULAR / size)
        yield taken + _BETWEEN + (0.5 if is_set else 0)
