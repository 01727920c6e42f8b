"""Whom to tell what became of what they said in a check-in, and whom to ask for help."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.utils import timezone

from coalition.common.notices import Notice
from members.models import Affiliation, Membership
from members.models.membership import MembershipState
from members.permissions import MemberRole
from tasks.models import ASK, HELP, HELP_OFFERED, HURDLE, Ask, AskHelp, Hurdle
from tasks.models.help import AskHelpQuerySet

NEWS: Final = timedelta(days=7)
SHUT: Final = (MembershipState.SUSPENDED, MembershipState.REMOVED)
T = TypeVar("T", Hurdle, Ask)
Row = Hurdle | Ask | AskHelp


def troubles_due(now: datetime) -> list[Notice]:
    """Return each thing that somebody should hear of, as long as it is news."""
    helps = AskHelp.objects.filter(ask__closed_at=None)
    asked = list(helps.waiting().filter(asked_at__gt=now - NEWS))
    said_yes = list(helps.offered().filter(answered_at__gt=now - NEWS))
    return [
        *_news(Hurdle, HURDLE, now),
        *_news(Ask, ASK, now),
        *_questions(asked, now),
        *_offers(said_yes),
    ]


def _news(model: type[T], kind: str, now: datetime) -> Iterator[Notice]:
    rows = model.objects.filter(news_at__gt=now - NEWS).exclude(
        person__membership__state__in=SHUT
    )
    for row in rows:
        if row.news_at:
            yield _notice(kind, row, row.person_id, row.news_at)


def _questions(asked: list[AskHelp], now: datetime) -> Iterator[Notice]:
    """Ask each who speaks for the partner, but not whoever looks for help."""
    speaking = Affiliation.objects.speaking(timezone.localdate(now)).filter(
        partner__in={row.partner_id for row in asked}
    )
    people: defaultdict[int, set[int]] = defaultdict(set)
    open_to = speaking.exclude(person__membership__state__in=SHUT)
    for partner, person in open_to.values_list("partner_id", "person_id"):
        people[partner].add(person)
    for row in asked:
        for person in sorted(people[row.partner_id]):
            if row.asked_at:
                yield _notice(HELP, row, person, row.asked_at)


def _offers(said_yes: list[AskHelp]) -> Iterator[Notice]:
    """Tell the coordinators, but for the one who wrote it down."""
    coordinators = Membership.objects.filter(
        role=MemberRole.COORDINATOR,
        state=MembershipState.ACTIVE,
        coalition__in={row.coalition_id for row in said_yes},
    )
    people: defaultdict[int, set[int]] = defaultdict(set)
    for coalition, person in coordinators.values_list("coalition_id", "person_id"):
        people[coalition].add(person)
    for row in said_yes:
        for person in sorted(people[row.coalition_id] - {row.answered_by_id or 0}):
            if row.answered_at:
                yield _notice(HELP_OFFERED, row, person, row.answered_at)


def _notice(kind: str, row: Row, person: int, at: datetime) -> Notice:
    source = _moment_of(row.pk, at)
    return Notice(
        kind=kind,
        key=f"{source}:{person}",
        coalition_id=row.coalition_id,
        person_id=person,
        source=source,
        expires_at=at + NEWS,
    )


def hurdle_news(sources: Collection[str]) -> Mapping[str, Hurdle]:
    """Return what each notice is still about; of two moments, the newer alone."""
    loaded = Hurdle.objects.select_related("coalition", "task", "answered_by")
    found = loaded.in_bulk(_numbers(sources)).values()
    return {_moment_of(row.pk, row.news_at): row for row in found if row.news_at}


def ask_news(sources: Collection[str]) -> Mapping[str, Ask]:
    loaded = Ask.objects.select_related("coalition").prefetch_related(
        "helps__partner", "helps__answered_by"
    )
    found = loaded.in_bulk(_numbers(sources)).values()
    return {_moment_of(row.pk, row.news_at): row for row in found if row.news_at}


def helps_asked(sources: Collection[str]) -> Mapping[str, AskHelp]:
    found = _helps(sources).waiting()
    return {_moment_of(row.pk, row.asked_at): row for row in found if row.asked_at}


def helps_offered(sources: Collection[str]) -> Mapping[str, AskHelp]:
    found = _helps(sources).offered()
    rows = {row: row.answered_at for row in found}
    return {_moment_of(row.pk, at): row for row, at in rows.items() if at}


def _helps(sources: Collection[str]) -> AskHelpQuerySet:
    return AskHelp.objects.filter(pk__in=_numbers(sources)).select_related(
        "coalition", "ask__person", "partner", "offer", "asked_by", "answered_by"
    )


def _numbers(sources: Collection[str]) -> set[int]:
    return {int(source.partition(":")[0]) for source in sources}


def _moment_of(pk: int, at: datetime) -> str:
    return f"{pk}:{at:%Y%m%d%H%M%S%f}"
