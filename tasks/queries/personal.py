"""What waits for one person: a check-in, a question, a part that is asked or carried."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils import timezone

from coalition.common.signing import Link
from members.models import Affiliation
from tasks.models import (
    CARRYING,
    Assignment,
    AssignmentStatus,
    CheckIn,
    Consultation,
    Letter,
)
from tasks.queries.consultations import questions_for


class Asked(Enum):
    """What a person is asked to say."""

    HOW = auto()  # how it goes
    VIEW = auto()  # what they think of it
    PART = auto()  # whether they take it
    NAME = auto()  # who of their partner takes it


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person: to be answered when `asked`, else to be done.

    `page` is the name of a route and the number in it; `link` leads to the same without
    a sign-in. `due` of a question is the day to answer by.
    """

    title: str
    due: date | None
    page: tuple[str, int]
    asked: Asked | None = None
    asked_by: str = ""
    letter: Letter | None = None
    partner: str = ""
    link: Link | None = None


OF_A_PART: Final = (
    *("coalition", "letter", "status", "person", "task__title", "task__due"),
    *("asked_by__full_name", "partner__name"),
)


def waiting_for(
    people: Collection[int], *, asked_until: datetime | None = None
) -> Mapping[int, list[Waiting]]:
    """Return what waits for each of these people: what is asked first, then by due date.

    With `asked_until`, only what they had been asked by then.
    """
    found: defaultdict[int, list[Waiting]] = defaultdict(list)
    for person, waiting in _check_ins(people, asked_until or timezone.now()):
        found[person].append(waiting)
    for person, questions in questions_for(people, asked_until=asked_until).items():
        found[person] += map(_question, questions)
    of_tasks: defaultdict[int, dict[int, Waiting]] = defaultdict(dict)
    for person, task, waiting in _parts(people, asked_until):
        of_tasks[person].setdefault(task, waiting)
    for person, tasks in of_tasks.items():
        found[person] += sorted(tasks.values(), key=lambda each: each.asked is None)
    return found


def _check_ins(
    people: Collection[int], asked_until: datetime
) -> Iterator[tuple[int, Waiting]]:
    """Yield who has not said how it goes, and can still; not who wants no mail of it."""
    rows = CheckIn.objects.waiting().open(timezone.now())
    rows = rows.filter(
        person__in=people,
        person__check_in_mail=True,
        cycle__opened_at__lte=asked_until,
        cycle__schedule__stopped_at=None,
    )
    joined = rows.select_related("cycle__schedule", "person__coalition")
    for row in joined.order_by("cycle__closes_at", "pk"):
        zone = ZoneInfo(row.person.zone_name)
        yield (
            row.person_id,
            Waiting(
                title=str(row.cycle.schedule),
                due=timezone.localdate(row.cycle.closes_at, zone),
                page=("tasks:check_in_detail", row.pk),
                asked=Asked.HOW,
                link=row.link,
            ),
        )


def _question(question: Consultation) -> Waiting:
    return Waiting(
        title=question.task.title,
        due=question.due,
        page=("tasks:consultation_detail", question.pk),
        asked=Asked.VIEW,
        asked_by=str(question.asked_by or ""),
        link=question.link,
    )


def _parts(
    people: Collection[int], asked_until: datetime | None
) -> Iterator[tuple[int, int, Waiting]]:
    """Yield who has which task, what is not answered yet first; a task may come twice."""
    asked = {"asked_at__lte": asked_until} if asked_until else {}
    carried = Q(person__in=people, letter__in=CARRYING)
    rows = (
        Assignment.objects.standing()
        .of_open_tasks()
        .filter(carried | Q(person=None, status=AssignmentStatus.PROPOSED), **asked)
        .select_related("task", "asked_by", "partner")
        .only(*OF_A_PART)
        .order_by(F("task__due").asc(nulls_last=True), "letter", "task_id")
    )
    parts = sorted(rows, key=lambda part: not part.pending)
    yield from ((p.person_id, p.task_id, _own(p)) for p in parts if p.person_id)
    yield from _to_name([part for part in parts if part.person_id is None], people)


def _own(part: Assignment) -> Waiting:
    return Waiting(
        title=part.task.title,
        due=part.task.due,
        page=("tasks:task_detail", part.task_id),
        asked=Asked.PART if part.pending else None,
        asked_by=str(part.asked_by or ""),
        letter=Letter(part.letter),
        link=part.link if part.pending else None,
    )


def _to_name(
    unnamed: Collection[Assignment], people: Collection[int]
) -> Iterator[tuple[int, int, Waiting]]:
    """Yield for whom of these people it waits: for those who speak for the partner."""
    if not unnamed:
        return
    speaking = Affiliation.objects.speaking(timezone.localdate()).filter(
        person__in=people, partner__in={part.partner_id for part in unnamed}
    )
    names = speaking.select_related("person").only("partner", "person__full_name")
    voices = list(names)
    for part in unnamed:
        asked = replace(
            _own(part),
            asked=Asked.NAME,
            page=("tasks:assignment_name", part.pk),
            partner=str(part.partner),
        )
        for voice in voices:
            if voice.partner_id == part.partner_id:
                link = part.naming_link(voice.person)
                yield voice.person_id, part.task_id, replace(asked, link=link)
