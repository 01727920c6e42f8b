"""Taking in a reply to a check-in: found by its address, kept, and answered once."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from coalition.common.errors import DomainError
from coalition.common.tenancy import scope
from comms.inbound.addresses import ReplyTo, read_reply_address
from comms.inbound.answers import is_nothing, split_answers
from comms.inbound.automatic import automatic
from comms.inbound.message import Incoming, header, read_message
from comms.inbound.words import own_words
from comms.models import InboundMail, Outcome
from members.models import Coalition, Via
from members.services.audit import Actor
from tasks.errors import CheckInIsClosed
from tasks.models import CheckIn
from tasks.services.checkins import TEXTS, Said, answer_check_in, say_nothing

KEPT: Final = timedelta(days=30)
LARGEST: Final = 25 * 1024 * 1024
LONGEST: Final = 2000  # the shortest of the columns; the whole is in the message
ONE_A_DAY: Final = timedelta(days=1)


def receive_mail(raw: bytes, *, now: datetime) -> Outcome | None:
    """Take a message in; None when it is for nobody, or came before.

    Whatever is in it, it raises nothing: what cannot be read is no answer.
    """
    if len(raw) > LARGEST:
        return None
    incoming = read_message(raw)
    to = read_reply_address(incoming.recipients)
    open_ones = Coalition.objects.filter(closed_at=None)
    coalition = open_ones.filter(pk=to.coalition_id).first() if to else None
    if to is None or coalition is None:
        return None
    with scope(coalition=coalition):
        check_in = _check_in(to)
        return _receive(check_in, incoming, raw, now) if check_in else None


def purge_replies(*, now: datetime) -> int:
    """Delete the replies, in the coalitions in scope, whose time is over."""
    old = InboundMail.objects.filter(received_at__lte=now - KEPT)
    return old.delete()[0]


def _check_in(to: ReplyTo) -> CheckIn | None:
    asked = CheckIn.objects.select_related("coalition", "cycle__schedule", "person")
    living = asked.filter(person__erased_at=None)
    return living.filter(pk=to.row_id, person=to.person_id).first()


def _receive(
    check_in: CheckIn, incoming: Incoming, raw: bytes, now: datetime
) -> Outcome | None:
    with transaction.atomic():
        kept = _keep(check_in, incoming, raw, now)
        if kept is None:
            return None
        kept.outcome = _take(check_in, incoming, kept.text)
        kept.told_from = now if _is_told(kept, now) else None
        kept.save(update_fields=["outcome", "told_from"])
    return Outcome(kept.outcome)


def _keep(
    check_in: CheckIn, incoming: Incoming, raw: bytes, now: datetime
) -> InboundMail | None:
    """Keep the message whole, or return None: it came by two ways, or twice."""
    named = header(incoming.message, "Message-ID").strip().encode() or raw
    try:
        with transaction.atomic():
            return InboundMail.objects.create(
                coalition=check_in.coalition,
                check_in=check_in,
                received_at=now,
                sender=incoming.sender[:254],
                subject=incoming.subject,
                text=own_words(incoming.text),
                raw=raw,
                fingerprint=sha256(named).hexdigest(),
                outcome=Outcome.EMPTY,
            )
    except IntegrityError:
        return None


def _take(check_in: CheckIn, incoming: Incoming, words: str) -> Outcome:
    if automatic(incoming, our_addresses={settings.MAIL_FROM.lower()}):
        return Outcome.AUTOMATIC
    if incoming.sender != check_in.person.email:
        return Outcome.STRANGER
    by = Actor(check_in.coalition, check_in.person, Via.MAIL)
    try:
        with transaction.atomic():
            return _answer(check_in, words, by)
    except CheckInIsClosed:
        return Outcome.CLOSED
    except DomainError:
        return Outcome.STRANGER


def _answer(check_in: CheckIn, words: str, by: Actor) -> Outcome:
    if is_nothing(words):
        say_nothing(check_in=check_in, by=by)
        return Outcome.NOTHING
    parts = split_answers(words)
    if not parts:
        return Outcome.EMPTY
    answer_check_in(check_in=check_in, said=_said(check_in, parts), by=by)
    return Outcome.ANSWERED


def _said(check_in: CheckIn, parts: dict[str, str]) -> Said:
    """Put what the reply says in place of what was said of that before."""
    said = {name: parts.get(name, getattr(check_in, name)) for name in TEXTS}
    cut = {name: text[:LONGEST] for name, text in said.items()}
    return Said(**cut, confidence=check_in.confidence)


def _is_told(kept: InboundMail, now: datetime) -> bool:
    """Answer people, never machines, and nobody twice in a day."""
    if kept.outcome in {Outcome.AUTOMATIC, Outcome.STRANGER}:
        return False
    lately = InboundMail.objects.to_tell().filter(told_from__gt=now - ONE_A_DAY)
    return not lately.filter(check_in__person=kept.check_in.person).exists()
