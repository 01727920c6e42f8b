"""Who is to hear of a comment, and when: what is said within a while is one mail."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max
from django.utils import timezone

from members.models import Person
from tasks.models import Comment, Hearing
from tasks.queries.comments import involved_in

NAMED_DELAY: Final = timedelta(minutes=5)
DELAY: Final = timedelta(minutes=15)
# Who is not named gets no more than one mail in this time.
QUIET: Final = timedelta(hours=4)
# A bundle that leaves so soon is closed: it may be on its way while this is written.
CLOSING: Final = timedelta(minutes=1)


def tell_of(comment: Comment, named: Mapping[str, Person]) -> None:
    """Let all who are part of the thread hear of a new comment, and who is named."""
    names = _names(named)
    people = involved_in(comment.subject, timezone.localdate()) | names.keys()
    _add(comment, names, _reachable(people - {comment.author_id}))


def tell_again(comment: Comment, named: Mapping[str, Person]) -> None:
    """Follow an edit: who is named now hears of it, who only was named does not."""
    names = _names(named)
    rows = Hearing.objects.filter(comment=comment)
    before = dict(rows.values_list("person_id", "name"))
    dropped = {pk for pk, name in before.items() if name} - names.keys()
    involved = involved_in(comment.subject, timezone.localdate())
    rows.filter(person__in=dropped - involved).delete()
    rows.filter(person__in=dropped & involved).update(name="")
    fresh = {pk for pk in names if not before.get(pk)} - {comment.author_id}
    rows.filter(person__in=fresh).delete()
    _add(comment, names, _reachable(fresh))


def _names(named: Mapping[str, Person]) -> dict[int, str]:
    return {person.pk: name for name, person in named.items()}


def _reachable(people: Collection[int]) -> list[int]:
    """Keep who can open the thread; locked, so that two comments make one bundle."""
    found = Person.objects.with_access().filter(pk__in=people).order_by("pk")
    return [person.pk for person in found.select_for_update(of=("self",), no_key=True)]


def _add(comment: Comment, names: Mapping[int, str], people: list[int]) -> None:
    now = timezone.now().replace(microsecond=0)
    latest = dict(
        Hearing.objects.filter(person__in=people)
        .order_by()
        .values_list("person_id")
        .annotate(at=Max("tell_at"))
    )
    Hearing.objects.filter(
        person__in=[pk for pk in people if pk in names],
        tell_at__gt=now + NAMED_DELAY,
    ).update(tell_at=now + NAMED_DELAY)
    Hearing.objects.bulk_create(
        Hearing(
            coalition_id=comment.coalition_id,
            comment=comment,
            person_id=pk,
            name=names.get(pk, ""),
            tell_at=_moment(now, latest.get(pk), named=pk in names),
        )
        for pk in people
    )


def _moment(now: datetime, latest: datetime | None, *, named: bool) -> datetime:
    """Join the bundle that waits, which who is named does not wait long for."""
    waits = latest is not None and latest > now + CLOSING
    if named:
        soon = now + NAMED_DELAY
        return min(latest, soon) if waits and latest else soon
    if latest is None:
        return now + DELAY
    return latest if waits else max(now + DELAY, latest + QUIET)
