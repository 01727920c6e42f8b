"""Who may do what here: those with more than member access, and those without any."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.functional import Promise

from members.models import Membership, PermissionGrant
from members.models.membership import MembershipState
from members.permissions import (
    PERMISSION_WORDS,
    ROLE_PERMISSIONS,
    MemberRole,
    Permission,
)

LISTED = 100  # the people list finds the others
LEADING = (MemberRole.COORDINATOR, MemberRole.STEERING)


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One thing that can be done, and for each role whether it lets you."""

    words: str | Promise
    roles: list[bool]


@dataclass(frozen=True, slots=True)
class AccessPage:
    leading: list[Membership]
    granted: list[Membership]
    ended: list[Membership]
    table: list[AccessRow]


def access_page(*, with_ended: bool) -> AccessPage:
    return AccessPage(
        leading=list(_leading()),
        granted=[member for member in _granted() if member.granted],
        ended=list(_ended()) if with_ended else [],
        table=[
            AccessRow(
                PERMISSION_WORDS[each],
                [each in ROLE_PERMISSIONS[role] for role in MemberRole],
            )
            for each in Permission
        ],
    )


def _leading() -> QuerySet[Membership]:
    rank = Case(
        *(When(role=role, then=Value(n)) for n, role in enumerate(LEADING)),
        output_field=IntegerField(),
    )
    return (
        Membership.objects.active()
        .filter(role__in=LEADING, person__erased_at=None)
        .select_related("person")
        .order_by(rank, "person__name_key", "pk")
    )


def _granted() -> QuerySet[Membership]:
    """Return who has any grant; which of them hold today, each knows."""
    holders = PermissionGrant.objects.values("person")
    return (
        Membership.objects.active()
        .filter(person__in=holders, person__erased_at=None)
        .with_grants()
        .select_related("person", "coalition")
        .order_by("person__name_key", "pk")
    )


def _ended() -> QuerySet[Membership]:
    return (
        Membership.objects.exclude(state=MembershipState.ACTIVE)
        .filter(person__erased_at=None)
        .select_related("person")
        .order_by("-updated_at", "-pk")[:LISTED]
    )
