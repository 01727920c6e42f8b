"""Read models of feedback: the board, one with its answer, what is one's own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.notices import Notice
from comms.models import (
    FEEDBACK,
    Delivery,
    Feedback,
    FeedbackSecond,
    FeedbackState,
    Visibility,
)
from comms.models.feedback import FeedbackQuerySet
from goals.models import Goal, Milestone
from members.models import Affiliation, AuditEntry, Membership, Person
from members.permissions import Permission
from tasks.models import Task

# Until then a slip can be taken back, and nobody has been told.
TELL_AFTER: Final = timedelta(minutes=10)
NEWS: Final = timedelta(days=3)


def feedback_for(membership: Membership, today: date) -> FeedbackQuerySet:
    """Return what this member may read, with what a list shows of each."""
    rows = Feedback.objects.read_by(membership, today)
    mine = FeedbackSecond.objects.filter(
        feedback=OuterRef("pk"), person=membership.person_id
    )
    return (
        rows.select_related("author", "owner", "goal", "partner")
        .annotate(
            others=Count("seconds", filter=~Q(seconds__person=membership.person_id)),
            seconded=Exists(mine),
        )
        .in_order()
    )


def who_answers(partner_id: int | None, raised_on: date) -> QuerySet[Person]:
    """Return who may read, and so answer, what was said to the coordinators.

    Nobody who stood for the partner that it is about, then or since, is among them.
    """
    may = Membership.objects.who_may(Permission.FEEDBACK_ANSWER)
    people = Person.objects.living().filter(pk__in=may.values("person"))
    if partner_id is None:
        return people
    theirs = Affiliation.objects.current(raised_on).filter(partner=partner_id)
    return people.exclude(pk__in=theirs.values("person"))


def stood_for_a_partner(person: Person, since: date) -> bool:
    """Say whether this person stands for any, or did since that day."""
    return Affiliation.objects.current(since).filter(person=person).exists()


def history_read_by(membership: Membership, today: date) -> QuerySet[AuditEntry]:
    """Leave out what was done with feedback that they may not read: it says by whom."""
    kept_from = _kept_from(membership, today)
    label = Feedback._meta.label_lower  # noqa: SLF001
    return AuditEntry.objects.exclude(model=label, target_pk__in=kept_from)


def mails_read_by(membership: Membership, today: date) -> QuerySet[Delivery]:
    """Leave out that somebody was told what became of such feedback, likewise."""
    kept_from = _kept_from(membership, today)
    return Delivery.objects.exclude(kind=FEEDBACK, source__in=kept_from)


def _kept_from(membership: Membership, today: date) -> QuerySet[Any]:
    """Return the numbers, as texts, of what this member may not read."""
    readable = Feedback.objects.read_by(membership, today)
    rest = Feedback.objects.exclude(pk__in=readable.values("pk"))
    return rest.annotate(number=Cast("pk", CharField())).values("number")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for an answer, and what has waited longest."""

    count: int
    oldest: Feedback | None


def waiting_feedback(membership: Membership, today: date) -> Waiting:
    rows = list(
        Feedback.objects.read_by(membership, today)
        .waiting()
        .only("text", "raised_on", "due_on", "state", "visibility")
        .order_by("raised_on", "id")[:100]
    )
    return Waiting(len(rows), rows[0] if rows else None)


def may_have_a_say(person: Person, issue: int) -> bool:
    """Say whether the link in a mail still serves: it came, and they are still here."""
    here = Person.objects.reachable(timezone.localdate()).filter(pk=person.pk)
    got = Delivery.objects.filter(issue=issue, person=person)
    return here.exists() and got.exists()


def may_take_back(person: Person, feedback: Feedback) -> bool:
    """Say whether these are their words still, and nobody answered them."""
    return feedback.author_id == person.pk and feedback.is_waiting


def own_feedback(person: Person) -> QuerySet[Feedback]:
    """Return what this person said under their name or seconded, the newest first."""
    seconded = FeedbackSecond.objects.filter(person=person)
    said = Feedback.objects.filter(
        Q(author=person) | Q(pk__in=seconded.values("feedback"))
    )
    return said.order_by("-raised_on", "id")


def place_of_change(feedback: Feedback, slug: str) -> tuple[str, str]:
    """Return the address of what was changed, if it has one, and how it is called."""
    changed = feedback.changed
    if changed is None:
        return feedback.changed_url, feedback.changed_words
    if isinstance(changed, Task):
        name, pk = "tasks:task_detail", changed.pk
    else:
        name = "goals:goal_detail"
        pk = changed.goal_id if isinstance(changed, Milestone) else changed.pk
    return reverse(name, kwargs={"slug": slug, "pk": pk}), feedback.changed_words


def told_of(feedback: Feedback) -> set[int]:
    """Return who raised or seconded it, but for who answered it themselves."""
    seconds = FeedbackSecond.objects.filter(feedback=feedback)
    people = {feedback.author_id, *seconds.values_list("person_id", flat=True)}
    return {pk for pk in people - {feedback.closed_by_id} if pk is not None}


def feedback_to_tell(now: datetime) -> list[Notice]:
    """Tell who raised or seconded it what became of it, once for each answer."""
    answered = Feedback.objects.answered().filter(
        closed_at__lte=now - TELL_AFTER, closed_at__gt=now - NEWS
    )
    columns = ("pk", "coalition_id", "closed_at", "closed_by_id")
    raised = answered.exclude(author=None).values_list(*columns, "author_id")
    also = answered.exclude(seconds=None).values_list(*columns, "seconds__person_id")
    taken_back = Feedback.objects.taken_back().filter(closed_at__gt=now - NEWS)
    # Whoever said so too, and whoever saw to it, need not wait for an answer.
    too = taken_back.exclude(seconds=None).values_list(*columns, "seconds__person_id")
    owners = taken_back.exclude(owner=None).values_list(*columns, "owner_id")
    return [
        Notice(
            kind=FEEDBACK,
            key=f"{pk}:{person}:{int(at.timestamp())}",
            coalition_id=coalition,
            person_id=person,
            source=str(pk),
            expires_at=at + NEWS,
        )
        for pk, coalition, at, closer, person in raised.union(also, too, owners)
        if at and person and person != closer
    ]


def feedback_answered_between(start: datetime, end: datetime) -> FeedbackQuerySet:
    """Return what was answered in a window and may be told to everybody."""
    told = Q(visibility=Visibility.OPEN) | ~Q(public_words="")
    changed = ("changed_goal", "changed_task", "changed_milestone")
    rows = Feedback.objects.answered().filter(told)
    answered = rows.filter(closed_at__gte=start, closed_at__lt=end)
    return answered.select_related(*changed).order_by("closed_at", "id")


def state_line(feedback: Feedback) -> str:
    """Say in a sentence what became of it."""
    return {
        FeedbackState.NEW: _("Nobody has answered yet."),
        FeedbackState.ACKNOWLEDGED: _("Somebody sees to it."),
        FeedbackState.CHANGED: _("Something was changed because of it."),
        FeedbackState.EXPLAINED: _("It stays as it is, and here is why."),
        FeedbackState.CANNOT: _("It is not possible, and here is why."),
        FeedbackState.TAKEN_BACK: _("Whoever said it has taken it back."),
    }[FeedbackState(feedback.state)]


def targets() -> tuple[QuerySet[Any], ...]:
    """Return what an answer can name as changed, the newest changes first."""
    return (
        Goal.objects.order_by("-updated_at"),
        Task.objects.order_by("-updated_at"),
        Milestone.objects.order_by("-updated_at"),
    )


def is_hidden(visibility: str) -> bool:
    return visibility != Visibility.OPEN
