"""Links that carry their own authority: signed, bound to one purpose, nothing stored."""

from django.core.signing import BadSignature, Signer

_SEPARATOR = "."
# Whoever holds such an address can act: it stays out of Referer and logs.
TOKEN_PATHS = (
    *("/l/", "/u/", "/accounts/link/"),
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


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"coalition.link.{purpose}", sep=_SEPARATOR)
