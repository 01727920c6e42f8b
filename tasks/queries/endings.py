"""Which terms end soon, and who is to know in time."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from coalition.common.notices import Notice
from members.models import Membership
from members.permissions import ROLE_PERMISSIONS, MemberRole, Permission
from tasks.models import RoleAssignment
from tasks.models.role import TERM_ENDS
from tasks.queries.roles import SOON, RoleLine, lines_ending

# Whoever may give any role to somebody, also one that allows more than their access.
GIVE_ROLES = [r for r in MemberRole if Permission.PEOPLE_EDIT in ROLE_PERMISSIONS[r]]


@dataclass(frozen=True, slots=True)
class Ending:
    """A term that ends soon, and one person who is to know."""

    term: RoleAssignment
    person_id: int
    followed: bool

    @property
    def own(self) -> bool:
        return self.person_id == self.term.person_id


def endings(today: date, *, of: Collection[int] | None = None) -> Iterator[Ending]:
    """Yield who holds it, and where nobody follows those who can choose somebody.

    In at most three statements. Who took it on for less than a month knows anyway.
    """
    found = [
        (term, term not in line.ending)
        for line in lines_ending(today)
        for term in _ending_soon(line)
        if of is None or term.pk in of
    ]
    holders, coordinators = _who_is_in({term.person_id for term, _ in found})
    for term, followed in found:
        if term.person_id in holders:
            yield Ending(term, term.person_id, followed)
        for person in () if followed else coordinators[term.coalition_id]:
            if person != term.person_id:
                yield Ending(term, person, followed)


def notices_due(now: datetime) -> list[Notice]:
    """Tell once of each term and last day."""
    return [
        Notice(
            kind=TERM_ENDS,
            key=f"{ending.term.pk}:{ending.term.to_on}:{ending.person_id}",
            coalition_id=ending.term.coalition_id,
            person_id=ending.person_id,
            source=str(ending.term.pk),
            expires_at=_is_over(ending.term),
        )
        for ending in endings(timezone.localdate(now))
    ]


def _ending_soon(line: RoleLine) -> Iterator[RoleAssignment]:
    for term in line.holders:
        if term.to_on and term.from_on + SOON <= term.to_on <= line.today + SOON:
            yield term


def _who_is_in(people: Collection[int]) -> tuple[set[int], dict[int, list[int]]]:
    """Return which of these people have access, and the coordinators by coalition."""
    holders: set[int] = set()
    coordinators: dict[int, list[int]] = defaultdict(list)
    if not people:
        return holders, coordinators
    wanted = Q(person__in=people) | Q(role__in=GIVE_ROLES)
    members = Membership.objects.active().filter(wanted).order_by("pk")
    rows = members.values_list("coalition_id", "person_id", "role")
    for coalition, person, role in rows:
        holders.add(person)
        if role in GIVE_ROLES:
            coordinators[coalition].append(person)
    return holders, coordinators


def _is_over(term: RoleAssignment) -> datetime:
    after = (term.to_on or date.max - timedelta(days=1)) + timedelta(days=1)
    return datetime.combine(after, time.min, term.role.coalition.zone)
