"""Read models of the action plan: what was done, what is stuck, what waits for whom."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from tasks.models import CARRYING, Assignment, AssignmentStatus, Letter, Task


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
    """A task that waits for one person: to be answered when `asked`, else to be done."""

    task_id: int
    title: str
    due: date | None
    letter: Letter
    asked: bool
    asked_by: str


def waiting_for(
    people: Collection[int], *, asked_until: datetime | None = None
) -> Mapping[int, list[Waiting]]:
    """Return what waits for each of these people: questions first, then by due date.

    With `asked_until`, only what they had been asked by then.
    """
    asked = {"asked_at__lte": asked_until} if asked_until else {}
    rows = (
        Assignment.objects.standing()
        .of_open_tasks()
        .filter(person__in=people, letter__in=CARRYING, **asked)
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
        )
    )
    found: defaultdict[int, dict[int, Waiting]] = defaultdict(dict)
    for person, task, title, due, letter, answered, asked_by in rows:
        waiting = Waiting(
            task, title, due, Letter(letter), not answered, asked_by or ""
        )
        found[person].setdefault(task, waiting)
    return {person: list(tasks.values()) for person, tasks in found.items()}
