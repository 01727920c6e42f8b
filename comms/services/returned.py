"""Writing again to an address that mail came back from: only its owner says so."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comms.errors import AddressNotProven, AskedThisWeek, NobodyToAsk
from comms.models import ADDRESS, Delivery, Lane
from comms.sending.addresses import address_hash, message_id_for
from comms.sending.returns import switch_on
from comms.sending.troubles import BOUNCES, RETURNED, troubles_of
from members.models import Person, User
from members.services.audit import Actor, record_change

LIFE: Final = timedelta(days=14)  # of the question, and of the link in it


def ask_whether_mail_arrives(*, person: Person, by: Actor) -> None:
    """Send one mail to an address that is switched off: if it arrives, they can say so.

    Once a week, and never to somebody who complained.
    """
    trouble = troubles_of([person]).get(person.pk)
    if trouble is None or trouble.is_complaint:
        raise NobodyToAsk
    row = _question(person)
    with transaction.atomic():
        if Delivery.objects.filter(dedupe_key=row.dedupe_key).exists():
            raise AskedThisWeek
        Delivery.objects.bulk_create([row], ignore_conflicts=True)
        record_change(action="ask whether mail arrives", target=person, by=by)


def _question(person: Person) -> Delivery:
    now, to = timezone.now(), person.email or ""
    key = f"{ADDRESS}:{person.pk}:{address_hash(to)[:16]}:{now:%G-%V}"
    return Delivery(
        coalition=person.coalition,
        person=person,
        kind=ADDRESS,
        lane=Lane.FAST,
        language=person.spoken,
        to_addr=to,
        to_norm=to,
        domain=to.rpartition("@")[2],
        envelope_from=settings.MAIL_FROM,
        dedupe_key=key,
        message_id=message_id_for(key),
        expires_at=now + timedelta(days=3),
    )


def answer_that_mail_arrived(*, delivery: Delivery, by: Actor) -> bool:
    """Write again to the address that the question reached; a complaint stands."""
    return switch_on(delivery.to_norm, reasons=BOUNCES, by=by)


def confirm_own_address(*, user: User, by: Actor) -> bool:
    """Write again to oneself, at the address that one signs in with.

    Another one may be anybody's: a coordinator can have typed it.
    """
    if by.person is None or not by.person.email or by.person.email != user.email:
        raise AddressNotProven
    return switch_on(by.person.email, reasons=RETURNED, by=by)
