"""Inviting people, and letting them in when they accept."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from members.errors import AlreadyIn, InvitationSpent, NoAddress
from members.models import Invitation, Person, User
from members.services.accounts import ensure_account
from members.services.audit import Actor, record_change

INVITATION_LIFE: Final = timedelta(days=7)


def invite_person(*, person: Person, by: Actor, words: str = "") -> Invitation:
    """Ask a person in by mail; raises NoAddress, AlreadyIn for who has an account here.

    An invitation that ran out makes room for the new one.
    """
    if not person.email:
        raise NoAddress(person)
    if person.membership.user_id:
        raise AlreadyIn(person)
    now = timezone.now()
    invitation = Invitation(
        coalition=by.coalition,
        person=person,
        invited_by=by.person,
        words=words,
        expires_at=now + INVITATION_LIFE,
    )
    with transaction.atomic():
        ended = Invitation.objects.filter(person=person, expires_at__lte=now)
        ended.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
        invitation.validate_constraints()
        invitation.save()
        record_change(action="invite", target=person, by=by)
    return invitation


def accept_invitation(*, invitation: Invitation, version: int, by: Actor) -> User:
    """Let the person in, once; raises InvitationSpent for an old or used link."""
    now = timezone.now()
    with transaction.atomic():
        opened = Invitation.objects.open(now).filter(
            pk=invitation.pk, version=version, person__membership__state="active"
        )
        if not opened.update(accepted_at=now, updated_at=now):
            raise InvitationSpent
        user = ensure_account(email=invitation.person.email or "")
        if user is None:
            raise InvitationSpent
        record_change(action="accept invitation", target=invitation.person, by=by)
    return user
