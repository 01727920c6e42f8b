"""What a report of a message that came back means: a pure function.

In doubt nobody is switched off: an address is dead only when the words, or a code that
can mean nothing else, say so, and never when they speak of spam.
"""

import re
from typing import Final

from comms.models import ReportKind
from comms.sending.replies import Phase, Reply, Verdict, classify

_UNWANTED: Final = re.compile(
    r"""\b(spam|junk|unsolicited|black-?list(ed)?|block-?list(ed)?|reputation|dns-?bl
    |rbl|dmarc|spf|dkim|virus|malware|phish(ing)?|bulk[ ]mail|content[ ]rejected
    |policy|grey-?list(ed|ing)?|rate[ ]limit(ed)?)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOBODY: Final = re.compile(
    r"""(unknown|no[ ]such|invalid)[ ](\w+[ ])?(user|recipient|mailbox|account|address)
    |(user|recipient|mailbox|account|address|alias)[ ]((is|was)[ ])?
        (unknown|not[ ]found|unavailable|disabled|invalid|rejected:?[ ]user[ ]unknown)
    |(does[ ]not|doesn['’]t|did[ ]not)[ ](exist|have[ ]an?[ ])
    |no[ ]mailbox[ ](here|by[ ]that)|not[ ]a[ ]valid[ ](mailbox|recipient|user)
    |recipient ?not ?found""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_NOW: Final = re.compile(
    r"""quota|mailbox[ ](is[ ])?full|insufficient[ ](system[ ])?storage|timed?[ ]?out
    |expired|connection[ ]refused|(host|domain)[ ](or[ ]domain[ ]name[ ])?not[ ]found
    |unrouteable|could[ ]not[ ]be[ ]resolved|retry[ ]time""",
    re.IGNORECASE | re.VERBOSE,
)
_BASIC: Final = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-#])")
_ENHANCED: Final = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
# "Something else" says nothing by itself: the words beside it say more.
_VAGUE: Final = re.compile(r"[45]\.(0\.0|3\.0|5\.\d+)")
_POLICY: Final = re.compile(r"[45]\.7\.\d+")
_ROUTING: Final = re.compile(r"5\.(1\.2|4\.[0347])")


def kind_of(status: str, words: str) -> ReportKind | None:
    """Say what it means that a message came back so; None when it says nothing."""
    code = _code(status, words)
    if _UNWANTED.search(words) or _POLICY.fullmatch(code):
        return ReportKind.REFUSED
    if code:
        return _by_code(code, words)
    return _by_words(words)


def _code(status: str, words: str) -> str:
    said = _ENHANCED.search(words)
    if said and (not status or _VAGUE.fullmatch(status)):
        status = said[1]
    return "" if _VAGUE.fullmatch(status) else status


def _by_code(code: str, words: str) -> ReportKind:
    basic = 550 if code.startswith("5") else 450
    verdict = classify(Reply(basic, f"{code} {words}", Phase.RECIPIENT))
    if verdict is Verdict.PERMANENT_RCPT:
        return ReportKind.HARD
    if verdict in {Verdict.TRANSIENT_RCPT, Verdict.TRANSIENT_DOMAIN}:
        return ReportKind.SOFT
    return ReportKind.SOFT if _ROUTING.fullmatch(code) else ReportKind.REFUSED


def _by_words(words: str) -> ReportKind | None:
    if _NOT_NOW.search(words):
        return ReportKind.SOFT
    if _NOBODY.search(words):
        return ReportKind.HARD
    basic = _BASIC.search(words)
    return ReportKind.SOFT if basic else None
