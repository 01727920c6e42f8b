"""The address under which one's own calendar is read: made, made anew, ended."""

import secrets
from typing import Final

from django.db import transaction

from members.models import Person
from members.services.audit import Actor, record_change

KEYS: Final = 2**62  # it fits into a column of 64 bits


def renew_calendar(*, by: Actor) -> None:
    """Give it an address that nobody knows yet; the one before ends."""
    _set_key(secrets.randbelow(KEYS), "renew calendar", by)


def end_calendar(*, by: Actor) -> None:
    """Let no calendar read it any more, until there is a new address."""
    _set_key(None, "end calendar", by)


def _set_key(key: int | None, action: str, by: Actor) -> None:
    """Write it; the trail tells that it happened, and never the key."""
    person = by.person
    if person is None:
        return
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(calendar_key=key)
        record_change(action=action, target=person, by=by)
    person.calendar_key = key
