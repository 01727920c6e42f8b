"""Events that were announced: for whom they are, and whether they were taken back."""

from django.db.models import (
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat

from comms.models import Delivery, Issue, Topic, Withdrawal
from comms.queries import readable_issues
from members.models import Person

OF_ITSELF = "event"  # what it is withdrawn by, in an announcement of its own


def _taken_back() -> QuerySet[Withdrawal]:
    """Return what takes an event back, out of whichever mail told it."""
    in_update = Concat(Value("issue:"), Cast(OuterRef("pk"), CharField()))
    return Withdrawal.objects.filter(
        Q(issue=OuterRef("pk"), key=OF_ITSELF)
        | Q(issue=OuterRef("told_in"), key=in_update)
    )


def standing(events: QuerySet[Issue]) -> QuerySet[Issue]:
    """Keep what was not taken back."""
    return events.exclude(Exists(_taken_back()))


def with_taken_back(events: QuerySet[Issue]) -> QuerySet[Issue]:
    """Tell of each since when it is taken back."""
    since = _taken_back().order_by("at").values("at")[:1]
    return events.annotate(taken_back_at=Subquery(since))


def events_told() -> QuerySet[Issue]:
    """Return those that have left, by themselves or in an update, and still stand."""
    return standing(Issue.objects.announcements().told().filter(topic=Topic.EVENT))


def events_for(person: Person) -> QuerySet[Issue]:
    """Return those that were announced to this person, as soon as anybody got it.

    Before that it can be called back. Who sees drafts is told of no more than others.
    """
    theirs = Delivery.objects.filter(issue=OuterRef("pk"), person=person)
    for_them = Q(addressees__isnull=True) | Q(Exists(theirs))
    got = readable_issues().filter(for_them, topic=Topic.EVENT)
    return got.order_by("released_at", "pk")
