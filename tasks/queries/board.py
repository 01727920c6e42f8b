"""Read models of the action plan: the board, one person's part, and the gaps."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from goals.models import Goal
from members.models import Affiliation, Partner, Person
from tasks.models import CARRYING, Assignment, AssignmentStatus, Letter, Task
from tasks.models.task import TaskQuerySet
from tasks.queries.check_ins import stuck_among
from tasks.queries.dependencies import Delay, delays


class Show(TextChoices):
    """Which tasks a board shows."""

    MINE = "mine", _("Mine")
    OPEN = "open", pgettext_lazy("tasks", "Open")
    LATE = "late", _("Late")
    UNACCOUNTED = "unaccounted", _("Nobody accountable")
    WAITING = "waiting", _("Waits for a yes")
    DONE = "done", pgettext_lazy("tasks", "Done")
    ALL = "all", _("All")


@dataclass(frozen=True, slots=True)
class BoardFilter:
    show: Show
    goal: Goal | None = None
    partner: Partner | None = None
    person: Person | None = None
    words: str = ""
    done: tuple[datetime, datetime] | None = None  # from when on, and before when

    @property
    def is_narrow(self) -> bool:
        return bool(self.goal or self.partner or self.person or self.words)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as boards show it: who carries it, and what is missing."""

    task: Task
    is_late: bool
    standing: list[Assignment]  # A before R before C before I
    declined: list[Assignment]  # who said no and was not replaced
    mine: list[Assignment]
    refused_by_me: list[Assignment]
    handed_over: list[Assignment]  # who had a part before
    begins_later: bool = False
    is_stuck: bool = False  # by the last word of a check-in
    delay: Delay | None = None

    @property
    def carrying(self) -> list[Assignment]:
        return [a for a in self.standing if a.carries]

    @property
    def others(self) -> list[Assignment]:
        return [a for a in self.standing if not a.carries]

    @property
    def unnamed(self) -> list[Assignment]:
        """Return what partners were asked for, and have named nobody."""
        return [a for a in self.standing if a.is_unnamed]

    @property
    def is_unaccounted(self) -> bool:
        accountable = any(a.letter == Letter.ACCOUNTABLE for a in self.standing)
        return not accountable and not self.task.done_at

    @property
    def waiting(self) -> list[Assignment]:
        return [a for a in self.standing if a.pending]

    @property
    def is_whole(self) -> bool:
        """Nothing is late, stuck or missing."""
        wrong = self.is_late or self.is_stuck or self.is_unaccounted
        gap = wrong or self.declined or self.waiting
        return not gap and not self.task.done_at

    @property
    def asks_me(self) -> Assignment | None:
        return next((a for a in self.mine if a.pending), None)

    @property
    def is_mine_to_finish(self) -> bool:
        return any(a.carries for a in self.mine)


@dataclass(frozen=True, slots=True)
class TaskGroup:
    goal: Goal | None
    lines: list[TaskLine] = field(default_factory=list)


def tasks_shown(wanted: BoardFilter, *, me: Person, today: date) -> QuerySet[Task]:
    """Return the tasks of a board, goal by goal."""
    tasks = {
        Show.MINE: Task.objects.open().filter(_carried_by(person=me)),
        Show.OPEN: Task.objects.open(),
        Show.LATE: Task.objects.overdue(today),
        Show.UNACCOUNTED: Task.objects.unaccounted(),
        Show.WAITING: Task.objects.open().filter(_unanswered_parts()),
        Show.DONE: _done(wanted),
        Show.ALL: Task.objects.all(),
    }[wanted.show]
    if wanted.goal:
        tasks = tasks.filter(goal=wanted.goal)
    if wanted.partner:
        tasks = tasks.filter(_carried_by(partner=wanted.partner))
    if wanted.person:
        tasks = tasks.filter(_carried_by(person=wanted.person))
    return (
        tasks.matching(wanted.words)
        .with_carriers()
        .order_by(
            F("goal__due").asc(nulls_last=True),
            F("goal_id").asc(nulls_last=True),
            F("done_at").desc(nulls_first=True),
            F("due").asc(nulls_last=True),
            "id",
        )
    )


def _done(wanted: BoardFilter) -> TaskQuerySet:
    if wanted.done is None:
        return Task.objects.done()
    start, end = wanted.done
    return Task.objects.filter(done_at__gte=start, done_at__lt=end)


def _carried_by(**who: Person | Partner) -> Exists:
    return Exists(Assignment.objects.standing().filter(task=OuterRef("pk"), **who))


def _unanswered_parts() -> Exists:
    return Exists(Assignment.objects.unanswered().filter(task=OuterRef("pk")))


