"""Who was given more access: they are told, and whoever coordinates with them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from coalition.common.notices import Notice
from members.models import AuditEntry, Membership
from members.permissions import MemberRole

ACCESS_GIVEN: Final = "access"
NEWS: Final = timedelta(days=2)
RANKS: Final[Mapping[str, int]] = {MemberRole.STEERING: 1, MemberRole.COORDINATOR: 2}


def access_given(now: datetime) -> Iterator[Notice]:
    """Yield who may lead since lately, to be told to them and to the coordinators.

    Not to who did it. Two statements, the second only when something changed.
    """
    entries = list(AuditEntry.objects.filter(action="access", at__gt=now - NEWS))
    leading = _leading({entry.coalition_id for entry in entries})
    for entry in entries:
        here, person = leading[entry.coalition_id], int(entry.target_pk)
        if person not in here or not _is_more(entry, here[person]):
            continue
        coordinators = {
            who for who, role in here.items() if role == MemberRole.COORDINATOR
        }
        for person_id in sorted((coordinators | {person}) - {entry.actor_id}):
            yield Notice(
                kind=ACCESS_GIVEN,
                key=f"{entry.pk}:{person_id}",
                coalition_id=entry.coalition_id,
                person_id=person_id,
                source=str(entry.pk),
                expires_at=entry.at + NEWS,
            )


def _leading(coalitions: set[int]) -> Mapping[int, Mapping[int, str]]:
    """Return the roles of those who lead, by coalition and person."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    if coalitions:
        rows = Membership.objects.active().filter(
            role__in=RANKS, coalition__in=coalitions
        )
        for coalition, person, role in rows.values_list(
            "coalition_id", "person_id", "role"
        ):
            found[coalition][person] = role
    return found


def _is_more(entry: AuditEntry, role: str) -> bool:
    """Say whether they had less before; an entry tells only what changed."""
    before = entry.before
    return "state" in before or RANKS.get(before.get("role", role), 0) < RANKS[role]
