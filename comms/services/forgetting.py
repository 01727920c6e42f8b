"""What comms keeps for a term: whole messages, addresses, and servers' words."""

from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from coalition.common.retention import Rule, blank, delete, delete_with_trail
from comms.models import (
    Delivery,
    DeliveryEvent,
    DeliveryStatus,
    DomainState,
    Feedback,
    FeedbackMessage,
    FeedbackState,
    InboundMail,
    MailReport,
)
from comms.services.receiving import KEPT as REPLIES_KEPT

SIGN_IN_DAYS: Final = 30
WORDS_DAYS: Final = 180
_ENDED: Final = (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.SKIPPED)


def _replies(before: datetime) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(received_at__lte=before)


def _sign_in_mail(before: datetime) -> QuerySet[Delivery]:
    """Return mail that belongs to no coalition: nothing asks for it any more."""
    own = Delivery.objects.filter(coalition=None, issue=None, status__in=_ENDED)
    return own.filter(created_at__lt=before)


def _delete_with_events(rows: QuerySet[Delivery]) -> None:
    ids = list(rows.values_list("pk", flat=True))
    MailReport.objects.filter(delivery__in=ids).delete()
    delete_with_trail(DeliveryEvent.objects.filter(delivery__in=ids))
    delete_with_trail(Delivery.objects.filter(pk__in=ids))


def _addressed(before: datetime) -> QuerySet[Delivery]:
    """Return messages that still say whereto they went, and what a server said."""
    ended = Delivery.objects.filter(status__in=_ENDED, created_at__lt=before)
    return ended.exclude(to_addr="", to_norm="", reply="")


def _events(before: datetime) -> QuerySet[DeliveryEvent]:
    ended = Q(delivery__status__in=_ENDED, delivery__created_at__lt=before)
    return DeliveryEvent.objects.filter(ended, at__lt=before)


def _delete_events(rows: QuerySet[DeliveryEvent]) -> None:
    # By key: no database deletes from a join.
    ids = list(rows.values_list("pk", flat=True))
    delete_with_trail(DeliveryEvent.objects.filter(pk__in=ids))


def _reports(before: datetime) -> QuerySet[MailReport]:
    return MailReport.objects.filter(received_at__lt=before).exclude(words="")


def _threads(before: datetime) -> QuerySet[FeedbackMessage]:
    return FeedbackMessage.objects.filter(feedback__closed_at__lt=before)


def _private_pages(before: datetime) -> QuerySet[Feedback]:
    taken_back = Q(state=FeedbackState.TAKEN_BACK, raised_on__lt=before.date())
    ended = Q(closed_at__lt=before) | taken_back
    return Feedback.objects.filter(ended).exclude(thread_hash="")


def _domains(before: datetime) -> QuerySet[DomainState]:
    quiet = Q(refilled_at=None) | Q(refilled_at__lt=before)
    return DomainState.objects.filter(
        quiet,
        Q(blocked_until=None) | Q(blocked_until__lt=before),
        Q(slowed_at=None) | Q(slowed_at__lt=before),
    )


RULES: Final = (
    Rule("replies by mail, whole", REPLIES_KEPT.days, _replies, delete),
    Rule(
        "that a code for signing in was mailed, and whereto",
        SIGN_IN_DAYS,
        _sign_in_mail,
        _delete_with_events,
    ),
    Rule(
        "the address that a message went to, and the server’s words",
        WORDS_DAYS,
        _addressed,
        blank(to_addr="", to_norm="", reply=""),
    ),
    Rule("each step of a message", WORDS_DAYS, _events, _delete_events),
    Rule("the words of mail that came back", WORDS_DAYS, _reports, blank(words="")),
    Rule("what was said after nameless feedback", WORDS_DAYS, _threads, delete),
    Rule(
        "the private page of nameless feedback, once answered or taken back",
        WORDS_DAYS,
        _private_pages,
        blank(thread_hash=""),
    ),
    Rule("the pace of a domain that gets no mail", 30, _domains, delete),
)
