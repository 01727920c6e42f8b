"""Standing roles as their pages show them: who holds what, what is vacant or ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Prefetch, Q

from coalition.common.text import fold_search
from tasks.models import Role, RoleAssignment
from tasks.models.role import RoleAssignmentQuerySet, RoleQuerySet

SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role, who holds it today, who will, and what it needs."""

    role: Role
    holders: list[RoleAssignment]
    coming: list[RoleAssignment]
    today: date

    @property
    def vacant(self) -> int:
        return max(self.role.seats - len(self.holders), 0)

    @property
    def ending(self) -> list[RoleAssignment]:
        """Return the terms that end within a month with nobody to follow."""
        soon = [t for t in self.holders if t.to_on and t.to_on <= self.today + SOON]
        return soon[len(self.coming) :]

    @property
    def unfilled(self) -> int:
        """Return the empty seats that nobody is going to take."""
        return max(self.vacant - len(self.coming), 0)

    def holds(self, words: str) -> bool:
        """Say whether every word is in what one reads about it."""
        said = [self.role.name, self.role.ask_about, self.role.purpose]
        for term in self.holders:
            said += [str(term.person), str(term.partner or "")]
        text = fold_search(" ".join(said))
        return all(word in text for word in fold_search(words).split())


def role_lines(today: date, words: str = "") -> list[RoleLine]:
    """Return the open roles that hold the words; there are never many."""
    lines = [_line(role, today) for role in _with_terms(Role.objects.open())]
    return [line for line in lines if line.holds(words)]


def lines_ending(today: date) -> list[RoleLine]:
    """Return the open roles of the coalitions in scope in which a term ends soon."""
    ending = RoleAssignment.objects.filter(to_on__gte=today, to_on__lte=today + SOON)
    roles = Role.objects.open().filter(pk__in=ending.values("role"))
    return [_line(r, today) for r in _with_terms(roles.select_related("coalition"))]


def role_line(pk: int, today: date) -> RoleLine | None:
    role = _with_terms(Role.objects.filter(pk=pk)).first()
    return _line(role, today) if role else None


def living_terms(today: date) -> RoleAssignmentQuerySet:
    """Return what is held or will be, with role and holder, for a list of it."""
    terms: RoleAssignmentQuerySet = RoleAssignment.objects.living(today)
    return terms.select_related("role", "person").order_by("role__name", "id")


def past_terms(role: Role, today: date) -> RoleAssignmentQuerySet:
    past: RoleAssignmentQuerySet = (
        RoleAssignment.objects.filter(role=role, to_on__lt=today)
        .select_related("person", "partner")
        .order_by("-to_on", "-id")
    )
    return past


def overlapping(role: Role, first: date, last: date | None) -> RoleAssignmentQuerySet:
    """Return the terms that share a day with these days; no last day means for ever."""
    found: RoleAssignmentQuerySet = RoleAssignment.objects.filter(
        Q(to_on=None) | Q(to_on__gte=first), role=role
    )
    return found.filter(from_on__lte=last) if last else found


def most_at_once(
    role: Role, first: date, last: date | None, *, but: int | None = None
) -> int:
    """Return how many seats are taken on the fullest of these days."""
    rows = overlapping(role, first, last)
    if but:
        rows = rows.exclude(pk=but)
    terms = list(rows.values_list("from_on", "to_on"))
    # The fullest day is one on which somebody begins.
    days = {max(begun, first) for begun, _end in terms}
    return max((_on(day, terms) for day in days), default=0)


def _on(day: date, terms: Iterable[tuple[date, date | None]]) -> int:
    return sum(begun <= day and (not end or day <= end) for begun, end in terms)


def _with_terms(roles: RoleQuerySet) -> RoleQuerySet:
    terms = RoleAssignment.objects.select_related("person", "partner")
    listed = Prefetch("holders", terms.order_by("from_on", "id"), to_attr="terms")
    found: RoleQuerySet = roles.prefetch_related(listed)
    return found


def _line(role: Role, today: date) -> RoleLine:
    terms: list[RoleAssignment] = role.terms  # type: ignore[attr-defined]
    living = [t for t in terms if not t.to_on or t.to_on >= today]
    return RoleLine(
        role,
        [t for t in living if t.from_on <= today],
        [t for t in living if t.from_on > today],
        today,
    )
