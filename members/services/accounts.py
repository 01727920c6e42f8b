"""Accounts: who may have one, and the one-time links that operators hand out."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from coalition.common.addresses import clean_email
from coalition.common.tenancy import scope
from members.errors import SignInLinkSpent
from members.models import Coalition, Membership, Person, SignInLink, User, Via
from members.models.membership import MembershipState
from members.services.audit import Actor
from members.services.people import edit_person

SIGN_IN_LINK_LIFE = timedelta(hours=1)


def ensure_account(*, email: str, proven: bool = False) -> User | None:
    """Return the account of an address, made now if a coalition knows it as a member.

    An active membership is the invitation: no other address gets an account, unless
    whoever asks has proven that it is theirs.
    """
    try:
        email = clean_email(email)
    except ValidationError:
        return None
    coalitions = list(
        Coalition.objects.filter(
            person__email=email,
            person__erased_at=None,
            person__membership__state=MembershipState.ACTIVE,
        )
    )
    with transaction.atomic():
        user = _account_of(email) if coalitions or proven else _known(email)
        if user:
            # Else whoever says that it is their new address would get its codes.
            EmailAddress.objects.get_or_create(
                user=user, email=email, defaults={"verified": True, "primary": True}
            )
            _link_memberships(user, coalitions)
    return user


def _known(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def _account_of(email: str) -> User:
    """Of two who ask at once for a first code, the second gets the first's account."""
    no_password = {"password": make_password(None)}
    return User.objects.get_or_create(email=email, defaults=no_password)[0]


def _link_memberships(user: User, coalitions: list[Coalition]) -> None:
    """Join each coalition as the person of this address, unless they are in it."""
    with scope(coalition=coalitions):
        here = Membership.objects.filter(user=user).values("coalition")
        unclaimed = Membership.objects.active().filter(
            person__email=user.email, user=None
        )
        unclaimed.exclude(coalition__in=here).update(user=user)


def follow_address(*, user: User, old: str) -> list[Coalition]:
    """Let the person's rows follow the account from its old to its new address.

    Returns the coalitions in which somebody else has the new one: there it stays.
    """
    taken = []
    with transaction.atomic():
        for coalition in Coalition.objects.filter(membership__user=user):
            with scope(coalition=coalition):
                if not _follow(user, old, coalition):
                    taken.append(coalition)
    return taken


def _follow(user: User, old: str, coalition: Coalition) -> bool:
    person = Person.objects.filter(membership__user=user, email=old).first()
    if person is None:
        return True
    if Person.objects.filter(email=user.email).exists():
        return False
    by = Actor(coalition, person, Via.WEB)
    edit_person(person=person, version=person.version, by=by, email=user.email)
    return True


def make_sign_in_link(*, user: User, now: datetime | None = None) -> str:
    """Return the path of a link that signs the user in once, within an hour.

    Only the newest works.
    """
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.filter(user=user, used_at=None).delete()
    SignInLink.objects.create(
        user=user,
        secret_hash=_hash(secret),
        expires_at=(now or timezone.now()) + SIGN_IN_LINK_LIFE,
    )
    return f"/accounts/link/{secret}/"


def find_sign_in_link(secret: str) -> SignInLink:
    """Return the unused link of a secret; raises SignInLinkSpent."""
    link = (
        SignInLink.objects.filter(
            secret_hash=_hash(secret),
            used_at=None,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .select_related("user")
        .first()
    )
    if link is None:
        raise SignInLinkSpent
    return link


def use_sign_in_link(*, link: SignInLink) -> User:
    """Spend the link; the second of two who press at once gets SignInLinkSpent."""
    spent = SignInLink.objects.filter(pk=link.pk, used_at=None).update(
        used_at=timezone.now()
    )
    if not spent:
        raise SignInLinkSpent
    return link.user


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
