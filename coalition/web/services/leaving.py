"""Somebody goes: what they carry passes on, and their access ends, in one step."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from goals.models import Goal
from goals.services.goals import hand_over_goal
from members.errors import AlreadyAffiliated
from members.models import Affiliation, AuditEntry, Coalition, Person, User
from members.models.membership import MembershipState
from members.queries import Carrier
from members.services.audit import Actor, record_change
from members.services.people import (
    add_affiliation,
    change_state,
    edit_affiliation,
    end_affiliation,
    resume_affiliation,
)
from tasks.models import Assignment
from tasks.services.assignments import hand_over_assignment

LEAVE: Final = "leave"  # the audit action from which a person is brought back
BACK_WITHIN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Handing:
    """Who takes what: nobody means that it is left open, and said so."""

    goals: dict[Goal, Person | None] = field(default_factory=dict)
    parts: dict[Assignment, Carrier | None] = field(default_factory=dict)
    partners: dict[Affiliation, Person | None] = field(default_factory=dict)


def let_go(
    *, person: Person, state: str, handing: Handing, by: Actor, reason: str = ""
) -> AuditEntry:
    """End a person's access; the entry is what `bring_back` needs.

    A suspended person keeps what nobody takes; of a removed one nothing stays: what
    nobody takes is open. Raises LastCoordinator.
    """
    gone = state == MembershipState.REMOVED
    membership = person.membership
    with transaction.atomic():
        _hand_over(handing, leave_open=gone, by=by)
        ended = _end_affiliations(person, by) if gone else []
        change_state(membership=membership, state=state, by=by)
        _end_sessions(membership.user)
        return record_change(
            action=LEAVE,
            target=person,
            by=by,
            before={"affiliations": ended},
            reason=reason,
        )


def bring_back(*, person: Person, by: Actor) -> None:
    """Give the access back, and for 30 days whom they stood for; work stays where it is."""
    membership = person.membership
    with transaction.atomic():
        change_state(membership=membership, state=MembershipState.ACTIVE, by=by)
        for affiliation in Affiliation.objects.filter(pk__in=_ended_lately(person)):
            try:
                resume_affiliation(affiliation=affiliation, by=by)
            except AlreadyAffiliated:
                continue
        record_change(action="come back", target=person, by=by)


def _ended_lately(person: Person) -> list[int]:
    last = AuditEntry.objects.filter(
        model=person._meta.label_lower,  # noqa: SLF001
        target_pk=str(person.pk),
        action__in=[LEAVE, "come back"],
        at__gt=timezone.now() - BACK_WITHIN,
    ).first()
    if last is None or last.action != LEAVE:
        return []
    return list(last.before["affiliations"])


def _hand_over(handing: Handing, *, leave_open: bool, by: Actor) -> None:
    for goal, person in handing.goals.items():
        if person or leave_open:
            hand_over_goal(goal=goal, to=person, by=by)
    for part, carrier in handing.parts.items():
        if carrier or leave_open:
            hand_over_assignment(assignment=part, to=carrier, by=by)
    for affiliation, person in handing.partners.items():
        if person:
            _let_speak(person, affiliation, by)


def _let_speak(person: Person, affiliation: Affiliation, by: Actor) -> None:
    try:
        add_affiliation(
            person=person,
            partner=affiliation.partner,
            kind=affiliation.kind,
            authority=affiliation.authority,
            by=by,
        )
    except AlreadyAffiliated:
        own = Affiliation.objects.get(
            person=person, partner=affiliation.partner, to_on=None
        )
        fields = {"kind": affiliation.kind, "authority": affiliation.authority}
        edit_affiliation(affiliation=own, version=own.version, by=by, **fields)


def _end_affiliations(person: Person, by: Actor) -> list[int]:
    standing = Affiliation.objects.filter(person=person, to_on=None)
    ended = list(standing.select_related("person", "partner"))
    for affiliation in ended:
        end_affiliation(affiliation=affiliation, by=by)
    return [affiliation.pk for affiliation in ended]


def _end_sessions(user: User | None) -> None:
    """Sign them out everywhere, unless they have another coalition to be in."""
    elsewhere = Coalition.objects.filter(
        membership__user=user, membership__state=MembershipState.ACTIVE
    )
    if user and not elsewhere.exists():
        for session in UserSession.objects.filter(user=user):
            session.end()
