"""Small helpers that tests share."""

from members.models import Membership, Via
from members.services.audit import Actor


def acting(membership: Membership) -> Actor:
    return Actor(membership.coalition, membership.person, Via.WEB)
