"""Coming in by an invitation."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from comms.models import Wish
from comms.services.consent import choose_mail
from members.models import Invitation, User
from members.services.audit import Actor
from members.services.invitations import accept_invitation


def join(
    *, invitation: Invitation, version: int, wants_updates: bool, by: Actor
) -> User:
    """Accept, and keep what the person said about updates; raises InvitationSpent.

    Nothing said is no answer: a consent given before stays.
    """
    with transaction.atomic():
        user = accept_invitation(invitation=invitation, version=version, by=by)
        if wants_updates:
            choose_mail(
                person=invitation.person,
                updates=Wish.EVERY,
                announcements=True,
                by=by,
            )
    return user


def is_newcomer(user: User) -> bool:
    """Say whether the link in the mail is all that this account has been shown yet.

    Whoever has a password or a second factor, or has been in, signs in with those: an
    invitation must not go around them.
    """
    return (
        user.is_active
        and user.last_login is None
        and not user.has_usable_password()
        and not Authenticator.objects.filter(user=user).exists()
    )
