"""Read models of check-ins: what a person is asked, and what they said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    When,
)
from django.utils.translation import gettext as _

from coalition.common.notices import Notice
from goals.models import Goal
from members.models import Partner, Person
from tasks.models import (
    CHECK_IN_ENTERED,
    Assignment,
    Cadence,
    CheckIn,
    CheckInSchedule,
    CheckInState,
    CheckInVoice,
    Hurdle,
    ReadingReport,
    Task,
    TaskReport,
    TaskWord,
)
from tasks.models.checkin import CheckInQuerySet
from tasks.queries.consultations import unheard_among
from tasks.queries.stand_ins import stand_ins

NEWS: Final = timedelta(days=7)
FORTNIGHT: Final = 2
SHOWN: Final = ("progress", "hurdle", "ask", "answer", "win", "confidence")


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """A check-in in the list of those of one person."""

    check_in: CheckIn
    is_open: bool

    @property
    def reports(self) -> list[tuple[Task, str]]:
        reports = self.check_in.task_reports.all()
        return [(report.task, report.outcome) for report in reports]


@dataclass(frozen=True, slots=True)
class CheckInPage:
    """All that a check-in asks of one person, and what they said so far."""

    check_in: CheckIn
    tasks: list[Task]
    words: dict[int, TaskWord]
    hurdles: list[Hurdle]
    goals: list[Goal]
    values: dict[int, ReadingReport]
    before: CheckIn | None
    partners: list[Partner]
    stand_ins: list[Person]
    # Who is to be heard before what was reported as done is done.
    unheard: Mapping[int, str]

    @property
    def reports(self) -> list[tuple[Task, str]]:
        """Return the tasks something was said of, and what."""
        return [
            (task, str(TaskWord(self.words[task.pk]).label))
            for task in self.tasks
            if task.pk in self.words
        ]

    @property
    def held_up(self) -> list[tuple[Task, str]]:
        """Return what was reported as done and is not, and who is to be heard first."""
        return [
            (task, names)
            for task in self.tasks
            if (names := self.unheard.get(task.pk)) and not task.done_at
        ]

    @property
    def has_said(self) -> bool:
        words = any(getattr(self.check_in, name) for name in SHOWN)
        return words or bool(self.words)

    @property
    def solved(self) -> list[Hurdle]:
        return [hurdle for hurdle in self.hurdles if hurdle.solved_at]


def check_ins_of(person: Person) -> CheckInQuerySet:
    return CheckIn.objects.filter(person=person).select_related(
        "coalition", "cycle__schedule", "handed_to", "entered_by", "stands_in_for"
    )


def open_check_ins(person: Person, now: datetime) -> CheckInQuerySet:
    """Return what can still be answered, what is not heard yet first."""
    running = check_ins_of(person).open(now)
    heard = Case(
        When(state=CheckInState.ASKED, then=False),
        default=True,
        output_field=BooleanField(),
    )
    return running.order_by(heard, "cycle__closes_at", "id")


def check_in_page(check_in: CheckIn, today: date) -> CheckInPage:
    person = check_in.person
    reports = TaskReport.objects.filter(check_in=check_in)
    words = dict(reports.values_list("task_id", "word"))
    figures = ReadingReport.objects.filter(check_in=check_in).select_related("goal")
    voices = CheckInVoice.objects.filter(check_in=check_in).select_related("partner")
    return CheckInPage(
        check_in=check_in,
        tasks=list(_tasks(person, list(words))),
        words={task: TaskWord(word) for task, word in words.items()},
        hurdles=list(_hurdles(check_in)),
        goals=list(_goals(check_in)),
        values={figure.goal_id: figure for figure in figures},
        before=_before(check_in),
        partners=[voice.partner for voice in voices],
        stand_ins=stand_ins(check_in, today),
        unheard=unheard_among(
            [t for t, w in words.items() if w == TaskWord.DONE], today
        ),
    )


def _tasks(person: Person, said: list[int]) -> QuerySet[Task]:
    """Return the open tasks that the person carries, and those spoken of already.

    `is_theirs` is false of one they declined, or handed over, after they spoke of it.
    """
    carried = (
        Assignment.objects.standing()
        .carrying()
        .filter(person=person, task=OuterRef("pk"))
    )
    mine = Q(is_theirs=True, done_at=None) | Q(pk__in=said)
    return (
        Task.objects.annotate(is_theirs=Exists(carried))
        .filter(mine)
        .only("coalition_id", "title", "due", "done_at")
        .order_by(F("due").asc(nulls_last=True), "id")
    )


def _goals(check_in: CheckIn) -> QuerySet[Goal]:
    """Return whose figure is asked: what they look after, and what it is about."""
    about = Q(owner=check_in.person) | Q(pk=check_in.cycle.schedule.goal_id)
    return Goal.objects.open().filter(about).select_related("owner").with_current()


def _hurdles(check_in: CheckIn) -> QuerySet[Hurdle]:
    """Return what was in the way before, also what has been solved in this round."""
    lately = Q(solved_at__gte=check_in.cycle.opened_at)
    unsolved = Q(solved_at=None)
    return (
        Hurdle.objects.filter(unsolved | lately, person=check_in.person)
        .exclude(check_in=check_in)
        .order_by("created_at", "id")
    )


def _before(check_in: CheckIn) -> CheckIn | None:
    """Return what the person said the last time."""
    return (
        CheckIn.objects.filter(
            person=check_in.person,
            state=CheckInState.ANSWERED,
            cycle__opens_at__lt=check_in.cycle.opens_at,
        )
        .order_by("-cycle__opens_at", "-id")
        .first()
    )


def how_it_went(schedule: CheckInSchedule) -> str:
    """Ask for the time that the check-in is about."""
    if schedule.cadence == Cadence.MONTHS:
        one, many = (
            _("How did the last month go?"),
            _("How did the last %(n)d months go?"),
        )
    else:
        one, many = (
            _("How did the last week go?"),
            _("How did the last %(n)d weeks go?"),
        )
        if schedule.every == FORTNIGHT:
            return _("How did the last two weeks go?")
    return one if schedule.every == 1 else many % {"n": schedule.every}


def said_by(person: Person) -> QuerySet[CheckIn]:
    """Return the check-ins of a person, the newest first, with what moved by them."""
    return (
        check_ins_of(person)
        .prefetch_related(
            Prefetch("task_reports", TaskReport.objects.select_related("task"))
        )
        .order_by("-cycle__opens_at", "-id")
    )


def stuck_among(tasks: list[int]) -> set[int]:
    """Return which of these tasks somebody last said to be stuck."""
    newest = TaskReport.objects.filter(task=OuterRef("task")).order_by(
        "-updated_at", "-id"
    )
    stuck = TaskReport.objects.filter(
        task__in=tasks, word=TaskWord.STUCK, pk=newest.values("pk")[:1]
    )
    return set(stuck.values_list("task_id", flat=True))


def last_report(task: Task) -> TaskReport | None:
    """Return what somebody said of it last: done, on track or stuck."""
    return (
        TaskReport.objects.filter(task=task)
        .select_related("check_in__person")
        .order_by("-updated_at", "-id")
        .first()
    )


def entered_due(now: datetime) -> list[Notice]:
    """Tell whoever somebody has answered for, once."""
    entered = (
        CheckIn.objects.exclude(entered_by=None)
        .exclude(entered_by=F("person"))
        .filter(answered_at__gt=now - NEWS)
    )
    return [
        Notice(
            kind=CHECK_IN_ENTERED,
            key=f"{check_in.pk}:{check_in.entered_by_id}",
            coalition_id=check_in.coalition_id,
            person_id=check_in.person_id,
            source=str(check_in.pk),
            expires_at=(check_in.answered_at or now) + NEWS,
        )
        for check_in in entered
    ]
