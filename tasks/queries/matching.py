"""Which offer fits which ask: by the words they share, so that anybody can see why."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from coalition.common.text import fold_search
from members.models import CapacityOffer
from tasks.models import Ask

SHORTEST: Final = 4
ALIKE: Final = 5  # so many letters in common at their beginning
IN_KIND, ELSEWHERE = 2, 1
WORD: Final = re.compile(r"\w+")
# Say nothing about what is offered or looked for.
EMPTY: Final = frozenset(
    [
        "about",
        "after",
        "also",
        "and",
        "another",
        "anybody",
        "because",
        "before",
        "could",
        "each",
        "evening",
        "evenings",
        "from",
        "have",
        "help",
        "hour",
        "hours",
        "into",
        "like",
        "month",
        "months",
        "more",
        "need",
        "needs",
        "needed",
        "next",
        "one",
        "other",
        "people",
        "person",
        "some",
        "somebody",
        "someone",
        "something",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "time",
        "times",
        "two",
        "until",
        "week",
        "weeks",
        "what",
        "when",
        "where",
        "which",
        "with",
        "would",
        "year",
        "years",
        "your",
        "alguien",
        "algo",
        "alguna",
        "algun",
        "ademas",
        "ahora",
        "antes",
        "ayuda",
        "ayudar",
        "como",
        "cual",
        "cuando",
        "cuanto",
        "desde",
        "donde",
        "dos",
        "durante",
        "ella",
        "ellos",
        "entre",
        "esta",
        "este",
        "estas",
        "estos",
        "gente",
        "hace",
        "hacia",
        "hasta",
        "hora",
        "horas",
        "mes",
        "meses",
        "mucha",
        "mucho",
        "nuestra",
        "nuestro",
        "otra",
        "otro",
        "otras",
        "otros",
        "para",
        "pero",
        "persona",
        "personas",
        "poco",
        "porque",
        "pueda",
        "puede",
        "quien",
        "semana",
        "semanas",
        "sobre",
        "solo",
        "somos",
        "tambien",
        "tanto",
        "tarde",
        "tardes",
        "tiempo",
        "tiene",
        "todo",
        "todos",
        "una",
        "unas",
        "unos",
        "vez",
    ]
)


@dataclass(frozen=True, slots=True)
class Fit:
    """An offer that fits an ask, and the words of the ask that say so."""

    ask: Ask
    offer: CapacityOffer
    words: tuple[str, ...]
    score: int


def best_fits(ask: Ask, offers: Iterable[CapacityOffer]) -> list[Fit]:
    """Return the best offer of each partner that fits, the best first."""
    best: dict[int, Fit] = {}
    wanted = words_of(ask.text)
    for offer in offers:
        found = _fit(ask, wanted, offer)
        known = best.get(offer.partner_id)
        if found and (known is None or found.score > known.score):
            best[offer.partner_id] = found
    return sorted(best.values(), key=lambda fit: (-fit.score, fit.offer.partner.name))


def words_of(text: str) -> dict[str, str]:
    """Return the words that say something, as they are compared and as written."""
    written = WORD.findall(text)
    folded = ((fold_search(word).strip(), word) for word in written)
    return {f: w for f, w in folded if len(f) >= SHORTEST and f not in EMPTY}


def _fit(ask: Ask, wanted: dict[str, str], offer: CapacityOffer) -> Fit | None:
    kind = words_of(offer.kind)
    rest = words_of(f"{offer.amount} {offer.note}")
    in_kind = {f for f in wanted if _any_like(f, kind)}
    elsewhere = {f for f in wanted if f not in in_kind and _any_like(f, rest)}
    score = IN_KIND * len(in_kind) + ELSEWHERE * len(elsewhere)
    if not score:
        return None
    shared = tuple(wanted[f] for f in wanted if f in in_kind | elsewhere)
    return Fit(ask, offer, shared, score)


def _any_like(word: str, others: Collection[str]) -> bool:
    return any(_like(word, other) for other in others)


def _like(one: str, other: str) -> bool:
    """Take "translation" and "translators" for one, and "room" and "rooms"."""
    if one[:ALIKE] == other[:ALIKE]:
        return True
    return one.startswith(other) or other.startswith(one)
