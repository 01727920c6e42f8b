"""Links that carry their own authority: signed, bound to one purpose, nothing stored."""

from dataclasses import astuple, dataclass
from typing import Final

from django.core.signing import BadSignature, Signer

_SEPARATOR = "."
# Whoever holds such an address can act: it stays out of Referer and logs.
TOKEN_PATHS = (
    *("/l/", "/u/", "/f/", "/accounts/link/"),
    *("/accounts/password/reset/key/", "/accounts/confirm-email/"),
)


def make_token(purpose: str, *parts: str) -> str:
    """Return a token for a link that may do this one thing with these parts."""
    return _signer(purpose).sign("-".join(parts))


def read_token(purpose: str, token: str) -> list[str] | None:
    """Return the parts of a token, or None for one that we did not make for this.

    A token outlives a change of the key while the old one is in SECRET_KEY_FALLBACKS.
    """
    try:
        return _signer(purpose).unsign(token).split("-")
    except BadSignature:
        return None


_LINK: Final = "link"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link in a mail is for: one act, on one row, by one person.

    Its row is asked for again with a new `version`, which ends the older links.
    """

    purpose: str
    coalition_id: int
    row_id: int
    person_id: int
    version: int

    @property
    def path(self) -> str:
        token = make_token(_LINK, *map(str, astuple(self)))
        return f"/l/{token}/"


def read_link(token: str) -> Link | None:
    """Return what a token of `Link.path` stands for, or None for one not ours."""
    parts = read_token(_LINK, token)
    if parts is None:
        return None
    purpose, *numbers = parts
    return Link(purpose, *map(int, numbers))


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"coalition.link.{purpose}", sep=_SEPARATOR)
