"""Whom to tell that a task is done: those who are to be informed, and were not there."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from coalition.common.notices import Notice
from members.models import Person
from tasks.models import TASK_DONE, Assignment, Letter
from tasks.queries.audience import answering_by_partner

# What is done within one span is told in one mail, once it can hardly be a slip.
SPAN: Final = 30 * 60
DELAY: Final = timedelta(minutes=15)
NEWS: Final = timedelta(days=2)


def notices_due(now: datetime) -> list[Notice]:
    """Return who is to be told, each person once for what was done within a span."""
    rows = [
        part for part in _to_tell(now - NEWS, now - DELAY) if _span(part) + DELAY <= now
    ]
    bundles = {(person, _span(part)): part.coalition_id for person, part in _told(rows)}
    return [
        Notice(
            kind=TASK_DONE,
            key=f"{person}:{_stamp(span)}",
            coalition_id=coalition,
            person_id=person,
            source=_stamp(span),
            expires_at=span + NEWS,
        )
        for (person, span), coalition in bundles.items()
    ]


def done_for(
    bundles: Collection[tuple[int, str]],
) -> Mapping[tuple[int, str], list[Assignment]]:
    """Return the parts behind each bundle (person, stamp) whose task is done still.

    A task is in it once, by the part of their own where they have one.
    """
    spans = [int(stamp) for _, stamp in bundles]
    since, until = (
        datetime.fromtimestamp(at, UTC) for at in (min(spans) - SPAN, max(spans))
    )
    rows = _to_tell(since, until).select_related(
        "coalition", "partner", "task__goal", "task__done_by"
    )
    found: defaultdict[tuple[int, str], dict[int, Assignment]] = defaultdict(dict)
    for person, part in _told(list(rows)):
        found[person, _stamp(_span(part))].setdefault(part.task_id, part)
    return {
        bundle: list(found[bundle].values()) for bundle in bundles if bundle in found
    }


def _to_tell(since: datetime, until: datetime) -> QuerySet[Assignment]:
    """Keep who is to be informed of what was done; their own parts come first."""
    able = Person.objects.reachable(until.date()).values("pk")
    return (
        Assignment.objects.standing()
        .filter(Q(person__in=able) | Q(person=None), letter=Letter.INFORMED)
        .filter(task__done_at__gte=since, task__done_at__lt=until)
        .select_related("task")
        .order_by(F("person").asc(nulls_last=True), "task__done_at", "task_id")
    )


def _told(parts: Collection[Assignment]) -> Iterator[tuple[int, Assignment]]:
    """Return whom each part tells: not of what they did themselves."""
    unnamed = {part.partner_id for part in parts if part.is_unnamed}
    answering = _answering(unnamed) if unnamed else {}
    for part in parts:
        people = [part.person_id] if part.person_id else answering[part.partner_id]
        yield from ((pk, part) for pk in people if pk and pk != part.task.done_by_id)


def _answering(partners: Collection[int | None]) -> Mapping[int | None, list[int]]:
    """Return whom a partner that has named nobody would name by; all on leave, too."""
    today = timezone.localdate()
    found = answering_by_partner(partners, today)
    there = {
        partner: [person for person in found[partner] if not person.is_away(today)]
        for partner in partners
    }
    return {
        partner: [person.pk for person in there[partner] or found[partner]]
        for partner in partners
    }


def _span(part: Assignment) -> datetime:
    """Return when the span ends in which its task was done."""
    at = part.task.done_at.timestamp() if part.task.done_at else 0
    return datetime.fromtimestamp((at // SPAN + 1) * SPAN, UTC)


def _stamp(span: datetime) -> str:
    return str(int(span.timestamp()))
