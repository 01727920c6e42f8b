"""One act on many people; the undo is that of leaving."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from coalition.web.carried import Carried, carried_by
from coalition.web.services.leaving import bring_back, give_role, let_go
from members.models import AuditEntry, Membership
from members.models.membership import MembershipQuerySet, MembershipState
from members.queries import Carrier
from members.services.audit import Actor
from members.services.memberships import PeopleAct

# Whose access an act can change, by how it stands.
CONCERNED = {
    PeopleAct.ROLE: (MembershipState.ACTIVE, MembershipState.SUSPENDED),
    PeopleAct.SUSPEND: (MembershipState.ACTIVE,),
    PeopleAct.RESUME: (MembershipState.SUSPENDED, MembershipState.REMOVED),
    PeopleAct.REMOVE: (MembershipState.ACTIVE, MembershipState.SUSPENDED),
}


def concerned(act: str, pks: Collection[int], by: Actor) -> MembershipQuerySet:
    """Return those whom the act changes, by name: never the one who acts."""
    members = Membership.objects.filter(person__in=pks, person__erased_at=None)
    chosen = members.filter(state__in=CONCERNED[PeopleAct(act)])
    others: MembershipQuerySet = chosen.exclude(person=by.person)
    return others.select_related("person").order_by("person__name_key", "person")


def load_of_people(act: str, people: Collection[int]) -> Carried:
    """Return what passes on by the act: who is suspended keeps what they carry."""
    if act == PeopleAct.REMOVE:
        return carried_by(people, timezone.localdate())
    return Carried([], [], [], 0)


def change_people(
    *,
    pks: Collection[int],
    act: str,
    by: Actor,
    role: str = "",
    heir: Carrier | None = None,
    reason: str = "",
) -> AuditEntry:
    """Do it to those whom it changes; `undo_people` takes the returned entry.

    Raises NothingToChange when it changes nobody, and LastCoordinator.
    """
    with transaction.atomic():
        members = concerned(act, pks, by)
        people = list(members.values_list("person", flat=True))
        if act == PeopleAct.ROLE:
            return give_role(people=people, role=role, by=by)
        if act == PeopleAct.RESUME:
            return bring_back(people=people, by=by)
        handing = load_of_people(act, people).to(heir)
        return let_go(people=people, state=act, handing=handing, by=by, reason=reason)
