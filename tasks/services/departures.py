"""The roles of people who leave for good: ended, and theirs again when it is undone."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.utils import timezone

from coalition.common.errors import DomainError
from members.models import AuditEntry, Partner
from members.queries import last_removal
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.records import remove_records
from tasks.models import RoleAssignment
from tasks.models.role import RoleAssignmentQuerySet
from tasks.services.grants import grant_by_terms
from tasks.services.terms import END, restore_term, resume_term

Ended = tuple[int, int]  # the number of a term, and whose it is


def end_roles(*, people: Collection[int], by: Actor) -> list[Ended]:
    """End today what they hold; what has not begun never will. In a transaction."""
    return _end(RoleAssignment.objects.filter(person__in=people), by)


def end_roles_of_partner(*, partner: Partner, by: Actor) -> list[Ended]:
    """End today, as above, what is held in its name; whoever held it stays."""
    return _end(RoleAssignment.objects.filter(partner=partner), by)


def _end(rows: RoleAssignmentQuerySet, by: Actor) -> list[Ended]:
    today = timezone.localdate()
    going_on = rows.living(today + timedelta(days=1))
    terms = list(going_on.order_by("pk").select_for_update(of=("self",)))
    ended = [(term.pk, term.person_id) for term in terms]
    if not terms:
        return []
    begun = [term for term in terms if term.from_on <= today]
    changes = []
    for term in begun:
        before = snapshot(term, ("to_on",))
        term.to_on = today
        changes.append(Change(END, term, before, snapshot(term, ("to_on",))))
    RoleAssignment.objects.bulk_update(begun, ["to_on"], batch_size=500)
    record_changes(changes=changes, by=by)
    remove_records(records=[t for t in terms if t.from_on > today], by=by)
    grant_by_terms(terms=[pk for pk, _person in ended], by=by)
    return ended


def take_roles_back(*, ended: Iterable[Ended], by: Actor) -> int:
    """Undo `end_roles` where the seat is free; return how many stay as they are."""
    return sum(not _take_back(pk, by) for pk, _person in ended)


def _take_back(pk: int, by: Actor) -> bool:
    term = RoleAssignment.objects.filter(pk=pk).select_related("role").first()
    removed: AuditEntry | None = None if term else last_removal(RoleAssignment, pk)
    try:
        if term:
            resume_term(term=term, by=by)
        elif removed:
            restore_term(entry=removed, by=by)
    except DomainError:
        return False
    return bool(term or removed)
