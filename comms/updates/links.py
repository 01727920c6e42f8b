"""Addresses that stand in mails: always from SITE_URL, never from a request."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.urls import reverse

from coalition.common.signing import Link, make_token
from comms.sending.addresses import address_hash

UNSUBSCRIBE: Final = "unsubscribe"
READ: Final = "read"
READ_VERSION: Final = 1
EVENT: Final = "event"
EVENT_VERSION: Final = 1
SAY: Final = "feedback"
SAY_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Links:
    """What stands at the foot of one person's mail."""

    stop: str
    browser: str
    say: str
    write: str = ""  # a mail address: it has a say, as `say` does
    calendar: str = ""


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def in_coalition(name: str, slug: str, **arguments: int) -> str:
    return absolute(_path(name, slug, **arguments))


@lru_cache(maxsize=4096)
def _path(name: str, slug: str, **arguments: int) -> str:
    return reverse(name, kwargs={"slug": slug, **arguments})


def read_url(coalition_id: int, issue_id: int, person_id: int) -> str:
    """Return the link to what this mail says: it shows that, and opens nothing else."""
    return absolute(Link(READ, coalition_id, issue_id, person_id, READ_VERSION).path)


def event_url(coalition_id: int, issue_id: int, person_id: int) -> str:
    """Return the link to a file with the event, for the calendar of who got the mail."""
    return absolute(Link(EVENT, coalition_id, issue_id, person_id, EVENT_VERSION).path)


def say_url(coalition_id: int, issue_id: int, person_id: int) -> str:
    """Return the link by which whoever got this mail has a say."""
    return absolute(Link(SAY, coalition_id, issue_id, person_id, SAY_VERSION).path)


def unsubscribe_url(coalition_id: int, email: str) -> str:
    """Return the link that stops mail to this address: it holds all that it needs.

    So it works for ever, also when the person and the message are long gone.
    """
    token = make_token(UNSUBSCRIBE, str(coalition_id), address_hash(email))
    return absolute(reverse("unsubscribe", kwargs={"token": token}))
