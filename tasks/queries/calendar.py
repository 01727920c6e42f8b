"""What is one person's, by date: check-ins to come, and tasks that are due."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from django.db.models import Q

from members.models import Affiliation, GroupMember, Person
from members.models.partner import PartnerStatus
from members.models.person import SPEAKING
from tasks.models import (
    Assignment,
    Audience,
    CheckIn,
    CheckInPause,
    CheckInSchedule,
    CheckInState,
    RoleAssignment,
    Task,
)
from tasks.models.schedule import CheckInScheduleQuerySet
from tasks.queries.audience import answering_for
from tasks.queries.check_ins import check_ins_of
from tasks.queries.rhythm import next_period, opening


@dataclass(frozen=True, slots=True)
class OwnRound:
    """A round that asks or will ask this person, or the pause because of which not."""

    schedule: CheckInSchedule
    period: int
    opens_at: datetime
    closes_at: datetime
    pause: CheckInPause | None = None
    check_in: CheckIn | None = None


def own_rounds(
    person: Person, now: datetime, *, since: datetime, until: datetime
) -> list[OwnRound]:
    """Return them by time, in five statements: what was asked, then what is to come."""
    asked = (
        check_ins_of(person)
        .exclude(state__in=[CheckInState.AWAY, CheckInState.HANDED_OVER])
        .filter(cycle__opens_at__gte=since)
    )
    rounds = [*map(_asked, asked), *_coming(person, now, until)]
    return sorted(rounds, key=lambda each: (each.opens_at, each.schedule.pk))


def own_due_tasks(person: Person, since: date, until: date) -> list[Task]:
    """Return the open tasks that the person carries and that are due in these days."""
    carried = Assignment.objects.standing().carrying().of_open_tasks()
    mine = carried.filter(person=person, task__due__range=(since, until))
    found = mine.select_related("task").order_by("task__due", "task")
    return list({part.task_id: part.task for part in found}.values())


def _asked(check_in: CheckIn) -> OwnRound:
    cycle = check_in.cycle
    return OwnRound(
        cycle.schedule,
        cycle.period,
        cycle.opens_at,
        cycle.closes_at,
        check_in=check_in,
    )


def _coming(person: Person, now: datetime, until: datetime) -> Iterator[OwnRound]:
    schedules = list(_schedules(person).prefetch_related("pauses"))
    standing = _Standing(person)
    for schedule in schedules:
        pauses = list(schedule.pauses.all())
        for n in count(next_period(schedule, now)):
            to_come = opening(schedule, n, pauses)
            if to_come.opens_at > until:
                break
            if standing.is_asked(schedule, to_come.day):
                yield OwnRound(
                    schedule,
                    to_come.period,
                    to_come.opens_at,
                    to_come.closes_at,
                    pause=to_come.pause,
                )


def _schedules(person: Person) -> CheckInScheduleQuerySet:
    """Return those that may ask the person; days are looked at later."""
    terms = RoleAssignment.objects.filter(person=person, role__closed_at=None)
    places = GroupMember.objects.current().of_open_groups().filter(person=person)
    carried = Assignment.objects.standing().carrying().of_open_tasks()
    goals = carried.filter(person=person).exclude(task__goal=None)
    of_goal = Q(goal__owner=person) | Q(goal__in=goals.values("task__goal"))
    named = (
        Q(person=person)
        | Q(role__in=terms.values("role"))
        | Q(group__in=places.values("group"))
        | (of_goal & Q(goal__closed_at=None))
    )
    found: CheckInScheduleQuerySet = CheckInSchedule.objects.running().filter(
        Q(audience=Audience.PARTNERS) | named
    )
    return found


class _Standing:
    """On which days a person holds a role, or answers for a partner."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._terms = list(RoleAssignment.objects.filter(person=person))
        self._partners = _speaking_with(person)

    def is_asked(self, schedule: CheckInSchedule, day: date) -> bool:
        if self._person.is_away(day):
            return False
        if schedule.audience == Audience.ROLE:
            return any(
                term.role_id == schedule.role_id
                and term.from_on <= day
                and (term.to_on is None or term.to_on >= day)
                for term in self._terms
            )
        if schedule.audience == Audience.PARTNERS:
            return any(
                self._answers(lines, schedule.answering, day)
                for lines in self._partners.values()
            )
        return True

    def _answers(self, lines: Sequence[Affiliation], answering: str, day: date) -> bool:
        speaking = [line for line in lines if _is_on(line, day)]
        answer = answering_for(speaking, answering, day)
        return any(line.person_id == self._person.pk for line in answer)


def _is_on(line: Affiliation, day: date) -> bool:
    return (line.from_on is None or line.from_on <= day) and line.is_current(day)


def _speaking_with(person: Person) -> Mapping[int, Sequence[Affiliation]]:
    """Return who speaks for each active partner that the person speaks for."""
    speaking = Affiliation.objects.filter(
        kind__in=SPEAKING,
        partner__status=PartnerStatus.ACTIVE,
        partner__archived_at=None,
    )
    own = speaking.filter(person=person).values("partner")
    found: dict[int, list[Affiliation]] = defaultdict(list)
    reached = Q(person__membership__state="active") | Q(person__membership=None)
    for line in speaking.filter(reached, partner__in=own, person__erased_at=None):
        found[line.partner_id].append(line)
    return found
