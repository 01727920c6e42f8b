"""Addresses that stand in mails: always from SITE_URL, never from a request."""

from functools import lru_cache
from typing import Final

from django.conf import settings
from django.urls import reverse

from coalition.common.signing import make_token
from comms.sending.addresses import address_hash

UNSUBSCRIBE: Final = "unsubscribe"


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def in_coalition(name: str, slug: str, **arguments: int) -> str:
    return absolute(_path(name, slug, **arguments))


@lru_cache(maxsize=4096)
def _path(name: str, slug: str, **arguments: int) -> str:
    return reverse(name, kwargs={"slug": slug, **arguments})


def unsubscribe_url(coalition_id: int, email: str) -> str:
    """Return the link that stops mail to this address: it holds all that it needs.

    So it works for ever, also when the person and the message are long gone.
    """
    token = make_token(UNSUBSCRIBE, str(coalition_id), address_hash(email))
    return absolute(reverse("unsubscribe", kwargs={"token": token}))
