"""Inviting people, asking again, taking it back, and letting them in when they accept."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from members.errors import (
    AccessEnded,
    AlreadyIn,
    InvitationAnswered,
    InvitationSpent,
    NoAddress,
)
from members.models import Invitation, Partner, Person, User
from members.models.membership import MembershipState
from members.models.person import PersonQuerySet
from members.permissions import MemberRole
from members.queries.invitations import invitable
from members.services.accounts import ensure_account
from members.services.audit import Actor, Change, record_change, record_changes
from members.services.people import change_state, create_person

INVITATION_LIFE: Final = timedelta(days=7)


def invite_person(*, person: Person, by: Actor, words: str = "") -> Invitation:
    """Ask a person in by mail; one that nobody can accept makes room for the new one.

    Raises NoAddress, AlreadyIn for who has an account here, AccessEnded for who may
    not come in.
    """
    if not person.email:
        raise NoAddress(person)
    if person.membership.user_id:
        raise AlreadyIn(person)
    if person.membership.state != MembershipState.ACTIVE:
        raise AccessEnded(person)
    now = timezone.now()
    invitation = _invitation(person, by, words, now)
    with transaction.atomic():
        _make_room([person.pk], now)
        invitation.validate_constraints()
        invitation.save()
        record_change(action="invite", target=person, by=by)
    return invitation


def invite_newcomer(
    *,
    by: Actor,
    partner: Partner | None = None,
    role: str = MemberRole.MEMBER,
    words: str = "",
    **fields: Any,
) -> Person:
    """Add a person whom nobody here knows yet, and ask them in, all or nothing."""
    with transaction.atomic():
        person = create_person(by=by, partner=partner, role=MemberRole(role), **fields)
        invite_person(person=person, by=by, words=words)
    return person


def invite_people(*, people: PersonQuerySet, by: Actor, words: str = "") -> int:
    """Ask in whoever of these can be; the others are left alone. Return how many."""
    now = timezone.now()
    with transaction.atomic():
        asked = list(invitable(people, now))
        _make_room([person.pk for person in asked], now)
        Invitation.objects.bulk_create(
            [_invitation(person, by, words, now) for person in asked], batch_size=500
        )
        changes = [Change("invite", person, {}, {}) for person in asked]
        record_changes(changes=changes, by=by)
    return len(asked)


def resend_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Ask again with a new term; links of older mails end.

    Raises InvitationAnswered where there is nothing to ask any more.
    """
    now = timezone.now()
    with transaction.atomic():
        waiting = Invitation.objects.filter(
            pk=invitation.pk,
            accepted_at=None,
            revoked_at=None,
            person__membership__state=MembershipState.ACTIVE,
        )
        if not waiting.update(
            version=F("version") + 1,
            email=invitation.person.email or "",
            expires_at=now + INVITATION_LIFE,
            updated_at=now,
        ):
            raise InvitationAnswered
        record_change(action="invite again", target=invitation.person, by=by)
    invitation.refresh_from_db()
    return invitation


def renew_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Send the invited a new mail at their own wish, once the one they had ran out."""
    if invitation.expires_at > timezone.now():
        raise InvitationSpent
    return resend_invitation(invitation=invitation, by=by)


def revoke_invitation(
    *, invitation: Invitation, by: Actor, ends_access: bool = False
) -> Invitation:
    """Take it back, so that its link ends; `ends_access` locks the other doors too.

    Without it the person can still sign in by a code to their address.
    """
    now = timezone.now()
    membership = invitation.person.membership
    with transaction.atomic():
        waiting = Invitation.objects.open(now).filter(pk=invitation.pk)
        if not waiting.update(revoked_at=now, updated_at=now):
            raise InvitationAnswered
        record_change(action="take invitation back", target=invitation.person, by=by)
        if ends_access:
            change_state(membership=membership, state=MembershipState.REMOVED, by=by)
    invitation.refresh_from_db()
    return invitation


def restore_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Undo `revoke_invitation`: it can be accepted again, with the access it gives."""
    membership = invitation.person.membership
    with transaction.atomic():
        taken_back = Invitation.objects.filter(
            pk=invitation.pk,
            revoked_at__lt=F("expires_at"),
            expires_at__gt=timezone.now(),
        )
        newer = Invitation.objects.filter(
            person=invitation.person, pk__gt=invitation.pk
        )
        if newer.exists() or not taken_back.update(
            revoked_at=None, updated_at=timezone.now()
        ):
            raise InvitationAnswered
        record_change(action="invite again", target=invitation.person, by=by)
        if membership.state == MembershipState.REMOVED:
            change_state(membership=membership, state=MembershipState.ACTIVE, by=by)
    invitation.refresh_from_db()
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
        user = ensure_account(email=invitation.email)
        if user is None:
            raise InvitationSpent
        record_change(action="accept invitation", target=invitation.person, by=by)
    return user


def _invitation(person: Person, by: Actor, words: str, now: datetime) -> Invitation:
    return Invitation(
        coalition=by.coalition,
        person=person,
        email=person.email or "",
        invited_by=by.person,
        words=words,
        expires_at=now + INVITATION_LIFE,
    )


def _make_room(people: list[int], now: datetime) -> None:
    """End what nobody can accept any more: it ran out, or went to an old address."""
    waiting = Invitation.objects.filter(
        person__in=people, accepted_at=None, revoked_at=None
    )
    waiting.exclude(pk__in=Invitation.objects.open(now)).update(revoked_at=now)
