"""Headers of a mail: who it is from, what it answers to, how to stop it."""

import re
import unicodedata
from collections.abc import Mapping
from email.header import Header
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from django.conf import settings

NAME: Final = 60
_OF_LISTS: Final = frozenset(
    {"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Precedence"}
)
_CONFUSING: Final = re.compile(r'[<>@,;:"\\()\[\]]')
_SPECIAL: Final = re.compile(r"[^\w !#$%&'*+/=?^`{|}~-]", re.ASCII)


def display_name(name: str) -> str:
    """Return a name that can pose neither as an address nor as another header."""
    visible = "".join(
        " " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} else char
        for char in name
    )
    return " ".join(_CONFUSING.sub(" ", visible).split())[:NAME].strip()


def mailbox(name: str, address: str) -> str:
    """Write `name <address>` in ASCII, on one line."""
    phrase = _phrase(display_name(name))
    return f"{phrase} <{address}>" if phrase else address


@lru_cache(maxsize=1024)
def _phrase(name: str) -> str:
    if not name.isascii():
        return Header(name, "utf-8", maxlinelen=75).encode(linesep="")
    return f'"{name}"' if _SPECIAL.search(name) else name


def shared_headers(
    *, kind: str, number: int, subject: str, name: str, slug: str, reply_to: str
) -> dict[str, str]:
    """Return what stands on every copy of an issue."""
    domain = settings.MAIL_DOMAIN
    headers = {
        "From": mailbox(name, settings.MAIL_FROM),
        "Subject": " ".join(subject.split())[:150],
        "List-Id": f"{mailbox(name, f'{slug}.updates.{domain}')}",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "Feedback-ID": f"{number}:{slug}:{kind}:{domain}",
    }
    return headers | ({"Reply-To": reply_to} if reply_to else {})


def not_of_a_list(headers: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is for lists: this is an answer to somebody's own act."""
    return {name: headers[name] for name in headers.keys() - _OF_LISTS}


def personal_headers(
    *, name: str, address: str, unsubscribe: str, office: str
) -> Mapping[str, str]:
    stop = f"<{unsubscribe}>"
    if office:
        stop += f", <mailto:{quote(office, safe='@')}?subject=Unsubscribe>"
    return {"To": mailbox(name, address), "List-Unsubscribe": stop}
