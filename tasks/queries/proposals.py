"""What was reported and waits for a yes, of whom, and what was answered."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any, Final

from django.db.models import F, IntegerField, QuerySet, Value
from django.utils import timezone

from coalition.common.clock import moment
from coalition.common.signing import Link
from members.models import Membership, Person
from members.models.membership import MembershipState
from members.permissions import Permission
from tasks.models import PROPOSALS, ReadingReport, TaskReport
from tasks.queries.consultations import unheard_among

VERSION: Final = 1
A_DAY: Final = timedelta(days=1)
LATELY: Final = timedelta(days=14)
Report = TaskReport | ReadingReport


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that somebody reported, and whose yes it waits for.

    A yes does nothing while somebody is `unheard` who is to be consulted.
    """

    report: Report
    unheard: str = ""

    @property
    def key(self) -> str:
        """Name it in a form, whichever kind it is."""
        return f"{'figure' if self.figure else 'task'}-{self.report.pk}"

    @property
    def figure(self) -> str:
        if isinstance(self.report, TaskReport):
            return ""
        return f"{self.report.spelled} {self.report.goal.unit}".strip()

    @property
    def asked_id(self) -> int | None:
        found: int | None = vars(self.report)["asked_id"]
        return found

    @property
    def asked(self) -> str:
        return vars(self.report)["asked_name"] or ""

    @property
    def about(self) -> str:
        return str(vars(self.report)["about"])

    @property
    def who(self) -> Person:
        return self.report.check_in.person

    def is_for(self, person: int, *, leads: bool) -> bool:
        """Say whether they are asked; who leads, for what nobody else answers for."""
        return self.asked_id == person or (leads and self.asked_id is None)


def waiting_for_yes(person: Person, *, leads: bool) -> list[Proposal]:
    """Return what this person may say yes to: their own first, then the oldest."""
    found = [p for p in _waiting() if leads or p.is_for(person.pk, leads=False)]
    return sorted(
        _with_unheard(found),
        key=lambda p: (not p.is_for(person.pk, leads=leads), p.report.updated_at),
    )


def _with_unheard(found: Collection[Proposal]) -> list[Proposal]:
    """Say who is to be heard before a task counts as done; two statements."""
    tasks = {p.report.task_id for p in found if isinstance(p.report, TaskReport)}
    unheard = unheard_among(tasks, timezone.localdate())
    return [
        replace(p, unheard=unheard.get(getattr(p.report, "task_id", 0), ""))
        for p in found
    ]


def waiting_in_short(
    person: Person, *, leads: bool
) -> list[tuple[str, str, int | None]]:
    """Return of the same what it is about, who says so, and which task, if it is one."""
    tasks, figures = (
        _in_short(model.objects.proposed().asking(), person, leads=leads)
        for model in (TaskReport, ReadingReport)
    )
    return list(tasks.union(figures, all=True))


def _in_short(rows: Any, person: Person, *, leads: bool) -> Any:
    mine = rows if leads else rows.filter(asked_id=person.pk)
    task = F("task_id") if rows.model is TaskReport else Value(None, IntegerField())
    about = "about", "check_in__person__full_name"
    return mine.order_by().values_list(*about, task)


def answered_by(person: Person, now: datetime) -> list[Proposal]:
    """Return what this person has answered of late, the newest first."""
    mine = {"settled_by": person, "settled_at__gt": now - LATELY}
    return _newest_answer_first(
        model.objects.filter(agreed__isnull=False, **mine)
        for model in (TaskReport, ReadingReport)
    )


def answered_to(people: Collection[int], since: datetime) -> list[Proposal]:
    """Return what others answered since then to what these people reported."""
    return _newest_answer_first(
        model.objects.answered(since).filter(check_in__person__in=people)
        for model in (TaskReport, ReadingReport)
    )


def waiting_for_each(people: Collection[int]) -> Mapping[int, list[Proposal]]:
    """Return what waits for each of these people, in five statements."""
    leading, waiting = _leading(people), _with_unheard(list(_waiting()))
    return {
        person: [
            p
            for p in waiting
            if p.is_for(person, leads=leading.get(person) == p.report.coalition_id)
            and p.who.pk != person
        ]
        for person in people
    }


def _leading(people: Collection[int]) -> Mapping[int, int]:
    """Return who of them coordinates, and which coalition."""
    leads = Membership.objects.who_may(Permission.TASKS_EDIT)
    found = leads.filter(person__in=people)
    return dict(found.values_list("person_id", "coalition_id"))


def _waiting() -> Iterator[Proposal]:
    for model in (TaskReport, ReadingReport):
        for report in _with_all(model.objects.proposed()).order_by("updated_at", "pk"):
            yield Proposal(report)


def _newest_answer_first(answered: Iterable[QuerySet[Any]]) -> list[Proposal]:
    found = chain.from_iterable(_with_all(rows) for rows in answered)
    return sorted(
        map(Proposal, found),
        key=lambda p: (p.report.settled_at, p.report.pk),
        reverse=True,
    )


def _with_all(rows: Any) -> Any:
    about = "goal" if rows.model is ReadingReport else "task"
    return rows.asking().select_related(
        about, "coalition", "check_in__person__coalition", "settled_by"
    )


def has_access(person: Person) -> bool:
    """Say whether a link still serves them: also who never had access, until it ends."""
    member = getattr(person, "membership", None)
    return member is None or member.state == MembershipState.ACTIVE


def proposals_link(person: Person, day: date) -> Link:
    """Return the link to what was reported to this person up to that day."""
    ids = person.coalition_id, day.toordinal(), person.pk
    return Link(PROPOSALS, *ids, version=VERSION)


def up_to(day: date, person: Person, proposals: Iterable[Proposal]) -> list[Proposal]:
    """Keep what was reported by the end of that day, where this person lives."""
    end = moment(day + A_DAY, time(0), person.zone_name)
    return [p for p in proposals if p.report.created_at < end]
