"""Read models of the action plan: what was done, what is stuck, what comes up."""

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

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
        .with_assignments()
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
