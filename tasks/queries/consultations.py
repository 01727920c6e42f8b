"""Read models of consulting: who is to be asked, who was, and what they said."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from coalition.common.notices import Notice
from members.models import Person
from tasks.models import (
    CONSULTATION,
    CONSULTATION_ANSWER,
    Assignment,
    Consultation,
    Letter,
    Task,
)

NEWS: Final = timedelta(days=7)
# Who answers may find a better word a moment later.
DELAY: Final = timedelta(minutes=10)
# From here on a task says whom nobody has asked yet.
SOON: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who is to be consulted on a task, and what they were asked."""

    part: Assignment
    asked: list[Consultation]
    today: date

    @property
    def name(self) -> str:
        """Return who it is: a partner, as long as that has named nobody."""
        return str(self.part.person if self.part.person_id else self.part.partner)

    @property
    def is_unnamed(self) -> bool:
        """Say whether a partner is meant that has named nobody who could be asked."""
        return self.part.person_id is None

    @property
    def open(self) -> Consultation | None:
        """Return what they can still answer, in time or late."""
        waiting = (
            each for each in self.asked if not (each.answered_at or each.went_on_at)
        )
        return next(waiting, None)

    @property
    def is_heard(self) -> bool:
        """Say whether the task need not wait: asked, and answered or the day past."""
        return bool(self.asked) and not any(
            each.waits(self.today) for each in self.asked
        )

    @property
    def is_unasked(self) -> bool:
        return not self.asked


def voices(task: Task, today: date) -> list[Voice]:
    """Return who is to be consulted on a task, the first asked first."""
    return voices_of([task.pk], today).get(task.pk, [])


def unnamed_voices(task: Task) -> list[Assignment]:
    """Return the partners that are to be consulted and have named nobody to ask."""
    parts = Assignment.objects.unnamed().filter(task=task, letter=Letter.CONSULTED)
    return list(parts.select_related("partner"))


def voices_of(tasks: Collection[int], today: date) -> Mapping[int, list[Voice]]:
    """Return who is to be consulted, by task; two statements, whatever their number."""
    parts = list(
        Assignment.objects.standing()
        .filter(task__in=tasks, letter=Letter.CONSULTED)
        .select_related("person", "partner")
        .order_by("pk")
    )
    rows = Consultation.objects.filter(task__in={part.task_id for part in parts})
    asked: defaultdict[tuple[int, int], list[Consultation]] = defaultdict(list)
    for row in rows.select_related("asked_by", "answered_by", "went_on_by"):
        asked[row.task_id, row.person_id].append(row)
    found: defaultdict[int, list[Voice]] = defaultdict(list)
    for part in parts:
        key = part.task_id, part.person_id or 0
        found[part.task_id].append(Voice(part, asked[key], today))
    return found


def unheard_among(tasks: Collection[int], today: date) -> Mapping[int, str]:
    """Return who is to be heard before each of these is done, by name, if anybody is."""
    found = voices_of(tasks, today) if tasks else {}
    names = {
        task: ", ".join(voice.name for voice in each if not voice.is_heard)
        for task, each in found.items()
    }
    return {task: each for task, each in names.items() if each}


def unasked_among(tasks: Collection[Task], today: date) -> Mapping[int, list[str]]:
    """Return whom nobody has asked yet, by task: of open ones that are due soon."""
    soon = [
        task.pk
        for task in tasks
        if not task.done_at and task.due and task.due <= today + SOON
    ]
    found = voices_of(soon, today) if soon else {}
    names = {
        task: [voice.name for voice in each if voice.is_unasked]
        for task, each in found.items()
    }
    return {task: each for task, each in names.items() if each}


def asked_of(person: Person) -> QuerySet[Consultation]:
    """Return what this person is asked and has not answered, the most urgent first."""
    rows = Consultation.objects.open().filter(person=person)
    return rows.select_related("task", "asked_by").order_by("due", "pk")


def to_ask_by(person: Person, today: date) -> list[tuple[Task, list[str]]]:
    """Return the tasks this person carries that are due soon, and whom they have to ask."""
    carried = Assignment.objects.standing().carrying().filter(person=person)
    tasks = (
        Task.objects.open()
        .filter(pk__in=carried.values("task"), due__lte=today + SOON)
        .only("coalition_id", "title", "due", "done_at")
        .order_by("due", "pk")
    )
    loaded = list(tasks)
    found = voices_of([task.pk for task in loaded], today) if loaded else {}
    # A partner that has named nobody cannot be asked yet.
    names = {
        task: [
            voice.name for voice in each if voice.is_unasked and not voice.is_unnamed
        ]
        for task, each in found.items()
    }
    return [(task, names[task.pk]) for task in loaded if names.get(task.pk)]


def questions_for(
    people: Collection[int], *, asked_until: datetime | None = None
) -> Mapping[int, list[Consultation]]:
    """Return what waits for an answer of each of these people."""
    rows = Consultation.objects.open().filter(person__in=people)
    if asked_until:
        rows = rows.filter(asked_at__lte=asked_until)
    found: defaultdict[int, list[Consultation]] = defaultdict(list)
    for row in rows.select_related("task", "asked_by").order_by("due", "pk"):
        found[row.person_id].append(row)
    return found


def notices_due(now: datetime) -> list[Notice]:
    """Return the mails of consulting: the question, once, and the answer, once."""
    return [*_questions(now), *_answers(now)]


def _questions(now: datetime) -> list[Notice]:
    fresh = Consultation.objects.open().filter(
        asked_at__gt=now - NEWS, due__gte=now.date() - timedelta(days=1)
    )
    return [
        Notice(
            kind=CONSULTATION,
            key=str(row.pk),
            coalition_id=row.coalition_id,
            person_id=row.person_id,
            source=str(row.pk),
            expires_at=row.asked_at + NEWS,
        )
        for row in fresh
    ]


def _answers(now: datetime) -> list[Notice]:
    """Tell who asked, unless they wrote the answer down themselves."""
    fresh = (
        Consultation.objects.filter(
            answered_at__gt=now - NEWS, answered_at__lte=now - DELAY
        )
        .exclude(asked_by=None)
        .exclude(answered_by=F("asked_by"))
    )
    return [
        Notice(
            kind=CONSULTATION_ANSWER,
            key=str(row.pk),
            coalition_id=row.coalition_id,
            person_id=row.asked_by_id or 0,
            source=str(row.pk),
            expires_at=(row.answered_at or now) + NEWS,
        )
        for row in fresh
    ]
