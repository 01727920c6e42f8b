"""The ways in which people say that there is nothing to say."""

import re
from typing import Final

from coalition.common.text import fold_search

_POLITE: Final = (
    r"(?:sorry|cheers|thanks|thank\ you|(?:muchas\ )?gracias|lo\ siento|best(?:\ regards)?"
    r"|regards|(?:un\ )?(?:abrazo|saludo)s?)"
)
_NOTHING: Final = re.compile(
    rf"""^(?:(?:no|nope|{_POLITE})[,.!]*\ )?(?:
        nothing(?:\ at\ all|\ new|\ really|\ much|\ special
            |\ to\ (?:report|tell|add|say|share|celebrate))?
        | no(?:\ news|\ updates?|\ changes?|\ hurdles?|\ obstacles?)?
        | nope | none | not\ really | not\ applicable | n\.?\ ?/?\ ?a
        | (?:no\ hay\ )?nada(?:\ nuevo|\ especial
            |\ que\ (?:contar|decir|anadir|informar|celebrar|compartir))?
        | ningun(?:[oa]s?|\ (?:obstaculo|problema))
        | (?:sin|no\ hay)\ (?:novedad(?:es)?|cambios|obstaculos)
        | no\ aplica | [-–—.\ ]+
    )(?:[,.]?\ (?:yet|so\ far|today|(?:for|right)\ now|at\ the\ moment|that\ i\ know\ of
        |this\ (?:time|week|fortnight|month|round)|esta\ (?:vez|semana|quincena|ronda)
        |este\ mes|hoy|todavia|aun|por\ ahora|(?:por\ el|de)\ momento))?
    (?:[,.!]*\ {_POLITE})?\W*$""",
    re.VERBOSE,
)
_LONGEST: Final = 80


def is_nothing(words: str) -> bool:
    """Say whether somebody answers that there is nothing; silence is no answer."""
    bare = fold_search(words) if len(words) <= _LONGEST else ""
    return bool(bare and _NOTHING.match(bare))
