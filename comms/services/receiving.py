"""Taking in mail: an answer, a say about an update, or the report of a return."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from coalition.common.errors import DomainError
from coalition.common.tenancy import scope
from comms.inbound.addresses import (
    ReplyTo,
    read_reply_address,
    read_say_address,
)
from comms.inbound.answers import split_answers, without_nothing
from comms.inbound.automatic import automatic
from comms.inbound.message import Incoming, header, read_message
from comms.inbound.prompts import Prompts, prompt_texts
from comms.inbound.reports import read_report
from comms.inbound.words import own_words
from comms.models import InboundMail, Issue, Outcome, ReportKind
from comms.services.bounces import take_report
from comms.services.said_by_mail import say_by_mail
from members.models import Coalition, Person, Via
from members.services.audit import Actor
from tasks.errors import CheckInIsClosed
from tasks.models import CheckIn
from tasks.services.checkins import TEXTS, Said, answer_check_in, say_nothing

KEPT: Final = timedelta(days=30)
LARGEST: Final = 25 * 1024 * 1024
LONGEST: Final = 2000  # the shortest of the columns; the whole is in the message
ONE_A_DAY: Final = timedelta(days=1)
MOST_A_DAY: Final = 20  # to the addresses of one person; the rest is not kept
About = Mapping[str, Any]  # columns of InboundMail: whose it is, and what it answers


def receive_mail(raw: bytes, *, now: datetime) -> Outcome | ReportKind | None:
    """Take a message in; None when it is for nobody, or came before.

    Whatever is in it, it raises nothing: what cannot be read is no answer.
    """
    if len(raw) > LARGEST:
        return None
    try:
        incoming = read_message(raw)
        report = read_report(incoming)
    except RecursionError:  # parts in parts, deeper than anybody writes
        return None
    if report and (kind := take_report(report, now=now)):
        return kind
    return _receive_reply(incoming, raw, now)


def _receive_reply(incoming: Incoming, raw: bytes, now: datetime) -> Outcome | None:
    for read, find in (
        (read_reply_address, _check_in),
        (read_say_address, _issue),
    ):
        to = read(incoming.recipients)
        open_ones = Coalition.objects.filter(closed_at=None)
        coalition = open_ones.filter(pk=to.coalition_id).first() if to else None
        if to and coalition:
            with scope(coalition=coalition):
                about = find(to)
                if about is None or _is_flooded(about["person"], now):
                    return None
                return _receive(about, incoming, raw, now)
    return None


def _is_flooded(person: Person, now: datetime) -> bool:
    """Say whether whoever has one of their addresses has sent more than people do."""
    today = InboundMail.objects.to(person).filter(received_at__gt=now - ONE_A_DAY)
    return today.count() >= MOST_A_DAY


def _check_in(to: ReplyTo) -> About | None:
    asked = CheckIn.objects.select_related("coalition", "cycle__schedule", "person")
    living = asked.filter(person__erased_at=None)
    check_in = living.filter(pk=to.row_id, person=to.person_id).first()
    if check_in is None:
        return None
    return {
        "coalition": check_in.coalition,
        "person": check_in.person,
        "check_in": check_in,
    }


def _issue(to: ReplyTo) -> About | None:
    issue = Issue.objects.select_related("coalition").filter(pk=to.row_id).first()
    person = Person.objects.living().filter(pk=to.person_id).first()
    if issue is None or person is None:
        return None
    return {"coalition": issue.coalition, "person": person, "issue": issue}


def _receive(
    about: About, incoming: Incoming, raw: bytes, now: datetime
) -> Outcome | None:
    with transaction.atomic():
        kept = _keep(about, incoming, raw, now)
        if kept is None:
            return None
        kept.outcome = _take(kept, incoming)
        kept.told_from = now if _is_told(kept, now) else None
        kept.save(update_fields=["outcome", "told_from", "feedback"])
    return Outcome(kept.outcome)


def _keep(
    about: About, incoming: Incoming, raw: bytes, now: datetime
) -> InboundMail | None:
    """Keep the message whole, or return None: it came by two ways, or twice."""
    named = header(incoming.message, "Message-ID").strip().encode() or raw
    try:
        with transaction.atomic():
            return InboundMail.objects.create(
                **about,
                received_at=now,
                sender=incoming.sender[:254],
                subject=incoming.subject,
                text=own_words(incoming.text, _prompts(about.get("check_in"))),
                raw=raw,
                fingerprint=sha256(named).hexdigest(),
                outcome=Outcome.EMPTY,
            )
    except IntegrityError:
        return None


def _prompts(check_in: CheckIn | None) -> Prompts | None:
    return Prompts(prompt_texts(check_in)) if check_in else None


def _take(kept: InboundMail, incoming: Incoming) -> Outcome:
    if automatic(incoming, our_addresses={settings.MAIL_FROM.lower()}):
        return Outcome.AUTOMATIC
    if incoming.sender != kept.who.email:
        return Outcome.STRANGER
    by = Actor(kept.coalition, kept.who, Via.MAIL)
    try:
        with transaction.atomic():
            if kept.check_in:
                return _answer(kept.check_in, kept.text, by)
            return say_by_mail(kept=kept, by=by)
    except CheckInIsClosed:
        return Outcome.CLOSED
    except DomainError:
        return Outcome.STRANGER


def _answer(check_in: CheckIn, words: str, by: Actor) -> Outcome:
    parts = split_answers(words, Prompts(prompt_texts(check_in)))
    told = without_nothing(parts)
    if not parts:
        return Outcome.EMPTY
    if not told:
        say_nothing(check_in=check_in, by=by)
        return Outcome.NOTHING
    answer_check_in(check_in=check_in, said=_said(check_in, told), by=by)
    return Outcome.ANSWERED


def _said(check_in: CheckIn, parts: dict[str, str]) -> Said:
    """Put what the reply says in place of what was said of that before."""
    said = {name: parts.get(name, getattr(check_in, name)) for name in TEXTS}
    cut = {name: text[:LONGEST] for name, text in said.items()}
    sure = parts.get("confidence")
    return Said(**cut, confidence=int(sure) if sure else check_in.confidence)


def _is_told(kept: InboundMail, now: datetime) -> bool:
    """Answer people, never machines, and nobody twice in a day."""
    if kept.outcome in {Outcome.AUTOMATIC, Outcome.STRANGER}:
        return False
    lately = InboundMail.objects.to_tell().filter(told_from__gt=now - ONE_A_DAY)
    return not lately.to(kept.who).exists()
