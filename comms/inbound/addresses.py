"""Addresses that mail comes back to: each names what it is about, and is signed."""

import re
from base64 import b32encode
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_REPLY, _SAY, _BOUNCE = "coalition.reply", "coalition.say", "coalition.bounce"
_TOKEN: Final = re.compile(
    r"((?:say-)?[0-9]{1,12}(?:-[0-9]{1,12}){0,2})-([a-z2-7]{20})"
)
_SHAPES: Final = {_SAY: "say-"}  # what stands before the numbers
_MAC: Final = 20  # characters of base 32: 100 bits, and the local part stays under 64
_NUMBERS: Final = 3  # in the address of a person


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Whose answer to what a mail is: it says the same as a signed link."""

    coalition_id: int
    row_id: int
    person_id: int


def reply_address(to: ReplyTo) -> str:
    """Return the address to answer a check-in, or "" where no mail is taken in."""
    return _signed(settings.MAIL_REPLY_ADDRESS, _REPLY, astuple(to))


def read_reply_address(recipients: Iterable[str]) -> ReplyTo | None:
    """Return what the first address that we signed is for.

    An old address outlives a change of the key, as links do.
    """
    return _of_person(_REPLY, recipients)


def say_address(to: ReplyTo) -> str:
    """Return the address to have a say about an issue, or "" likewise."""
    return _signed(settings.MAIL_REPLY_ADDRESS, _SAY, astuple(to))


def read_say_address(recipients: Iterable[str]) -> ReplyTo | None:
    """Return who has a say about which issue, by the first address that we signed."""
    return _of_person(_SAY, recipients)


def bounce_address(delivery_id: int) -> str:
    """Return whereto a message comes back that cannot be delivered, or "".

    It is the sender in the envelope, so that a report names the message whatever
    mail systems on the way leave of it.
    """
    return _signed(settings.MAIL_BOUNCE_ADDRESS, _BOUNCE, (delivery_id,))


def read_bounce_address(recipients: Iterable[str]) -> int | None:
    """Return the message that the first bounce address of ours names."""
    base = settings.MAIL_BOUNCE_ADDRESS
    return next((numbers[0] for numbers in _read(base, _BOUNCE, recipients)), None)


def _of_person(salt: str, recipients: Iterable[str]) -> ReplyTo | None:
    for numbers in _read(settings.MAIL_REPLY_ADDRESS, salt, recipients):
        if len(numbers) == _NUMBERS:
            return ReplyTo(*numbers)
    return None


def _signed(base: str, salt: str, numbers: Iterable[int]) -> str:
    """Write it in lower case, for mail systems on the way may change the case."""
    if not base:
        return ""
    local, _at, domain = base.lower().partition("@")
    named = _SHAPES.get(salt, "") + "-".join(map(str, numbers))
    return f"{local}+{named}-{_mac(salt, named, settings.SECRET_KEY)}@{domain}"


def _read(base: str, salt: str, recipients: Iterable[str]) -> Iterator[list[int]]:
    """Yield the numbers in each address that we signed."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for named, mac in _addressed(base, recipients):
        if any(constant_time_compare(mac, _mac(salt, named, key)) for key in keys):
            shape = _SHAPES.get(salt, "")
            yield [int(number) for number in named.removeprefix(shape).split("-")]


def _addressed(base: str, recipients: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield what is signed, and the signature, of each address of our shape."""
    box, _at, domain = base.lower().partition("@")
    for address in recipients:
        local, _at, there = address.lower().partition("@")
        name, _plus, token = local.partition("+")
        found = _TOKEN.fullmatch(token)
        if found and (name, there) == (box, domain):
            yield found[1], found[2]


def _mac(salt: str, named: str, key: str) -> str:
    digest = salted_hmac(salt, named, secret=key, algorithm="sha256").digest()
    return b32encode(digest).decode().lower()[:_MAC]
