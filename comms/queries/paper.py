"""Which issues on paper somebody is to bring, and to whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from coalition.common.notices import Notice
from comms.models import (
    GONE_OUT,
    PAPER,
    RECALL_WAIT,
    Delivery,
    Issue,
    IssueKind,
    IssueState,
    PaperCopy,
)
from comms.models.issue import IssueQuerySet
from members.models import PaperReader, Person
from members.models.membership import MembershipState

LATELY: Final = timedelta(days=14)  # so long an announcement is still taken to people
NEWS: Final = timedelta(days=3)
SHUT: Final = (MembershipState.SUSPENDED, MembershipState.REMOVED)


@dataclass(frozen=True, slots=True)
class Errand:
    """An update or announcement that waits to be brought to some people."""

    issue: Issue
    people: Sequence[Person]


def paper_errands(person: Person) -> list[Errand]:
    """Return what this person is to bring: the latest update, and late announcements.

    One statement when they bring nothing to anybody, else four.
    """
    readers = list(_brought_by([person.pk]))
    if not readers:
        return []
    found = _errands(list(_to_bring(timezone.now())), readers)
    return list(found.values())


def _to_bring(now: datetime) -> QuerySet[Issue]:
    """Return the latest update and the announcements of late, the oldest last."""
    left = _beyond_recall(Issue.objects.all())
    latest = left.updates().order_by("-released_at", "-pk").values("pk")[:1]
    lately = Q(kind=IssueKind.ANNOUNCEMENT, released_at__gt=now - LATELY)
    return left.filter(Q(pk__in=latest) | lately).order_by("-released_at", "-pk")


def _beyond_recall(issues: IssueQuerySet) -> IssueQuerySet:
    """Keep what nobody can call back: a sheet that was handed over stays with them."""
    begun = Delivery.objects.begun().filter(issue=OuterRef("pk"))
    sent = Q(state__in=GONE_OUT) & Exists(begun)
    return issues.filter(Q(state=IssueState.DONE) | sent)


def couriers_to_tell(now: datetime) -> list[Notice]:
    """Tell each courier once an issue what to take to whom, when nobody calls it back.

    Of whoever was put on paper after it left, only their page tells: a list that is
    brought in sends no mail.
    """
    settled = Q(at_once=True) | Q(released_at__lte=now - RECALL_WAIT)
    fresh = Issue.objects.filter(settled, released_at__gt=now - NEWS)
    issues = list(_beyond_recall(fresh).filter(coalition__closed_at=None))
    if not issues:
        return []
    coalitions = {issue.coalition_id for issue in issues}
    readers = list(_readers().filter(coalition__in=coalitions))
    since = {reader.person_id: reader.created_at for reader in readers}
    return [
        _tell(courier, errand.issue, left)
        for (_issue, courier), errand in _errands(issues, readers).items()
        if (left := errand.issue.released_at)
        and any(since[person.pk] <= left for person in errand.people)
    ]


def _tell(courier: int, issue: Issue, left: datetime) -> Notice:
    return Notice(
        kind=PAPER,
        key=f"{issue.pk}:{courier}",
        coalition_id=issue.coalition_id,
        person_id=courier,
        source=str(issue.pk),
        expires_at=left + LATELY,
    )


def errands_of(
    issues: Collection[int], couriers: Collection[int]
) -> Mapping[tuple[int, int], Errand]:
    """Return what is left to bring of these issues, by issue and courier."""
    left = Issue.objects.filter(pk__in=issues, state__in=GONE_OUT)
    return _errands(list(left.select_related("coalition")), list(_brought_by(couriers)))


def _errands(
    issues: Sequence[Issue], readers: Sequence[PaperReader]
) -> Mapping[tuple[int, int], Errand]:
    """Match them; two statements for any number of either."""
    waiting = _waiting(issues, [reader.person_id for reader in readers])
    found: dict[tuple[int, int], list[Person]] = {}
    for issue in issues:
        for reader in readers:
            ours = reader.coalition_id == issue.coalition_id
            if ours and reader.person_id in waiting[issue.pk]:
                key = (issue.pk, reader.courier_id or 0)
                found.setdefault(key, []).append(reader.person)
    by_pk = {issue.pk: issue for issue in issues}
    return {key: Errand(by_pk[key[0]], people) for key, people in found.items()}


def _waiting(
    issues: Sequence[Issue], people: Collection[int]
) -> Mapping[int, set[int]]:
    """Return for each issue those of these people whom it is for and who lack it."""
    found = {
        issue.pk: set(people) if issue.addressees is None else set() for issue in issues
    }
    rows = Delivery.objects.filter(issue__in=found, person__in=people)
    for issue_id, person in rows.values_list("issue_id", "person_id"):
        found[issue_id or 0].add(person or 0)
    copies = PaperCopy.objects.filter(issue__in=found, person__in=people)
    for issue_pk, person_pk in copies.values_list("issue_id", "person_id"):
        found[issue_pk].discard(person_pk)
    return found


def errands(couriers: Collection[int]) -> Mapping[int, list[str]]:
    """Return for each of these people the names of those they bring updates to."""
    found: dict[int, list[str]] = {}
    for reader in _brought_by(couriers):
        found.setdefault(reader.courier_id or 0, []).append(reader.person.full_name)
    return found


def _brought_by(couriers: Collection[int]) -> QuerySet[PaperReader]:
    return _readers().filter(courier__in=couriers)


def _readers() -> QuerySet[PaperReader]:
    """Return those to whom somebody who is with us takes it."""
    taking_part = Person.objects.reachable(timezone.localdate())
    served = PaperReader.objects.filter(
        person__in=taking_part, courier__isnull=False, courier__erased_at=None
    ).exclude(courier__membership__state__in=SHUT)
    return served.select_related("person").order_by("person__name_key", "pk")
