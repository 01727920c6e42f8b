"""Whom to tell what was reported in check-ins, what was answered, and what a round brought."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast

from coalition.common.clock import moment
from coalition.common.notices import Notice
from members.models import Membership, Person
from members.models.membership import MembershipState
from members.permissions import Permission
from tasks.models import (
    PROPOSAL_ANSWERS,
    PROPOSALS,
    ROUND_REPORT,
    CheckIn,
    CheckInCycle,
    ReadingReport,
    TaskReport,
)

A_DAY: Final = timedelta(days=1)
NEWS: Final = timedelta(days=7)
MORNING: Final = time(8)
# PostgreSQL takes a bare NULL in a union for a text.
NONE: Final = Cast(Value(None), BigIntegerField())


class Told(NamedTuple):
    """One thing to tell; to who coordinates where `whom` is None."""

    kind: str
    coalition: int
    whom: int | None
    by: int | None
    at: datetime
    cycle: int | None


def reports_due(now: datetime) -> list[Notice]:
    """Tell the next morning what was reported, and answered, the day before.

    One mail a person and day of each kind, however much there was. What a round
    brought is told when it has closed, once.
    """
    told = [Told(*row) for row in _told_since(now - NEWS)]
    if not told:
        return []
    people = _who_hears(told)
    found: dict[tuple[str, str], Notice] = {}
    for one in told:
        for person in people.get(one.whom or -one.coalition, ()):
            notice = _notice(one, person)
            if person.pk != one.by and _leaves_at(one, person) <= now:
                found[notice.kind, notice.key] = notice
    return list(found.values())


def _told_since(since: datetime) -> Any:
    """Return the columns of `Told` in one statement."""
    parts = []
    for model in (TaskReport, ReadingReport):
        asked = model.objects.proposed().asking().filter(updated_at__gt=since)
        columns = ("asked_id", "check_in__person_id", "updated_at")
        parts.append(_rows(asked, PROPOSALS, *map(F, columns), NONE))
        answered = model.objects.answered(since)
        columns = ("check_in__person_id", "settled_by_id", "settled_at")
        parts.append(_rows(answered, PROPOSAL_ANSWERS, *map(F, columns), NONE))
    asked_in = Exists(CheckIn.objects.filter(cycle=OuterRef("pk")))
    closed = CheckInCycle.objects.held().filter(asked_in, closed_at__gt=since)
    parts.append(_rows(closed, ROUND_REPORT, NONE, NONE, F("closed_at"), F("pk")))
    return parts[0].union(*parts[1:], all=True)


def _rows(rows: Any, kind: str, *columns: Any) -> Any:
    return rows.order_by().values_list(Value(kind), F("coalition_id"), *columns)


def _who_hears(told: Collection[Told]) -> Mapping[int, list[Person]]:
    """Return the people by their number, and who coordinates by minus its coalition's."""
    leads: set[int] = set()
    if any(one.whom is None for one in told):
        coordinate = Membership.objects.who_may(Permission.TASKS_EDIT)
        leads = set(coordinate.values_list("person_id", flat=True))
    named = Q(pk__in={one.whom for one in told if one.whom} | leads)
    people = Person.objects.living().filter(named, check_in_mail=True)
    reached = people.exclude(
        membership__state__in=(MembershipState.SUSPENDED, MembershipState.REMOVED)
    )
    found: dict[int, list[Person]] = {}
    for person in reached.select_related("coalition"):
        found[person.pk] = [person]
        if person.pk in leads:
            found.setdefault(-person.coalition_id, []).append(person)
    return found


def _day(told: Told, person: Person) -> date:
    return told.at.astimezone(ZoneInfo(person.zone_name)).date()


def _leaves_at(told: Told, person: Person) -> datetime:
    if told.kind == ROUND_REPORT:
        return told.at
    return moment(_day(told, person) + A_DAY, MORNING, person.zone_name)


def _notice(told: Told, person: Person) -> Notice:
    source = str(told.cycle or _day(told, person).isoformat())
    return Notice(
        kind=told.kind,
        key=f"{person.pk}:{source}",
        coalition_id=person.coalition_id,
        person_id=person.pk,
        source=source,
        expires_at=_leaves_at(told, person) + NEWS,
    )
