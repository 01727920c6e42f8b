"""The languages that pages and mails speak."""

from typing import Final

from django.conf import settings

LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)


def choices() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


def spoken(wanted: str, otherwise: str) -> str:
    """Return the language wanted, or the one it is a kind of; else the other."""
    for code in (wanted, wanted.partition("-")[0]):
        if code in LANGUAGES:
            return code
    return otherwise
