"""Sending an issue to oneself, to see it where it will be read."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from coalition.common.languages import spoken
from comms.errors import NoAddress
from comms.models import Delivery, Issue, Lane
from comms.sending.addresses import message_id_for
from members.services.audit import Actor, record_change

KIND: Final = "test"
LIFE: Final = timedelta(hours=1)


def send_test(*, issue: Issue, by: Actor) -> None:
    """Queue what one would get, as it is now; twice in a minute is once.

    It belongs to no issue, so it changes none and nobody counts it.
    """
    person, now = by.person, timezone.now()
    if person is None or not person.email:
        raise NoAddress
    form, minute = issue.content_sha256[:16], now.strftime("%Y%m%d%H%M")
    key = f"{KIND}:{issue.pk}:{person.pk}:{form}:{minute}"
    row = Delivery(
        coalition=issue.coalition,
        person=person,
        kind=KIND,
        source=str(issue.pk),
        lane=Lane.FAST,
        language=spoken(person.language, issue.coalition.language),
        to_addr=person.email,
        to_norm=person.email,
        domain=person.email.rpartition("@")[2],
        envelope_from=settings.MAIL_FROM,
        dedupe_key=key,
        message_id=message_id_for(key),
        expires_at=now + LIFE,
    )
    with transaction.atomic():
        Delivery.objects.bulk_create([row], ignore_conflicts=True)
        record_change(action="test", target=issue, by=by)
