"""Compare names: the same, nearly the same, or different."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Shorter names are acronyms, where one letter makes another organisation.
TYPO_MIN = 5
BRACKET_MIN = 3
PART_MIN = 4
# So many letters of either end tell names apart and keep the work per name bounded.
SIGNATURE = 24
CUTS = 4
# A crowd of look-alikes needs one warning each, not one for every pair.
PEERS = 4

# Letters by Unicode's book, with nothing to see: fillers of scripts that need them.
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_LOOKALIKES = str.maketrans(
    # Cyrillic, then Greek, capitals and small letters, each to the Latin letter it
    # looks like; then Latin letters that Unicode does not take apart.
    "АВЕЅІЇЈКМНОРСТУХавеѕіїјкмнорстухԁһԛԝѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧαειικνορτυχøØłŁđĐħŧıɑɡðÐ",
    "abesiijkmhopctyxabesiijkmhopctyxdhqwvabezhikmnoptyxaeiikvoptuxoollddhtiagdd",
)
_ARTICLES = frozenset(
    {"the", "la", "le", "les", "el", "los", "las", "der", "die", "das"}
)
_LEGAL_FORM = re.compile(
    "inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|gmbh|ggmbh|ag|ev|eg"
    "|asbl|aisbl|vzw|ivzw|bv|nv|sa|sas|sarl|srl|spa|ab|oy|ry|cic|cio|ngo|ong"
)
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_INITIALS = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_]\b)")
_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"\s*/\s*|\s+[-|\u2013\u2014]\s+")
_APOSTROPHES = re.compile("['`\u2018\u2019]")
_ZERO = re.compile(r"(?<![0-9])0(?=[a-z]{2})|(?<=[a-z])0(?=[a-z])")
_ONE = re.compile(r"(?<=[a-z])1(?=[a-z])")


def fold(name: str) -> str:
    """Return the key under which two spellings are one and the same name."""
    text = unicodedata.normalize("NFKC", name).casefold()
    text = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c for c in text if not _is_ignorable(c)).split())


def near_twins(known: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Map each new name that resembles another to the one it resembles.

    Positions count through `known` and then `new`; a name is only ever compared with
    what stands before it. The work grows with the number of names, not of pairs.
    """
    if not new:
        return {}
    bases: list[str] = []
    found: dict[int, int] = {}
    shapes = (_shape(name, bases) for name in (*known, *new))
    for later, earlier in (*_by_parts(shapes), *_by_typo(bases)):
        if later >= len(known):
            found[later] = min(earlier, found.get(later, earlier))
    return found


@dataclass(frozen=True, slots=True)
class _Shape:
    wholes: frozenset[int]
    parts: frozenset[int]


@lru_cache(maxsize=4096)
def _is_ignorable(char: str) -> bool:
    # Joiners and variation selectors shape letters; they do not make another name.
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"


def _words(text: str) -> list[str]:
    words = [word for word in _WORD.findall(text) if word != "and"]
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    while len(words) > 1 and _LEGAL_FORM.fullmatch(words[-1]):
        words = words[:-1]
    return words


def _plain(name: str) -> str:
    """Reduce a name to unaccented small letters that look the same."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = text.translate(_LOOKALIKES).casefold()
    text = _APOSTROPHES.sub("", text)
    text = _ONE.sub("i", _ZERO.sub("o", text))
    return _INITIALS.sub(r"\1", text)


def _shape(name: str, bases: list[str]) -> _Shape:
    """Take a name apart; its letters without brackets go to the end of `bases`."""
    plain = _plain(name)
    words = _words(plain)
    bare = _words(_BRACKETS.sub(" ", plain)) or words
    inside = ["".join(_words(text)) for text in _BRACKETS.findall(plain)]
    bases.append("".join(bare))
    wholes = {"".join(words), bases[-1], " ".join(sorted(bare))} - {""}
    parts = [text for text in inside if len(text) >= BRACKET_MIN]
    parts += [text for text in _pieces(plain, bare) if len(text) >= PART_MIN]
    # A hash takes a fraction of the memory, and ten thousand names have many parts.
    return _Shape(frozenset(map(hash, wholes)), frozenset(map(hash, parts)))


def _pieces(plain: str, words: list[str]) -> Iterator[str]:
    for cut in range(1, min(len(words), CUTS + 1)):
        for piece in (words[:cut], words[cut:], words[:-cut], words[-cut:]):
            yield "".join(piece)
    sections = _PARTS.split(_BRACKETS.sub(" ", plain))
    if len(sections) > 1:
        yield from ("".join(_words(section)) for section in sections)


def _by_parts(shapes: Iterable[_Shape]) -> Iterator[tuple[int, int]]:
    """Pair names that are alike as a whole, or where one is a part of the other."""
    wholes: dict[int, int] = {}
    parts: dict[int, int] = {}
    for place, shape in enumerate(shapes):
        earlier = [wholes.get(key) for key in shape.wholes | shape.parts]
        earlier += [parts.get(key) for key in shape.wholes]
        hits = [hit for hit in earlier if hit is not None]
        if hits:
            yield place, min(hits)
        for key in shape.wholes:
            wholes.setdefault(key, place)
        for key in shape.parts:
            parts.setdefault(key, place)


def _by_typo(bases: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pair names one letter apart: they agree once a letter is left out of either."""
    marks = [
        (hash(text) & 0xFFFFFFFFFFF) << 24 | place
        for place, base in enumerate(bases)
        for text in _shortened(base)
    ]
    marks.sort()
    peers: list[int] = []
    current = None
    for mark in marks:
        place = mark & 0xFFFFFF
        if mark >> 24 != current:
            current, peers = mark >> 24, []
        for peer in peers:
            if peer != place and _one_letter(bases[peer], bases[place]):
                yield place, peer
                break
        if len(peers) < PEERS:
            peers.append(place)


def _shortened(base: str) -> Iterable[str]:
    if len(base) < TYPO_MIN:
        return
    text = base if len(base) <= 2 * SIGNATURE else base[:SIGNATURE] + base[-SIGNATURE:]
    yield text
    for place, char in enumerate(text):
        # "Local 12" and "Local 13" are two groups, not a slip of the finger.
        if not char.isdigit():
            yield text[:place] + text[place + 1 :]


def _one_letter(one: str, other: str) -> bool:
    """Tell whether one slip (added, lost, other or swapped letter) lies between."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    if any(char.isdigit() for char in left + right):
        return False
    swapped = len(left) == len(right) == len("ab") and left == right[::-1]
    return swapped or max(len(left), len(right)) <= 1
