"""After a restore: settle what happened since the backup, and count what still waits."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Min
from django.db.models.functions import Now

from comms.models import Delivery, DeliveryStatus, Suppression
from comms.sending import hold, journal, owners
from comms.sending.outbox import across_coalitions, prove
from members.models import Coalition

LISTED = "The list of what was sent has it"
OPEN = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.HELD)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The messages of one issue that leave once the hold is lifted."""

    coalition: str
    issue: int | None
    subject: str
    messages: int
    since: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    settled: int
    switched: int
    waiting: list[Waiting]
    unknown: int


@across_coalitions
def reconcile(*, listed: Collection[str] = ()) -> Reconciled:
    """Mark as sent what the journal, or a list of Message-IDs, knows to be sent."""
    unsettled = list(Delivery.objects.filter(status__in=OPEN))
    by_journal = journal.known(unsettled)
    by_list = {d.pk for d in unsettled if d.message_id in listed} - by_journal
    for pk in by_journal:
        prove(pk, journal.WORDS)
    for pk in by_list:
        prove(pk, LISTED)
    _end_leases_of_the_dead(unsettled)
    switched = _switch_again()
    hold.note_reconciled()
    return Reconciled(
        settled=len(by_journal | by_list),
        switched=switched,
        waiting=_waiting(),
        unknown=_unknown(),
    )


def _end_leases_of_the_dead(unsettled: Collection[Delivery]) -> None:
    """Let the next run take back what a worker of the other machine had in hand."""
    dead = {d.owner for d in unsettled if d.owner and owners.is_dead(d.owner)}
    Delivery.objects.filter(owner__in=dead, status=DeliveryStatus.SENDING).update(
        lease_until=Now()
    )


def _switch_again() -> int:
    """Nobody who unsubscribed after the backup is mailed: their last word counts."""
    last = {
        (entry["coalition"], entry["switched"], entry["reason"]): entry["off"]
        for entry in journal.entries()
        if "switched" in entry
    }
    return sum(_switch(*key, off=off) for key, off in last.items())


def _switch(coalition_id: int | None, addr: str, reason: str, *, off: bool) -> bool:
    key = {"coalition_id": coalition_id, "addr_hmac": addr, "reason": reason}
    active = Suppression.objects.filter(**key, lifted_at=None)
    if not off:
        return bool(active.update(lifted_at=Now()))
    is_lost = coalition_id and not Coalition.objects.filter(pk=coalition_id).exists()
    if is_lost or active.exists():
        return False
    Suppression.objects.create(**key)
    return True


def _waiting() -> list[Waiting]:
    rows = (
        Delivery.objects.filter(status__in=OPEN)
        .order_by()
        .values("coalition__slug", "issue_id", "issue__subject")
        .annotate(messages=Count("pk"), since=Min("created_at"))
        .order_by(F("issue_id").asc(nulls_last=True))
    )
    return [
        Waiting(
            coalition=row["coalition__slug"] or "",
            issue=row["issue_id"],
            subject=row["issue__subject"] or "",
            messages=row["messages"],
            since=row["since"].isoformat(timespec="minutes"),
        )
        for row in rows
    ]


def _unknown() -> int:
    """Count what left after the backup and is not in this database at all."""
    sent = {entry["sent"] for entry in journal.entries() if "sent" in entry}
    here = Delivery.objects.values_list("message_id", flat=True)
    return len(sent.difference(here.iterator()))
