"""The address that a reply goes to: it names what is answered, and is signed."""

import re
from base64 import b32encode
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT: Final = "coalition.reply"
_TOKEN: Final = re.compile(r"([0-9]{1,9}-[0-9]{1,12}-[0-9]{1,12})-([a-z2-7]{20})")
_MAC: Final = 20  # characters of base 32: 100 bits, and the local part stays under 64


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Whose answer to what a reply is: it says the same as a signed link."""

    coalition_id: int
    row_id: int
    person_id: int


def reply_address(to: ReplyTo) -> str:
    """Return the address for one person's answer, or "" where no mail is taken in.

    Lower case, for mail systems on the way may change the case of it.
    """
    if not settings.MAIL_REPLY_ADDRESS:
        return ""
    local, _at, domain = settings.MAIL_REPLY_ADDRESS.lower().partition("@")
    named = "-".join(map(str, astuple(to)))
    return f"{local}+{named}-{_mac(named, settings.SECRET_KEY)}@{domain}"


def read_reply_address(recipients: Iterable[str]) -> ReplyTo | None:
    """Return what the first address that we signed is for.

    An old address outlives a change of the key, as links do.
    """
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for named, mac in _addressed(recipients):
        if any(constant_time_compare(mac, _mac(named, key)) for key in keys):
            return ReplyTo(*map(int, named.split("-")))
    return None


def _addressed(recipients: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the numbers and the signature of each address of our shape."""
    base, _at, domain = settings.MAIL_REPLY_ADDRESS.lower().partition("@")
    for address in recipients:
        local, _at, there = address.lower().partition("@")
        name, _plus, token = local.partition("+")
        found = _TOKEN.fullmatch(token)
        if found and (name, there) == (base, domain):
            yield found[1], found[2]


def _mac(named: str, key: str) -> str:
    digest = salted_hmac(_SALT, named, secret=key, algorithm="sha256").digest()
    return b32encode(digest).decode().lower()[:_MAC]
