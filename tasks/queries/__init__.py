"""Read models of the action plan: what was done, what is stuck, what waits for whom."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, When
from django.utils import timezone

from members.models import Affiliation
from tasks.models import (
    CARRYING,
    Assignment,
    AssignmentStatus,
    Consultation,
    Letter,
    Task,
)
from tasks.queries.consultations import questions_for


def tasks_done_between(start: datetime, end: datetime) -> QuerySet[Task]:
    return (
        Task.objects.filter(done_at__gte=start, done_at__lt=end)
        .with_assignments()
        .select_related("done_by")
        .order_by("-done_at", "id")
    )


def stuck_tasks(
    today: date, horizon: date, start: datetime, end: datetime
) -> QuerySet[Task]:
    """Return open tasks that are late, were declined, or have nobody accountable.

    Annotated `declined` and `unaccounted`, and `declined_now` for a refusal answered
    between `start` and `end`. What is due after the horizon is nobody's trouble yet.
    """
    others = Assignment.objects.filter(task=OuterRef("task"), letter=OuterRef("letter"))
    refusals = Assignment.objects.filter(
        ~Exists(others.standing()),
        task=OuterRef("pk"),
        letter__in=CARRYING,
        status=AssignmentStatus.DECLINED,
    )
    accountable = Assignment.objects.standing().filter(
        task=OuterRef("pk"), letter=Letter.ACCOUNTABLE
    )
    fresh = refusals.filter(answered_at__gte=start, answered_at__lt=end)
    return (
        Task.objects.open()
        .annotate(
            declined=Exists(refusals),
            declined_now=Exists(fresh),
            unaccounted=~Exists(accountable),
        )
        .filter(
            Q(due__lt=today)
            | Q(declined=True)
            | Q(unaccounted=True, due__lte=horizon)
            | Q(unaccounted=True, due=None)
        )
        .order_by("-declined_now", F("due").desc(nulls_last=True), "id")
    )


def carried_tasks_due_between(first: date, last: date) -> QuerySet[Task]:
    """Return open tasks due on these days that somebody is accountable for."""
    accountable = Assignment.objects.standing().filter(
        task=OuterRef("pk"), letter=Letter.ACCOUNTABLE
    )
    return (
        Task.objects.open()
        .filter(Exists(accountable), due__gte=first, due__lte=last)
        .with_assignments()
        .order_by("due", "id")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that waits for one person: to be answered when `asked`, else to be done.

    With a question they are consulted, and `due` is the day to answer by. With a
    partner that is asked, and names somebody for the part `to_name`.
    """

    task_id: int
    title: str
    due: date | None
    letter: Letter
    asked: bool
    asked_by: str
    question: int | None = None
    partner: str = ""
    to_name: int | None = None


def waiting_for(
    people: Collection[int], *, asked_until: datetime | None = None
) -> Mapping[int, list[Waiting]]:
    """Return what waits for each of these people: questions first, then by due date.

    With `asked_until`, only what they had been asked by then.
    """
    asked = {"asked_at__lte": asked_until} if asked_until else {}
    carried = Q(person__in=people, letter__in=CARRYING)
    rows = (
        Assignment.objects.standing()
        .of_open_tasks()
        .filter(carried | Q(person=None, status=AssignmentStatus.PROPOSED), **asked)
        .annotate(
            answered=Case(
                When(status=AssignmentStatus.PROPOSED, then=0),
                default=1,
                output_field=IntegerField(),
            )
        )
        .order_by("answered", F("task__due").asc(nulls_last=True), "letter", "task_id")
        .values_list(
            "person_id",
            "task_id",
            "task__title",
            "task__due",
            "letter",
            "answered",
            "asked_by__full_name",
            "pk",
            "partner_id",
            "partner__name",
        )
    )
    found: defaultdict[int, dict[int, Waiting]] = defaultdict(dict)
    unnamed: list[tuple[int, Waiting]] = []
    for person, task, title, due, letter, answered, asked_by, pk, place, name in rows:
        waiting = Waiting(
            task, title, due, Letter(letter), not answered, asked_by or ""
        )
        if person:
            found[person].setdefault(task, waiting)
        else:
            unnamed.append((place, replace(waiting, partner=name, to_name=pk)))
    for person, waiting in _to_name(unnamed, people):
        found[person].setdefault(waiting.task_id, waiting)
    listed = {
        person: sorted(tasks.values(), key=lambda each: not each.asked)
        for person, tasks in found.items()
    }
    for person, questions in questions_for(people, asked_until=asked_until).items():
        listed[person] = [
            *(_consulted(question) for question in questions),
            *listed.get(person, ()),
        ]
    return listed


def _to_name(
    unnamed: Collection[tuple[int, Waiting]], people: Collection[int]
) -> Iterator[tuple[int, Waiting]]:
    """Yield for whom of these people it waits: for those who speak for the partner."""
    if not unnamed:
        return
    speaking = Affiliation.objects.speaking(timezone.localdate()).filter(
        person__in=people, partner__in={partner for partner, _waiting in unnamed}
    )
    places = list(speaking.values_list("partner_id", "person_id"))
    for partner, waiting in unnamed:
        yield from ((person, waiting) for place, person in places if place == partner)


def _consulted(question: Consultation) -> Waiting:
    return Waiting(
        task_id=question.task_id,
        title=question.task.title,
        due=question.due,
        letter=Letter.CONSULTED,
        asked=True,
        asked_by=str(question.asked_by or ""),
        question=question.pk,
    )
