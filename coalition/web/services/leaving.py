"""People go, come back, get another access: each act on many, and its undo.

What they carry passes on and their access ends in one step, and in a number of
statements that does not grow with them.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from coalition.web.carried import Handing
from goals.models import Goal
from goals.services.owners import hand_over_goals, take_goals_back
from members.errors import NothingToChange
from members.models import Affiliation, AuditEntry, Coalition, Membership, Person
from members.models.membership import MembershipState
from members.services.affiliations import (
    end_affiliations,
    let_speak,
    resume_affiliations,
    take_voices_back,
)
from members.services.audit import (
    Actor,
    Change,
    record_change,
    record_changes,
    snapshot,
)
from members.services.groups import end_places, resume_places
from members.services.memberships import (
    BULK_PEOPLE,
    PeopleAct,
    locked_members,
    set_access,
)
from tasks.models import Assignment
from tasks.services.departures import end_roles, take_roles_back
from tasks.services.handovers import hand_over_parts, take_parts_back

LEAVE: Final = "leave"  # the audit action from which a person is brought back
BACK: Final = "come back"
BACK_WITHIN: Final = timedelta(days=30)

Wanted = Mapping[Membership, Mapping[str, Any]]


def let_go(
    *,
    people: Collection[int],
    state: str,
    handing: Handing,
    by: Actor,
    reason: str = "",
) -> AuditEntry:
    """End the access of people; `undo_people` takes the returned entry.

    Who is suspended keeps what nobody takes; of who is removed nothing stays: what
    nobody takes is open. Raises LastCoordinator.
    """
    gone = state == MembershipState.REMOVED
    with transaction.atomic():
        held = locked_members(people)
        left = (state, MembershipState.REMOVED)
        going = [m for m in held if m.person_id in people and m.state not in left]
        trace = _hand_over(handing, going, leave_open=gone, by=by)
        ended = _end_places(going, by) if gone else []
        leaving = [member.person_id for member in going] if gone else []
        trace["roles"] = end_roles(people=leaving, by=by) if leaving else []
        trace["groups"] = end_places(people=leaving, by=by) if leaving else []
        trace["places"] = [(place.pk, place.person_id) for place in ended]
        wanted = {member: {"state": state} for member in going}
        entry = _change(held, wanted, act=state, trace=trace, by=by)
        _say_left(going, ended, trace["groups"], by, reason=reason)
    return entry


def bring_back(*, people: Collection[int], by: Actor) -> AuditEntry:
    """Give the access back, for 30 days also partners and groups; work stays where it is."""
    with transaction.atomic():
        held = locked_members(people)
        active = MembershipState.ACTIVE
        coming = [m for m in held if m.person_id in people and m.state != active]
        lately = _left_lately(coming)
        resume_affiliations(pks=_numbers(lately, "affiliations"), by=by)
        if groups := _numbers(lately, "groups"):
            resume_places(pks=groups, by=by)
        wanted = {member: {"state": active} for member in coming}
        entry = _change(held, wanted, act=PeopleAct.RESUME, by=by)
        _say_back(coming, by)
    return entry


def give_role(*, people: Collection[int], role: str, by: Actor) -> AuditEntry:
    """Let people do what the role lets them; raises LastCoordinator."""
    with transaction.atomic():
        held = locked_members(people)
        chosen = [m for m in held if m.person_id in people and m.role != role]
        wanted = {member: {"role": role} for member in chosen}
        return _change(held, wanted, act=PeopleAct.ROLE, by=by)


def undo_people(*, entry: AuditEntry, by: Actor) -> int:
    """Put back whom nobody has changed since; return how many things stay as they are.

    Who left has what they carried again, as far as those who took it have not answered.
    """
    if "undone" in entry.after:
        raise NothingToChange
    was, now = entry.before["people"], entry.after["people"]
    with transaction.atomic():
        held = locked_members([int(pk) for pk in was])
        back: Wanted = {
            member: was[str(member.person_id)]
            for member in held
            if _is_still(member, now.get(str(member.person_id)))
        }
        stayed = len(was) - len(back)
        act = PeopleAct(entry.after["act"])
        _change(held, back, act="undo", by=by, undone=entry.pk)
        if act in {PeopleAct.SUSPEND, PeopleAct.REMOVE}:
            stayed += _take_back(entry.before, {m.person_id for m in back}, by)
            _say_back(back, by)
        elif act == PeopleAct.RESUME:
            _leave_again(back, by)
    return stayed


def _is_still(member: Membership, now: Mapping[str, Any] | None) -> bool:
    return now is not None and snapshot(member, now) == now


def _leave_again(back: Wanted, by: Actor) -> None:
    removed = MembershipState.REMOVED
    gone = [member for member, was in back.items() if was["state"] == removed]
    ended = _end_places(gone, by)
    groups = end_places(people=[member.person_id for member in gone], by=by)
    _say_left(back, ended, groups, by)


def _take_back(before: Mapping[str, Any], people: set[int], by: Actor) -> int:
    """Undo what `_hand_over` and the end of their places did to these people."""
    places = [pk for pk, person in before["places"] if person in people]
    voices = [pk for pk, person in before["voices"] if person in people]
    goals = [(pk, was, now) for pk, was, now in before["goals"] if was in people]
    parts = [(pk, was, new) for pk, was, new in before["parts"] if was in people]
    roles = [(pk, was) for pk, was in before.get("roles", []) if was in people]
    groups = [pk for pk, person in before.get("groups", []) if person in people]
    resume_affiliations(pks=places, by=by)
    resume_places(pks=groups, by=by)
    take_voices_back(pks=voices, by=by)
    stayed = take_goals_back(handed=goals, by=by)
    stayed += take_roles_back(ended=roles, by=by)
    return stayed + take_parts_back(handed=parts, by=by)


def _hand_over(
    handing: Handing, going: Collection[Membership], *, leave_open: bool, by: Actor
) -> dict[str, Any]:
    people = {member.person_id for member in going}
    goals = {goal: to for goal, to in handing.goals.items() if to or leave_open}
    parts = {part: to for part, to in handing.parts.items() if to or leave_open}
    if leave_open:  # also what is told them or asked of them, or was given them since
        standing = Assignment.objects.standing().of_open_tasks()
        owned = Goal.objects.open().filter(owner__in=people)
        parts = dict.fromkeys(standing.filter(person__in=people)) | parts
        goals = dict.fromkeys(owned) | goals
    voices = {place: to for place, to in handing.partners.items() if to}
    return {
        "goals": hand_over_goals(owners=goals, by=by),
        "parts": hand_over_parts(heirs=parts, by=by),
        "voices": let_speak(heirs=voices, by=by),
    }


def _change(
    held: Collection[Membership],
    wanted: Wanted,
    *,
    act: str,
    by: Actor,
    trace: Mapping[str, Any] | None = None,
    undone: int | None = None,
) -> AuditEntry:
    """Write the access of all of them, and the one entry from which it is undone.

    It holds numbers alone: why somebody went is in the history of that person.
    """
    if not wanted:
        raise NothingToChange
    before = {str(m.person_id): snapshot(m, new) for m, new in wanted.items()}
    set_access(held=held, wanted=wanted, by=by)
    after = {str(m.person_id): snapshot(m, new) for m, new in wanted.items()}
    return record_change(
        action=BULK_PEOPLE,
        target=by.coalition,
        by=by,
        before={"people": before, **(trace or {})},
        after={"people": after, "act": act} | ({"undone": undone} if undone else {}),
    )


def _end_places(going: Collection[Membership], by: Actor) -> list[Affiliation]:
    return end_affiliations(people=[m.person_id for m in going], by=by)


def _say_left(
    members: Collection[Membership],
    ended: Iterable[Affiliation],
    groups: Iterable[tuple[int, int]],
    by: Actor,
    *,
    reason: str = "",
) -> None:
    """Sign them out, and record from what they are brought back."""
    had: dict[int, dict[str, list[int]]] = {
        member.person_id: {"affiliations": [], "groups": []} for member in members
    }
    for place in ended:
        had[place.person_id]["affiliations"].append(place.pk)
    for pk, person in groups:
        had[person]["groups"].append(pk)
    record_changes(
        changes=[
            Change(
                LEAVE,
                member.person,
                had[member.person_id],
                {"state": member.state},
                reason,
            )
            for member in members
        ],
        by=by,
    )
    _end_sessions({member.user_id for member in members if member.user_id})


def _say_back(members: Collection[Membership], by: Actor) -> None:
    changes = [Change(BACK, member.person, {}, {}) for member in members]
    record_changes(changes=changes, by=by)


def _left_lately(members: Collection[Membership]) -> list[AuditEntry]:
    """Return what was recorded when they left, of those who left lately."""
    entries = AuditEntry.objects.filter(
        model=Person._meta.label_lower,  # noqa: SLF001
        target_pk__in=[str(member.person_id) for member in members],
        action__in=[LEAVE, BACK],
        at__gt=timezone.now() - BACK_WITHIN,
    )
    last = {entry.target_pk: entry for entry in reversed(entries)}
    return [entry for entry in last.values() if entry.action == LEAVE]


def _numbers(left: Iterable[AuditEntry], kind: str) -> list[int]:
    """Return what ended with it; older entries know of no groups."""
    return [pk for entry in left for pk in entry.before.get(kind, [])]


def _end_sessions(users: Collection[int]) -> None:
    """Sign them out everywhere, unless they have another coalition to be in."""
    elsewhere = Coalition.objects.filter(
        membership__user__in=users, membership__state=MembershipState.ACTIVE
    ).values_list("membership__user", flat=True)
    sessions = UserSession.objects.filter(user__in=set(users) - set(elsewhere))
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
