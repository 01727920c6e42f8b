"""Rules about a single object ask what its actor may do."""

from members.models import Membership
from members.models.membership import MembershipState
from members.permissions import Permission
from members.services.audit import Actor


def may(by: Actor, permission: Permission) -> bool:
    membership: Membership | None = getattr(by.person, "membership", None)
    return (
        membership is not None
        and membership.state == MembershipState.ACTIVE
        and membership.may(permission)
    )
