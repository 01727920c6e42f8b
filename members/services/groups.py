"""Working groups: started, changed, closed; who is in them, and who leads."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from members.errors import (
    AccessEnded,
    GroupIsClosed,
    InGroupAlready,
    NotInGroup,
    NotYourGroup,
)
from members.models import AuditEntry, GroupMember, Membership, Person, WorkingGroup
from members.models.membership import MembershipState
from members.permissions import Permission
from members.services.access import may
from members.services.audit import (
    Actor,
    Change,
    record_change,
    record_changes,
    snapshot,
)
from members.services.editing import save_edit
from members.services.records import locked, refuse_foreign, switch_record

JOIN: Final = "join group"
LEAVE: Final = "leave group"
RESUME: Final = "resume group"
LEAD: Final = "lead group"
REGRET: Final = timedelta(days=1)  # how long who left can take it back alone


class GroupFields(TypedDict, total=False):
    name: str
    purpose: str
    open_to_all: bool


def may_keep(group: WorkingGroup, by: Actor) -> bool:
    """Say whether this actor keeps the group: coordinators, and whoever leads it."""
    if may(by, Permission.GROUPS_EDIT):
        return True
    leading = GroupMember.objects.current().filter(leads=True, person=by.person)
    return may(by, Permission.GROUPS_JOIN) and leading.filter(group=group).exists()


def refuse_stranger(group: WorkingGroup, by: Actor) -> None:
    if not may_keep(group, by):
        raise NotYourGroup(group)


def create_group(*, by: Actor, **fields: Unpack[GroupFields]) -> WorkingGroup:
    """Start one; raises ValidationError where an open one has its name."""
    with transaction.atomic():
        group = WorkingGroup(coalition=by.coalition, **fields)
        group.validate_constraints()
        group.save(force_insert=True)
        after = snapshot(group, fields)
        record_change(action="create", target=group, by=by, after=after)
    return group


def edit_group(
    *, group: WorkingGroup, version: int, by: Actor, **fields: Unpack[GroupFields]
) -> WorkingGroup:
    """Raise EditedMeanwhile, and NotYourGroup."""
    refuse_foreign(by, group)
    refuse_stranger(group, by)
    with transaction.atomic():
        return save_edit(record=locked(group), version=version, fields=fields, by=by)


def close_group(*, group: WorkingGroup, by: Actor) -> WorkingGroup:
    """Nobody works on it any more; who was in it stays in its history."""
    return _switch(group, closes=True, by=by)


def reopen_group(*, group: WorkingGroup, by: Actor) -> WorkingGroup:
    """Raise ValidationError where another has its name by now."""
    return _switch(group, closes=False, by=by)


def _switch(group: WorkingGroup, *, closes: bool, by: Actor) -> WorkingGroup:
    refuse_foreign(by, group)
    with transaction.atomic():
        stored = locked(group)
        switch_record(record=stored, closes=closes, by=by)
    return stored


def add_to_group(
    *, group: WorkingGroup, person: Person, by: Actor, leads: bool = False
) -> GroupMember:
    """Raise NotYourGroup, GroupIsClosed, InGroupAlready, AccessEnded."""
    refuse_foreign(by, group, person)
    refuse_stranger(group, by)
    return _enter(group, person, by, leads=leads)


def join_group(*, group: WorkingGroup, by: Actor) -> GroupMember:
    """Let somebody in by themselves; raises NotYourGroup where it is not open to all."""
    refuse_foreign(by, group)
    if by.person is None or not group.open_to_all:
        raise NotYourGroup(group)
    return _enter(group, by.person, by, leads=False)


def _enter(
    group: WorkingGroup, person: Person, by: Actor, *, leads: bool
) -> GroupMember:
    with transaction.atomic():
        stored = open_group(group)
        if not enter_group(group=stored, people=[person.pk], by=by, leads=leads):
            current = GroupMember.objects.current().filter(group=stored, person=person)
            if current.exists():
                raise InGroupAlready(person)
            raise AccessEnded(person)
    return GroupMember.objects.current().get(group=stored, person=person)


def enter_group(
    *, group: WorkingGroup, people: Collection[int], by: Actor, leads: bool = False
) -> list[GroupMember]:
    """Let in whoever is not in yet and has not left us; in a transaction.

    The caller holds the group, and has seen that `by` may do that.
    """
    inside = GroupMember.objects.current().filter(group=group).values("person")
    gone = Membership.objects.filter(
        state__in=[MembershipState.SUSPENDED, MembershipState.REMOVED]
    ).values("person")
    coming = Person.objects.living().filter(pk__in=people)
    coming = coming.exclude(pk__in=inside).exclude(pk__in=gone)
    places = GroupMember.objects.bulk_create(
        GroupMember(coalition=by.coalition, group=group, person=person, leads=leads)
        for person in coming.order_by("pk")
    )
    changes = [Change(JOIN, p, {}, snapshot(p, ("group", "leads"))) for p in places]
    record_changes(changes=changes, by=by)
    return places


def leave_group(*, place: GroupMember, by: Actor) -> GroupMember:
    """End a place, one's own or as who keeps the group; raises NotYourGroup."""
    refuse_foreign(by, place)
    if by.person is None or place.person_id != by.person.pk:
        refuse_stranger(place.group, by)
    with transaction.atomic():
        stored = locked(place)
        if stored.left_at is None:
            _end([stored], by)
    return stored


