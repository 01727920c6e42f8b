"""How addresses and messages are named: one spelling, one keyed hash, one Message-ID."""

import contextlib
import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac


def normal_address(address: str) -> str:
    """Return NFC in lower case with the domain in its ASCII form."""
    folded = unicodedata.normalize("NFC", address.strip()).casefold()
    local, _, domain = folded.rpartition("@")
    with contextlib.suppress(UnicodeError):  # a server will have to refuse it
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}" if local else domain


def domain_of(normal: str) -> str:
    return normal.rpartition("@")[2]


def address_hash(normal: str) -> str:
    """Return what a suppression keeps of an address, so that nobody can read it."""
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
