"""Taking in what mail systems and providers report of messages that had left."""

from datetime import datetime

from django.db import transaction

from comms.inbound.reports import Report
from comms.models import Delivery, ReportKind
from comms.sending.addresses import address_hash
from comms.sending.judging import kind_of
from comms.sending.returns import find_delivery, note_report
from comms.services.consent import stop_mail
from members.models import Via


def take_report(report: Report, *, now: datetime) -> ReportKind | None:
    """Act on a report that names a message of ours; a forged or old one is nothing."""
    kind = ReportKind.COMPLAINT if report.complaint else None
    kind = kind or kind_of(report.status, report.words)
    return kind and take_kind(report, kind=kind, now=now)


def take_kind(report: Report, *, kind: ReportKind, now: datetime) -> ReportKind | None:
    """Do the same where somebody else has judged of what kind it is."""
    delivery = find_delivery(
        senders=report.senders,
        message_ids=report.message_ids,
        recipients=report.recipients,
        now=now,
    )
    if delivery is None:
        return None
    words = f"{report.status} {report.words}".strip()
    with transaction.atomic():
        if not note_report(delivery, kind=kind, words=words, now=now):
            return None
        if kind in {ReportKind.COMPLAINT, ReportKind.UNSUBSCRIBED}:
            _stop(delivery)
    return kind


def _stop(delivery: Delivery) -> None:
    """Take what they said to their mail program as said to us."""
    if delivery.coalition:
        hashed = address_hash(delivery.to_norm)
        stop_mail(coalition=delivery.coalition, addr_hmac=hashed, via=Via.MAIL)
