"""Mail that comes back: what is written down of it, and who is switched off for it."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from comms.inbound.addresses import read_bounce_address
from comms.models import Delivery, MailReport, ReportKind, Suppression
from comms.models.delivery import SuppressionReason
from comms.sending import journal
from comms.sending.addresses import address_hash, address_hashes
from comms.sending.outbox import across_coalitions
from members.models import Via
from members.services.audit import Actor, record_change

FRESH: Final = timedelta(days=14)  # nobody reports of older mail in good faith
COUNTED: Final = timedelta(days=30)
ENOUGH: Final = 4  # days on which mail came back, less a tenth for each that did not
SWITCHED_OFF, SWITCHED_ON = "switch mail off", "switch mail on"
_ADDRESSES: Final = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
_OFF: Final = {
    ReportKind.HARD: SuppressionReason.HARD_BOUNCE,
    ReportKind.COMPLAINT: SuppressionReason.COMPLAINT,
}


@across_coalitions
def find_delivery(
    *,
    senders: Iterable[str],
    message_ids: Collection[str],
    recipients: Collection[str],
    now: datetime,
) -> Delivery | None:
    """Return the message that left not long ago and is meant; None for a forged name.

    Our own bounce address is proof. A Message-ID is known to whoever got the mail, so
    the report must also name the one to whom it went.
    """
    left = Delivery.objects.annotate(left=Coalesce("accepted_at", "data_started_at"))
    known = left.filter(left__gt=now - FRESH).exclude(to_norm="")
    known = known.select_related("coalition", "person__coalition")
    named = read_bounce_address(senders)
    if named is not None:
        return known.filter(pk=named).first()
    ours = f"@{settings.MAIL_DOMAIN}"
    here = [name for name in message_ids if name.lower().endswith(ours.lower())]
    ids = [f"<{name.partition('@')[0]}{ours}>" for name in here]
    return known.filter(message_id__in=ids, to_norm__in=recipients).first()


@across_coalitions
def note_report(
    delivery: Delivery, *, kind: ReportKind, words: str, now: datetime
) -> bool:
    """Write down what was reported, once, and switch off whom it says to.

    A spam verdict is about us and switches nobody off.
    """
    said = " ".join(_ADDRESSES.sub("…", words).replace("\0", "").split())
    values = {"received_at": now, "words": said[:300]}
    with transaction.atomic():
        _report, is_new = MailReport.objects.get_or_create(
            delivery=delivery, kind=kind, defaults=values
        )
        if not is_new:
            return False
        if kind in _OFF:
            switch_off(delivery, _OFF[kind])
        elif kind == ReportKind.SOFT and _came_back_enough(delivery, now):
            switch_off(delivery, SuppressionReason.SOFT_BOUNCE)
    return True


def switch_off(delivery: Delivery, reason: SuppressionReason) -> None:
    """Write to this address no more: in its coalition, or nowhere for sign-in mail."""
    hashed = address_hash(delivery.to_norm)
    key = {"coalition_id": delivery.coalition_id, "addr_hmac": hashed, "reason": reason}
    if Suppression.objects.active().filter(**key).exists():
        return
    Suppression.objects.bulk_create([Suppression(**key)], ignore_conflicts=True)
    journal.note_switched(
        [hashed],
        coalition_id=delivery.coalition_id,
        reason=reason,
        off=True,
    )
    if delivery.person and delivery.coalition:
        record_change(
            action=SWITCHED_OFF,
            target=delivery.person,
            by=Actor(delivery.coalition, None, Via.MAIL),
            after={"reason": reason},
        )


@across_coalitions
def switch_on(
    address: str, *, reasons: Collection[SuppressionReason], by: Actor
) -> bool:
    """Write to this address again, here; its owner has said that mail arrives."""
    here = Q(coalition=by.coalition) | Q(coalition=None)
    with transaction.atomic():
        rows = Suppression.objects.active().filter(
            here, addr_hmac__in=address_hashes(address), reason__in=reasons
        )
        lifted = list(rows)
        rows.update(lifted_at=timezone.now())
        for row in lifted:
            journal.note_switched(
                [row.addr_hmac],
                coalition_id=row.coalition_id,
                reason=row.reason,
                off=False,
            )
        if lifted and by.person:
            record_change(action=SWITCHED_ON, target=by.person, by=by)
    return bool(lifted)


def _came_back_enough(delivery: Delivery, now: datetime) -> bool:
    """Count the last thirty days: one a day at most, less a tenth for each arrival."""
    if delivery.coalition_id is None:
        return False  # whoever asks for a code may ask for the next
    since = max([now - COUNTED, *_confirmed(delivery)])
    theirs = Q(coalition=delivery.coalition_id, to_norm=delivery.to_norm)
    theirs &= Q(person=delivery.person_id)
    soft = MailReport.objects.filter(
        kind=ReportKind.SOFT,
        received_at__gt=since,
        delivery__in=Delivery.objects.filter(theirs),
    )
    days = {at.date() for at in soft.values_list("received_at", flat=True)}
    arrived = Delivery.objects.filter(theirs, accepted_at__gt=since, reports=None)
    return 10 * len(days) - arrived.count() >= 10 * ENOUGH


def _confirmed(delivery: Delivery) -> list[datetime]:
    """Return when its owner said that mail arrives: what was before is forgotten."""
    lifted = Suppression.objects.filter(
        coalition=delivery.coalition_id,
        addr_hmac=address_hash(delivery.to_norm),
        reason=SuppressionReason.SOFT_BOUNCE,
        lifted_at__isnull=False,
    ).values_list("lifted_at", flat=True)
    return [at for at in lifted if at]
