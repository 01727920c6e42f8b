"""One act on many people, and its undo."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from coalition.web.carried import Carried, carried_by
from coalition.web.services.leaving import (
    bring_back,
    give_role,
    let_go,
    undo_people,
)
from members.errors import NothingToChange
from members.models import AuditEntry, GroupMember, Membership, WorkingGroup
from members.models.membership import MembershipQuerySet, MembershipState
from members.queries import Carrier
from members.services.audit import Actor, record_change
from members.services.groups import enter_group, open_group
from members.services.memberships import BULK_PEOPLE, PeopleAct
from members.services.records import remove_records

# Whose access an act can change, by how it stands.
CONCERNED = {
    PeopleAct.ROLE: (MembershipState.ACTIVE, MembershipState.SUSPENDED),
    PeopleAct.SUSPEND: (MembershipState.ACTIVE,),
    PeopleAct.RESUME: (MembershipState.SUSPENDED, MembershipState.REMOVED),
    PeopleAct.REMOVE: (MembershipState.ACTIVE, MembershipState.SUSPENDED),
    PeopleAct.GROUP: (MembershipState.ACTIVE,),
}


def concerned(act: str, pks: Collection[int], by: Actor) -> MembershipQuerySet:
    """Return those whom the act changes, by name: never the access of who acts."""
    members = Membership.objects.filter(person__in=pks, person__erased_at=None)
    chosen: MembershipQuerySet = members.filter(state__in=CONCERNED[PeopleAct(act)])
    if act != PeopleAct.GROUP:
        chosen = chosen.exclude(person=by.person)
    return chosen.select_related("person").order_by("person__name_key", "person")


def load_of_people(act: str, people: Collection[int]) -> Carried:
    """Return what passes on by the act: who is suspended keeps what they carry."""
    if act == PeopleAct.REMOVE:
        return carried_by(people, timezone.localdate())
    return Carried([], [], [], 0, [])


def change_people(
    *,
    pks: Collection[int],
    act: str,
    by: Actor,
    role: str = "",
    group: WorkingGroup | None = None,
    heir: Carrier | None = None,
    reason: str = "",
) -> AuditEntry:
    """Do it to those whom it changes; `undo_change` takes the returned entry.

    Raises NothingToChange when it changes nobody, LastCoordinator and GroupIsClosed.
    """
    with transaction.atomic():
        members = concerned(act, pks, by)
        people = list(members.values_list("person", flat=True))
        if group:
            return _let_in(people, group, by)
        if act == PeopleAct.ROLE:
            return give_role(people=people, role=role, by=by)
        if act == PeopleAct.RESUME:
            return bring_back(people=people, by=by)
        handing = load_of_people(act, people).to(heir)
        return let_go(people=people, state=act, handing=handing, by=by, reason=reason)


def undo_change(*, entry: AuditEntry, by: Actor) -> int:
    """Take back what nobody has changed since; return how many things stay as they are."""
    if entry.after.get("act") == PeopleAct.GROUP:
        return _put_out(entry, by)
    return undo_people(entry=entry, by=by)


def _let_in(people: Collection[int], group: WorkingGroup, by: Actor) -> AuditEntry:
    stored = open_group(group)
    places = enter_group(group=stored, people=people, by=by)
    if not places:
        raise NothingToChange
    return record_change(
        action=BULK_PEOPLE,
        target=by.coalition,
        by=by,
        before={"places": [place.pk for place in places]},
        after={
            "people": {str(place.person_id): {} for place in places},
            "act": PeopleAct.GROUP.value,
        },
    )


def _put_out(entry: AuditEntry, by: Actor) -> int:
    """Take the places away as if they had never been; who left since has been there."""
    with transaction.atomic():
        standing = GroupMember.objects.current().filter(pk__in=entry.before["places"])
        places = list(standing.order_by("pk").select_for_update(of=("self",)))
        if not places:
            raise NothingToChange
        remove_records(records=places, by=by)
        record_change(
            action=BULK_PEOPLE,
            target=by.coalition,
            by=by,
            after={"people": {}, "act": "undo", "undone": entry.pk},
        )
    return len(entry.before["places"]) - len(places)