def return_to_group(*, place: GroupMember, by: Actor) -> GroupMember:
    """Undo `leave_group`: back in, and leading if they did."""
    refuse_foreign(by, place)
    if not _went_alone(place, by):
        refuse_stranger(place.group, by)
    with transaction.atomic():
        group = open_group(place.group)
        if not resume_places(pks=[place.pk], by=by):
            raise InGroupAlready(place.person)
    place.refresh_from_db()
    place.group = group
    return place


def _went_alone(place: GroupMember, by: Actor) -> bool:
    """Say whether they left just now by themselves: who was put out stays out."""
    if by.person is None or place.person_id != by.person.pk:
        return False
    last = AuditEntry.objects.filter(
        model=place._meta.label_lower,  # noqa: SLF001
        target_pk=str(place.pk),
        at__gt=timezone.now() - REGRET,
    ).first()
    return bool(last and last.action == LEAVE and last.actor_id == by.person.pk)


def set_lead(*, place: GroupMember, leads: bool, by: Actor) -> GroupMember:
    """Let somebody lead the group, or no more; raises NotYourGroup, NotInGroup."""
    refuse_foreign(by, place)
    refuse_stranger(place.group, by)
    with transaction.atomic():
        stored = locked(place)
        if stored.left_at:
            raise NotInGroup(stored.person)
        before = snapshot(stored, ("leads",))
        stored.leads = leads
        stored.save(update_fields=["leads"])
        after = snapshot(stored, ("leads",))
        if before != after:
            record_change(action=LEAD, target=stored, by=by, before=before, after=after)
    return stored


def end_places(*, people: Collection[int], by: Actor) -> list[tuple[int, int]]:
    """Let people who go leave every group; return their places, and whose; in a transaction."""
    standing = GroupMember.objects.current().filter(person__in=people)
    found = list(standing.order_by("pk").select_for_update(of=("self",)))
    _end(found, by)
    return [(place.pk, place.person_id) for place in found]


def resume_places(*, pks: Collection[int], by: Actor) -> int:
    """Undo the end of places, where nobody has come back otherwise; return how many."""
    ended = GroupMember.objects.filter(pk__in=pks, left_at__isnull=False)
    current = GroupMember.objects.current().filter(group__members__in=pks)
    inside = set(current.values_list("group", "person"))
    back = [p for p in ended if (p.group_id, p.person_id) not in inside]
    GroupMember.objects.filter(pk__in=[p.pk for p in back]).update(left_at=None)
    changes = [Change(RESUME, p, {}, {"group": p.group_id}) for p in back]
    record_changes(changes=changes, by=by)
    return len(back)


def _end(places: Iterable[GroupMember], by: Actor) -> None:
    places, now = list(places), timezone.now()
    for place in places:
        place.left_at = now
    GroupMember.objects.bulk_update(places, ["left_at"], batch_size=500)
    changes = [Change(LEAVE, p, {"group": p.group_id}, {}) for p in places]
    record_changes(changes=changes, by=by)


def open_group(group: WorkingGroup) -> WorkingGroup:
    """Hold the group: two who let somebody in at once would both find them missing.

    Call it in a transaction; raises GroupIsClosed.
    """
    stored = locked(group)
    if stored.closed_at:
        raise GroupIsClosed(stored)
    return stored
