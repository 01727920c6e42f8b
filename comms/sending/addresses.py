"""How a suppression keeps an address, and the one Message-ID of a message."""

from django.conf import settings
from django.utils.crypto import salted_hmac


def address_hash(normal: str) -> str:
    """Return a keyed hash: an erased address stays off, and nobody can read it."""
    return _hash(normal, settings.SECRET_KEY)


def address_hashes(normal: str) -> list[str]:
    """Return the hashes under the present key and the ones it replaced."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_hash(normal, key) for key in keys]


def message_id_for(dedupe_key: str) -> str:
    """Return the one Message-ID of a message, the same at every repeat."""
    digest = salted_hmac("comms.message_id", dedupe_key, algorithm="sha256")
    return f"<{digest.hexdigest()[:32]}@{settings.MAIL_DOMAIN}>"


def _hash(normal: str, key: str) -> str:
    salt = "comms.suppression"
    return salted_hmac(salt, normal, secret=key, algorithm="sha256").hexdigest()
