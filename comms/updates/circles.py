"""Who reads what is not for everybody."""

from comms.models import Circle
from members.models import Membership
from members.models.membership import MembershipState
from members.permissions import MemberRole

_CIRCLES = {
    MemberRole.COORDINATOR: Circle.STEERING,
    MemberRole.STEERING: Circle.STEERING,
    MemberRole.MEMBER: Circle.MEMBERS,
    MemberRole.OBSERVER: Circle.EVERYBODY,
}


def circle_of(membership: Membership | None) -> Circle:
    """Return the innermost circle; whoever looks as a member reads as one."""
    if membership is None or membership.state != MembershipState.ACTIVE:
        return Circle.EVERYBODY
    return _CIRCLES[MemberRole(membership.looks_as or membership.role)]
