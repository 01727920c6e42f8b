"""What many people may do, changed together in a fixed number of statements."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.errors import LastCoordinator
from members.models import Membership
from members.models.membership import MembershipState
from members.permissions import MemberRole
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.imports.run import save_edits, set_values

BULK_PEOPLE: Final = "bulk people"  # the audit action that is taken back as one


class PeopleAct(models.TextChoices):
    """What is done with many people; who leaves or is back is in that state."""

    ROLE = "role", _("Change the access")
    SUSPEND = MembershipState.SUSPENDED.value, _("Suspend")
    RESUME = MembershipState.ACTIVE.value, _("Bring back")
    REMOVE = MembershipState.REMOVED.value, _("They leave")
    GROUP = "group", _("Add to a working group")


def locked_members(people: Collection[int]) -> list[Membership]:
    """Return the memberships of these people and all coordinators', held.

    The coordinators too, so that two who act at once cannot shut everybody out.
    """
    coordinates = Q(role=MemberRole.COORDINATOR, state=MembershipState.ACTIVE)
    rows = Membership.objects.filter(Q(person__in=people) | coordinates)
    held = rows.filter(person__erased_at=None).select_related("person")
    return list(held.order_by("pk").select_for_update(of=("self",)))


def set_access(
    *,
    held: Iterable[Membership],
    wanted: Mapping[Membership, Mapping[str, Any]],
    by: Actor,
    reason: str = "",
) -> None:
    """Give each the role and state wanted; call it in a transaction.

    `held` is what `locked_members` returned. Raises LastCoordinator.
    """
    edits = [(member, set_values(member, new)) for member, new in wanted.items()]
    save_edits(edits)
    if not any(_coordinates(member) for member in held):
        raise LastCoordinator
    record_changes(
        changes=[
            Change("access", m.person, before, snapshot(m, before), reason)
            for m, before in edits
        ],
        by=by,
    )


def _coordinates(member: Membership) -> bool:
    active = member.state == MembershipState.ACTIVE
    return active and member.role == MemberRole.COORDINATOR
