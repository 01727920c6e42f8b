"""Handing the coordination over; the roles change only with the other's yes."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from members.errors import AccessEnded, AlreadyCoordinates, HandoverSpent, NoAddress
from members.models import Handover, Membership, Person
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.audit import Actor, record_change
from members.services.people import change_access

HANDOVER_LIFE: Final = timedelta(days=14)


def offer_handover(
    *, taker: Person, becomes: str, by: Actor, words: str = ""
) -> Handover:
    """Ask somebody to coordinate in the actor's place; nothing changes before a yes.

    Raises NoAddress, AccessEnded, AlreadyCoordinates.
    """
    _refuse_unfit(taker)
    now = timezone.now()
    with transaction.atomic():
        ended = Handover.objects.filter(giver=by.person, expires_at__lte=now)
        ended.filter(accepted_at=None, declined_at=None, withdrawn_at=None).update(
            withdrawn_at=now
        )
        handover = Handover(
            coalition=by.coalition,
            giver=by.person,
            taker=taker,
            becomes=becomes,
            words=words,
            expires_at=now + HANDOVER_LIFE,
        )
        handover.validate_constraints()
        handover.save()
        record_change(action="offer coordination", target=taker, by=by)
    return handover


def withdraw_handover(*, handover: Handover, by: Actor) -> None:
    """Take the question back; raises HandoverSpent once it was answered."""
    with transaction.atomic():
        _end(handover, "withdrawn_at")
        record_change(action="withdraw coordination", target=handover.taker, by=by)


def decline_handover(*, handover: Handover, by: Actor) -> None:
    with transaction.atomic():
        _end(handover, "declined_at")
        record_change(action="decline coordination", target=handover.taker, by=by)


def accept_handover(*, handover: Handover, by: Actor) -> None:
    """Make the taker coordinator, and the giver what they chose, both or neither.

    Raises HandoverSpent when one of the two may not any more.
    """
    with transaction.atomic():
        _end(handover, "accepted_at")
        taker = _active(handover.taker)
        giver = _active(handover.giver)
        if giver.role != MemberRole.COORDINATOR:
            raise HandoverSpent
        _become(taker, MemberRole.COORDINATOR, by)
        _become(giver, MemberRole(handover.becomes), by)
        record_change(action="take coordination", target=handover.taker, by=by)


def _end(handover: Handover, how: str) -> None:
    now = timezone.now()
    waiting = Handover.objects.open(now).filter(pk=handover.pk)
    if not waiting.update(**{how: now, "updated_at": now}):
        raise HandoverSpent


def _active(person: Person) -> Membership:
    membership = Membership.objects.active().filter(person=person).first()
    if membership is None:
        raise HandoverSpent
    return membership


def _become(membership: Membership, role: MemberRole, by: Actor) -> None:
    change_access(
        membership=membership,
        version=membership.version,
        role=role,
        state=MembershipState.ACTIVE,
        by=by,
    )


def _refuse_unfit(taker: Person) -> None:
    if not taker.email:
        raise NoAddress(taker)
    if taker.membership.state != MembershipState.ACTIVE:
        raise AccessEnded(taker)
    if taker.membership.role == MemberRole.COORDINATOR:
        raise AlreadyCoordinates(taker)
