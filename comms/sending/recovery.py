"""What every pump does first: take back what the dead left, end what is over."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from comms.models import (
    Delivery,
    DeliveryEvent,
    DeliveryStatus,
    Issue,
    IssueState,
    PumpOwner,
    ReportKind,
)
from comms.sending import journal, owners
from comms.sending.outbox import across_coalitions, move, prove
from comms.sending.pacing import DAY
from comms.sending.replies import Verdict
from comms.sending.returns import note_report
from comms.sending.settle import note_unknown
from comms.sending.sql import database_time

_CHUNK: Final = 500


@across_coalitions
def take_back() -> int:
    """Return the messages of dead owners to the queue; a living owner keeps its own."""
    now = database_time()
    if _server_is_young(now):
        return 0
    over = Delivery.objects.filter(status=DeliveryStatus.SENDING, lease_until__lt=now)
    dead = {
        owner
        for owner in over.order_by().values_list("owner", flat=True).distinct()
        if owners.is_dead(owner)
    }
    _forget_the_dead()
    left = list(over.filter(owner__in=dead))
    forgotten = {owner for owner in dead if owners.is_forgotten(owner)}
    for delivery in left:
        _take_back_one(delivery, forgotten=delivery.owner in forgotten)
    return len(left)


def _forget_the_dead() -> None:
    names = PumpOwner.objects.values_list("owner", flat=True)
    dead = [owner for owner in names if owners.is_dead(owner)]
    PumpOwner.objects.filter(owner__in=dead).delete()


def _take_back_one(delivery: Delivery, *, forgotten: bool) -> None:
    begun = delivery.data_started_at or forgotten
    if begun and journal.knows(delivery):
        prove(delivery.pk, journal.WORDS)
        return
    if begun:
        words = "The worker died while the server may have had the message"
        note_unknown(delivery, words)
        return
    # Only if it has not passed the fence meanwhile, should the dead rise again.
    move(
        delivery.pk,
        DeliveryStatus.SENDING,
        DeliveryStatus.QUEUED,
        where={"claim_token": delivery.claim_token, "data_started_at": None},
        event=("taken_back", delivery.owner),
    )


@across_coalitions
def expire() -> int:
    """Fail what nobody would want any more, and unpark what a clock jump put far off."""
    now = database_time()
    queued = Delivery.objects.filter(status=DeliveryStatus.QUEUED)
    queued.filter(not_before__gt=now + DAY).update(not_before=now + DAY)
    expired = 0
    while count := _expire_some(queued.filter(expires_at__lte=now)):
        expired += count
    return expired


@transaction.atomic
def _expire_some(over: QuerySet[Delivery]) -> int:
    locked = over.select_for_update(skip_locked=True).order_by("id")
    given_up = list(locked[:_CHUNK])
    ids = [delivery.pk for delivery in given_up]
    Delivery.objects.filter(pk__in=ids, status=DeliveryStatus.QUEUED).update(
        status=DeliveryStatus.FAILED,
        reason="expired",
        error_class="expired",
        secret=None,
    )
    events = [DeliveryEvent(delivery_id=pk, kind="expired") for pk in ids]
    DeliveryEvent.objects.bulk_create(events)
    for delivery in given_up:
        _blame_the_mailbox(delivery)
    return len(ids)


def _blame_the_mailbox(delivery: Delivery) -> None:
    """Count a message as come back when it was its mailbox that took nothing."""
    if delivery.error_class == Verdict.TRANSIENT_RCPT:
        now, words = database_time(), delivery.reply
        note_report(delivery, kind=ReportKind.SOFT, words=words, now=now)


@across_coalitions
def finish_issues() -> int:
    """Close the issues of which every message has come to its end."""
    waiting = Delivery.objects.filter(issue=OuterRef("pk")).unfinished()
    over = Issue.objects.filter(
        ~Exists(waiting), state=IssueState.RELEASED, audience_count__isnull=False
    )
    return over.update(state=IssueState.DONE, finished_at=Now())


def _server_is_young(now: datetime) -> bool:
    """After a restart of PostgreSQL the living hold no locks for up to a lease."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        (started,) = cursor.fetchone()
    return bool(now - started < timedelta(seconds=settings.MAIL_LEASE_SECONDS))
