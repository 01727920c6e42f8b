"""Whom a check-in asks, and for which partners each of them answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from members.models import Affiliation, GroupMember, Partner, Person
from members.models.partner import PartnerStatus
from members.models.person import AffiliationKind
from tasks.models import (
    Answering,
    Assignment,
    Audience,
    CheckInSchedule,
    RoleAssignment,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A person and the partners they speak for; who is away is noted, not asked."""

    person: Person
    partners: tuple[Partner, ...]
    away: bool


def whom_to_ask(schedule: CheckInSchedule, today: date) -> list[Asked]:
    """Return everybody by name, in one statement."""
    if schedule.audience == Audience.PARTNERS:
        return _speakers(schedule, today)
    people = Person.objects.reachable(today).filter(_named_by(schedule, today))
    return [
        Asked(person, (), person.is_away(today))
        for person in people.select_related("coalition").order_by("name_key", "pk")
    ]


def _named_by(schedule: CheckInSchedule, today: date) -> Q:
    """Say who belongs to a goal, role or group; nobody to one that is closed."""
    if schedule.audience == Audience.PERSON:
        return Q(pk=schedule.person_id)
    if schedule.audience == Audience.GOAL:
        return Q(pk__in=_owner(schedule)) | Q(pk__in=_carriers(schedule))
    if schedule.audience == Audience.ROLE:
        held = RoleAssignment.objects.current(today).filter(role__closed_at=None)
        return Q(pk__in=held.filter(role=schedule.role_id).values("person"))
    members = GroupMember.objects.filter(left_at=None, group__closed_at=None)
    return Q(pk__in=members.filter(group=schedule.group_id).values("person"))


def _owner(schedule: CheckInSchedule) -> list[int]:
    goal = schedule.goal
    return [goal.owner_id] if goal and not goal.closed_at and goal.owner_id else []


def _carriers(schedule: CheckInSchedule) -> Iterable[object]:
    carrying = Assignment.objects.standing().carrying().of_open_tasks()
    open_goal = carrying.filter(task__goal=schedule.goal_id, task__goal__closed_at=None)
    return open_goal.exclude(person=None).values("person")


def partners_to_name(schedule: CheckInSchedule) -> Sequence[Partner]:
    """Return by name who was asked for a part of its goal, and has named nobody yet.

    Nobody there is asked how it goes before somebody has taken it on.
    """
    if schedule.audience != Audience.GOAL:
        return ()
    unnamed = Assignment.objects.unnamed().carrying().of_open_tasks()
    parts = unnamed.filter(task__goal=schedule.goal_id, task__goal__closed_at=None)
    found = Partner.objects.filter(pk__in=parts.values("partner"))
    return list(found.order_by("name_key", "pk"))


def _speakers(schedule: CheckInSchedule, today: date) -> list[Asked]:
    partners: dict[int, list[Affiliation]] = defaultdict(list)
    for line in speakers(today):
        partners[line.partner_id].append(line)
    found: dict[int, list[Affiliation]] = defaultdict(list)
    for lines in partners.values():
        for line in answering_for(lines, schedule.answering, today):
            found[line.person_id].append(line)
    return sorted(
        (_asked(lines, today) for lines in found.values()),
        key=lambda asked: (asked.person.name_key, asked.person.pk),
    )


def speakers(today: date) -> QuerySet[Affiliation]:
    """Return who speaks for an active partner and can be reached, by partner."""
    return (
        Affiliation.objects.speaking(today)
        .filter(
            person__in=Person.objects.reachable(today),
            partner__status=PartnerStatus.ACTIVE,
            partner__archived_at=None,
        )
        .select_related("person__coalition", "partner")
        .order_by("partner__name", "pk")
    )


def answering_for(
    lines: Sequence[Affiliation], answering: str, today: date
) -> list[Affiliation]:
    """Return who answers for one partner; while they are away, who stands in."""
    alternates = [line for line in lines if line.kind == AffiliationKind.ALTERNATE]
    if answering == Answering.SPEAKERS:
        return list(lines)
    delegates = [line for line in lines if line not in alternates]
    if all(line.person.is_away(today) for line in delegates):
        there = [line for line in alternates if not line.person.is_away(today)]
        return delegates + there
    return delegates


def answering_by_partner(
    partners: Collection[int | None], today: date
) -> Mapping[int | None, list[Person]]:
    """Return who answers for each, as a check-in would ask: in one statement."""
    lines: dict[int, list[Affiliation]] = defaultdict(list)
    for line in speakers(today).filter(partner__in=set(partners)):
        lines[line.partner_id].append(line)
    found: defaultdict[int | None, list[Person]] = defaultdict(list)
    for partner, each in lines.items():
        answering = answering_for(each, Answering.DELEGATES, today)
        found[partner] = [line.person for line in answering]
    return found


def _asked(lines: Sequence[Affiliation], today: date) -> Asked:
    partners = {line.partner_id: line.partner for line in lines}
    person = lines[0].person
    return Asked(person, tuple(partners.values()), person.is_away(today))