def task_line(
    task: Task,
    *,
    me: Person,
    today: date,
    is_stuck: bool = False,
    delay: Delay | None = None,
) -> TaskLine:
    """Read a task that was loaded `with_assignments`."""
    every = sorted(task.assignments.all(), key=lambda a: ("ARCI".index(a.letter), a.pk))
    standing = [a for a in every if a.stands]
    taken = {a.letter for a in standing}
    return TaskLine(
        task=task,
        is_late=bool(task.due and task.due < today and not task.done_at),
        standing=standing,
        declined=[a for a in every if a.is_missed and a.letter not in taken],
        mine=[a for a in standing if a.person_id == me.pk],
        refused_by_me=[a for a in every if a.refused and a.person_id == me.pk],
        handed_over=[a for a in every if a.status == AssignmentStatus.HANDED_OVER],
        begins_later=bool(task.start and task.start > today),
        is_stuck=is_stuck and not task.done_at,
        delay=delay,
    )


def task_lines(tasks: Iterable[Task], *, me: Person, today: date) -> list[TaskLine]:
    """Read tasks that were loaded `with_carriers`; the late ones know what waits."""
    tasks = list(tasks)
    late = [t.pk for t in tasks if t.due and t.due < today and not t.done_at]
    held_up = delays(late)
    stuck = stuck_among([task.pk for task in tasks if not task.done_at])
    return [
        task_line(
            task,
            me=me,
            today=today,
            is_stuck=task.pk in stuck,
            delay=held_up.get(task.pk),
        )
        for task in tasks
    ]


def group_by_goal(tasks: Iterable[Task], *, me: Person, today: date) -> list[TaskGroup]:
    return [
        TaskGroup(goal, list(group))
        for goal, group in groupby(
            task_lines(tasks, me=me, today=today), lambda line: line.task.goal
        )
    ]


def tasks_for(person: Person) -> QuerySet[Assignment]:
    """Return what this person is asked for or carries; questions first, then by due.

    Also what is asked of a partner they speak for, until it names somebody.
    """
    speaking = Affiliation.objects.speaking(timezone.localdate()).filter(person=person)
    to_name = Q(
        person=None,
        status=AssignmentStatus.PROPOSED,
        partner__in=speaking.values("partner"),
    )
    return (
        Assignment.objects.standing()
        .of_open_tasks()
        .filter(Q(person=person) | to_name)
        .select_related("task", "asked_by", "partner")
        .only(
            *("coalition_id", "letter", "status", "asked_at", "person_id"),
            *("task__title", "task__due", "asked_by__full_name", "partner__name"),
        )
        .order_by(
            Case(
                When(status=AssignmentStatus.PROPOSED, letter__in=CARRYING, then=0),
                When(person=None, then=0),
                When(letter__in=CARRYING, then=1),
                default=2,
                output_field=IntegerField(),
            ),
            F("task__due").asc(nulls_last=True),
            "letter",
            "id",
        )
    )


def assignments_waiting_for(person: Person) -> QuerySet[Assignment]:
    """Return what this person has been asked and not answered."""
    return (
        Assignment.objects.unanswered()
        .of_open_tasks()
        .filter(person=person)
        .select_related("task__goal", "partner", "asked_by")
        .order_by("asked_at", "id")
    )


@dataclass(frozen=True, slots=True)
class Unanswered:
    """How many parts wait for a yes, and since when."""

    count: int
    since: datetime | None


def unanswered() -> Unanswered:
    found = (
        Assignment.objects.unanswered()
        .of_open_tasks()
        .aggregate(count=Count("pk"), since=Min("asked_at"))
    )
    return Unanswered(**found)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the plan lacks, counted; the board shows which."""

    unaccounted: int
    late: int
    waiting: Unanswered

    def __bool__(self) -> bool:
        return bool(self.unaccounted or self.late or self.waiting.count)


def gaps(today: date) -> Gaps:
    counts = Task.objects.open().aggregate(
        unaccounted=Count("pk", filter=~_accountable()),
        late=Count("pk", filter=Q(due__lt=today)),
    )
    return Gaps(**counts, waiting=unanswered())


def _accountable() -> Exists:
    return Exists(
        Assignment.objects.standing().filter(
            task=OuterRef("pk"), letter=Letter.ACCOUNTABLE
        )
    )


def tasks_in_trouble(today: date) -> QuerySet[Task]:
    """Return open tasks that are late or that nobody is accountable for."""
    return (
        Task.objects.open()
        .filter(Q(due__lt=today) | ~_accountable())
        .with_carriers()
        .order_by(F("due").asc(nulls_last=True), "id")
    )


def refusals() -> QuerySet[Assignment]:
    """Return who said no to doing an open task, or to be asked, and was not replaced.

    A missing accountable is a gap of the task itself, see `tasks_in_trouble`.
    """
    others = Assignment.objects.standing().filter(
        task=OuterRef("task"), letter=OuterRef("letter")
    )
    return (
        Assignment.objects.of_open_tasks()
        .filter(
            ~Exists(others),
            status=AssignmentStatus.DECLINED,
            letter__in=[Letter.RESPONSIBLE, Letter.CONSULTED],
        )
        .select_related("task", "person", "partner")
        .only("reason", "task__title", "person__full_name", "partner__name")
        .order_by("-answered_at", "id")
    )
