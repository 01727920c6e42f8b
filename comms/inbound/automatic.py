"""Telling what machines send from what people write (RFC 3834, and what is in use)."""

import re
from enum import StrEnum
from typing import Final

from comms.inbound.message import Incoming, header


class Automatic(StrEnum):
    """Why a message is nobody's answer."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    LOOP = "loop"


_DAEMONS: Final = re.compile(r"^(mailer-daemon|postmaster|no-?reply|bounces?)\b")
_SUBJECTS: Final = re.compile(
    r"""^\W*(
        (automatic|auto)[ -]?(reply|response)\b
        | out[ ]of[ ](the[ ])?office\b
        | (i[ ]am|i'm|on)[ ]+(on[ ]+)?(vacation|annual[ ]leave|parental[ ]leave|holiday)\b
        | respuesta[ ]autom[áa]tica\b
        | (estoy[ ])?fuera[ ]de[ ](la[ ])?oficina\b
        | (estoy[ ])?(de[ ]vacaciones|ausente)\b
        | ausencia\b
        | autorespuesta\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_FAILED: Final = re.compile(
    r"""^\W*(
        (mail[ ])?deliver(y|ed)[ ](status|fail|has[ ]failed|incomplete|delayed)
        | undeliver(able|ed)\b | returned[ ]mail\b | failure[ ]notice\b
        | no[ ]se[ ]puede[ ]entregar\b | correo[ ]no[ ]entregado\b
        | error[ ]de[ ]entrega\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BULK: Final = {"bulk", "junk", "list"}
_AUTO_HEADERS: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From")


def automatic(incoming: Incoming, *, our_addresses: set[str]) -> Automatic | None:
    """Say why nobody wrote this, or None when a person may have."""
    message = incoming.message
    if incoming.sender in our_addresses:
        return Automatic.LOOP
    if _is_bounce(incoming):
        return Automatic.BOUNCE
    precedence = header(message, "Precedence").strip().lower()
    if any(name.lower().startswith("list-") for name in message):
        return Automatic.LIST
    if _is_reply_of_a_machine(incoming, precedence):
        return Automatic.AUTO_REPLY
    return Automatic.LIST if precedence in _BULK else None


def says_it_failed(incoming: Incoming) -> bool:
    """Say whether a mail system writes that it could not deliver a message."""
    return bool(_DAEMONS.match(incoming.sender) and _FAILED.match(incoming.subject))


def _is_bounce(incoming: Incoming) -> bool:
    message = incoming.message
    path = header(message, "Return-Path").strip()
    return bool(
        message.get_content_type() == "multipart/report"
        or path == "<>"
        or _DAEMONS.match(incoming.sender)
        or _FAILED.match(incoming.subject)
    )


def _is_reply_of_a_machine(incoming: Incoming, precedence: str) -> bool:
    message = incoming.message
    submitted = header(message, "Auto-Submitted").split(";")[0].strip().lower()
    return bool(
        (submitted and submitted != "no")
        or precedence == "auto_reply"
        or any(header(message, name) for name in _AUTO_HEADERS)
        or _SUBJECTS.match(incoming.subject)
    )
