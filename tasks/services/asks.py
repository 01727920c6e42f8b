"""What is done about an ask: partners asked, help offered, met or not."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from members.errors import NotYourPartner
from members.models import CapacityOffer, Partner, Person
from members.models.partner import PartnerStatus
from members.models.person import PersonQuerySet
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import (
    AskIsClosed,
    NotYourAsk,
    OwnAsk,
    PartnerIsNotActive,
    SaidInConfidence,
)
from tasks.models import Ask, AskHelp, AskState, HelpState, SeenBy

TRAIL: Final = ("state", "met", "closed_at")


def ask_partner(
    *, ask: Ask, partner: Partner, offer: CapacityOffer | None = None, by: Actor
) -> AskHelp:
    """Ask a partner to help; those who speak for it get a mail.

    What was not said to everybody is not passed on.
    """
    refuse_foreign(by, partner, offer)
    with transaction.atomic():
        stored = _open(ask, by)
        _refuse_others(by)
        if stored.seen_by != SeenBy.MEMBERS:
            raise SaidInConfidence(stored.person)
        if partner.status != PartnerStatus.ACTIVE or partner.archived_at:
            raise PartnerIsNotActive(partner)
        row, made = AskHelp.objects.get_or_create(
            ask=stored, partner=partner, defaults={"coalition_id": stored.coalition_id}
        )
        if not made and row.state == HelpState.OFFERED:
            return row
        row.offer, row.state = offer, HelpState.ASKED
        row.asked_by, row.asked_at = by.person, timezone.now()
        row.answered_by = row.answered_at = None
        row.save()
        _record(row, "ask", by)
    return row


def offer_help(
    *, ask: Ask, partner: Partner, offer: CapacityOffer | None = None, by: Actor
) -> AskHelp:
    """Say that a partner can help; its asker and the coordinators are told by whom."""
    with transaction.atomic():
        stored = _open(ask, by)
        row = _answer(stored, partner, HelpState.OFFERED, by)
        if offer:
            row.offer = offer
            row.save(update_fields=["offer"])
        stored.offer_id = row.offer_id
        _move(stored, AskState.OFFERED, "offer help", by, tells=True)
    return row


def decline_help(*, ask: Ask, partner: Partner, by: Actor) -> AskHelp:
    """Say that a partner cannot help this time, or not after all."""
    with transaction.atomic():
        stored = _open(ask, by)
        row = _answer(stored, partner, HelpState.DECLINED, by)
        if not AskHelp.objects.offered().filter(ask=stored).exists():
            stored.offer = None
            _move(stored, AskState.OPEN, "decline help", by, tells=False)
    return row


def close_ask(*, ask: Ask, met: bool, by: Actor) -> Ask:
    """Say whether it was met: whoever asked can, and a coordinator."""
    with transaction.atomic():
        stored = _open(ask, by)
        _refuse_bystander(stored, by)
        stored.met, stored.closed_at = met, timezone.now()
        return _move(stored, AskState.CLOSED, "close", by, tells=True)


def reopen_ask(*, ask: Ask, by: Actor) -> Ask:
    """Look for help again."""
    refuse_foreign(by, ask)
    with transaction.atomic():
        stored = locked(ask)
        _refuse_bystander(stored, by)
        if stored.state != AskState.CLOSED:
            return stored
        offered = AskHelp.objects.offered().filter(ask=stored).exists()
        stored.met = stored.closed_at = None
        state = AskState.OFFERED if offered else AskState.OPEN
        return _move(stored, state, "reopen", by, tells=False)


def _open(ask: Ask, by: Actor) -> Ask:
    refuse_foreign(by, ask)
    stored = locked(ask)
    if stored.state == AskState.CLOSED:
        raise AskIsClosed
    return stored


def _refuse_others(by: Actor) -> None:
    if not may(by, Permission.CHECKINS_EDIT):
        raise NotYourAsk


def _refuse_bystander(ask: Ask, by: Actor) -> None:
    if by.person != ask.person:
        _refuse_others(by)


def _answer(ask: Ask, partner: Partner, state: HelpState, by: Actor) -> AskHelp:
    """Answer for a partner that one speaks for, or that told a coordinator."""
    refuse_foreign(by, partner)
    speaks = _speakers(partner).filter(pk=by.person.pk if by.person else 0).exists()
    if not speaks and not may(by, Permission.CHECKINS_EDIT):
        raise NotYourPartner(partner)
    if speaks and by.person == ask.person:
        raise OwnAsk
    row, _made = AskHelp.objects.get_or_create(
        ask=ask, partner=partner, defaults={"coalition_id": ask.coalition_id}
    )
    row.state, row.answered_by, row.answered_at = state, by.person, timezone.now()
    row.save()
    _record(row, state, by)
    return row


def _speakers(partner: Partner) -> PersonQuerySet:
    return Person.objects.speaking_for(partner, timezone.localdate())


def _record(row: AskHelp, action: str, by: Actor) -> None:
    after = snapshot(row, ("ask", "partner", "state"))
    record_change(action=action, target=row, by=by, after=after)


def _move(ask: Ask, state: AskState, action: str, by: Actor, *, tells: bool) -> Ask:
    before = Ask.objects.values(*TRAIL).get(pk=ask.pk)
    ask.state, ask.version = state, ask.version + 1
    if tells and by.person != ask.person:
        ask.news_at = timezone.now()
    ask.save(update_fields=[*TRAIL, "offer", "news_at", "version", "updated_at"])
    after = snapshot(ask, TRAIL)
    record_change(action=action, target=ask, by=by, before=before, after=after)
    return ask
