"""Read models of what goes out: the list of issues, and how one of them went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.clock import due, period_at
from coalition.common.notices import Notice
from comms.models import (
    EDITABLE,
    Delivery,
    DeliveryStatus,
    InboundMail,
    Issue,
    IssueKind,
    IssueState,
    LeftOut,
    UpdateSchedule,
)

REPLY: Final = "reply"  # the kind of the mail that tells what became of one
REPLY_NEWS: Final = timedelta(days=2)
OVER: Final = (IssueState.DONE, IssueState.SKIPPED, IssueState.CANCELLED)
_TRYING_AGAIN: Final = Q(status="queued") & (Q(attempts__gt=0) | Q(uncertain__gt=0))
_NEEDS_A_LOOK: Final = Q(status__in=["failed", "held"]) | _TRYING_AGAIN


@dataclass(frozen=True, slots=True)
class Report:
    """How an issue went, in numbers that add up to the audience."""

    audience: int
    sent: int
    waiting: int
    again: int
    failed: int
    held: int
    left_out: int
    uncertain: int
    first_at: datetime | None

    @property
    def recallable(self) -> bool:
        return not self.sent and not self.uncertain

    @property
    def addressed(self) -> int:
        return self.audience - self.left_out

    @property
    def remaining(self) -> int:
        return self.waiting + self.again + self.held

    @property
    def running(self) -> bool:
        return self.waiting + self.again > 0

    @property
    def needs_a_look(self) -> int:
        return self.again + self.failed + self.held


def report_of(issue: Issue) -> Report:
    """Count the messages of an issue in one statement."""
    counts = Delivery.objects.filter(issue=issue).aggregate(
        audience=Count("pk"),
        sent=Count("pk", filter=Q(status="sent")),
        waiting=Count(
            "pk", filter=Q(status__in=["queued", "sending"]) & ~_TRYING_AGAIN
        ),
        again=Count("pk", filter=_TRYING_AGAIN),
        failed=Count("pk", filter=Q(status="failed")),
        held=Count("pk", filter=Q(status="held")),
        left_out=Count("pk", filter=Q(status="skipped")),
        uncertain=Count("pk", filter=Q(uncertain__gt=0)),
        first_at=Min("not_before", filter=Q(status="queued")),
    )
    return Report(**counts)


def messages_of(issue: Issue, *, needs_a_look: bool = False) -> QuerySet[Delivery]:
    """Return the messages that were to leave, those with trouble first."""
    rows = Delivery.objects.filter(issue=issue).exclude(status=DeliveryStatus.SKIPPED)
    if needs_a_look:
        rows = rows.filter(_NEEDS_A_LOOK)
    calm = Case(When(_NEEDS_A_LOOK, then=0), default=1, output_field=IntegerField())
    return rows.select_related("person").order_by(calm, "person__name_key", "pk")


def left_out_of(issue: Issue) -> QuerySet[Delivery]:
    return (
        Delivery.objects.filter(issue=issue, status=DeliveryStatus.SKIPPED)
        .select_related("person")
        .order_by("reason", "person__name_key", "pk")
    )


_CODES: Final[Mapping[str, str | Promise]] = {
    "5.1.1": gettext_lazy("No such address."),
    "5.1.10": gettext_lazy("No such address."),
    "5.2.1": gettext_lazy("This mailbox is switched off."),
    "5.2.2": gettext_lazy("The mailbox is full."),
    "4.2.2": gettext_lazy("The mailbox is full."),
}
_REASONS: Final[Mapping[str, str | Promise]] = {
    **dict(LeftOut.choices),
    "expired": gettext_lazy("No server took it while it was news."),
    "uncertain": gettext_lazy(
        "It may have arrived, twice perhaps: the server fell silent each time."
    ),
    "content_error": gettext_lazy("The server does not take this message as it is."),
    "render_error": gettext_lazy("The message could not be written."),
}


def with_words(messages: Iterable[Delivery]) -> list[tuple[Delivery, str]]:
    """Say of each message in words what befell it."""
    return [(message, what_happened(message)) for message in messages]


def what_happened(message: Delivery) -> str:
    if message.reason in _REASONS:
        return str(_REASONS[message.reason])
    for code, words in _CODES.items():
        if f" {code} " in f" {message.reply} ":
            return str(words)
    if message.reply and message.status != DeliveryStatus.SENT:
        return _("The server said: %(reply)s") % {"reply": message.reply}
    return message.reason


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What is next: the schedule, its next time, and issues that are not over."""

    schedule: UpdateSchedule | None
    next_due: datetime | None
    issues: list[Issue]

    @property
    def has_sent(self) -> bool:
        """Say whether an update went out to the end since there is a rhythm."""
        return bool(self.schedule and vars(self.schedule)["sent"])

    @property
    def has_draft(self) -> bool:
        updates = (i for i in self.issues if i.kind == IssueKind.UPDATE)
        return any(update.state in EDITABLE for update in updates)


def upcoming(now: datetime) -> Upcoming:
    over = Q(coalition__issue__state__in=OVER)
    sent = Q(
        coalition__issue__kind=IssueKind.UPDATE, coalition__issue__state=IssueState.DONE
    )
    schedules = UpdateSchedule.objects.select_related("coalition").annotate(
        over=Max("coalition__issue__period", filter=over),
        sent=Count("coalition__issue", filter=sent),
    )
    schedule = schedules.first()
    next_due = None
    if schedule and not schedule.paused_at:
        # What left before its day is not told again on it.
        gone = (schedule.over or 0) - schedule.first_period
        next_due = due(schedule, max(period_at(schedule, now), gone, -1) + 1)
    issues = Issue.objects.unfinished().defer("content").order_by("due_at", "pk")
    return Upcoming(schedule, next_due, list(issues))


def sent_issues() -> QuerySet[Issue]:
    """Return what somebody got, the newest first."""
    got = Delivery.objects.filter(issue=OuterRef("pk"), status=DeliveryStatus.SENT)
    sent = Issue.objects.filter(Exists(got), released_at__isnull=False)
    return sent.order_by("-released_at", "-pk")


def past_issues() -> QuerySet[Issue]:
    """Return what is over, with the numbers of messages."""
    return (
        Issue.objects.filter(state__in=OVER)
        .annotate(
            sent=Count("deliveries", filter=Q(deliveries__status="sent")),
            trouble=Count(
                "deliveries", filter=Q(deliveries__status__in=["failed", "held"])
            ),
        )
        .order_by("-due_at", "-pk")
    )


def minutes_to_recall(report: Report, now: datetime) -> int:
    """Return how long it can surely be called back; none when the first may go now."""
    if report.first_at is None:
        return 0
    return max(0, ceil((report.first_at - now) / timedelta(minutes=1)))


def minutes_left(issue: Issue, report: Report) -> int | None:
    """Guess from the pace so far; None before there is one."""
    if not issue.released_at or not report.sent or not report.running:
        return None
    first = issue.deliveries.filter(accepted_at__isnull=False).order_by("accepted_at")
    began = first.values_list("accepted_at", flat=True).first()
    if began is None:
        return None
    passed = timezone.now() - began
    left = passed * report.waiting / report.sent
    return max(1, round(left / timedelta(minutes=1)))


def replies_to_tell(now: datetime) -> list[Notice]:
    """Tell whoever answered by mail what was understood, while it is news."""
    told = InboundMail.objects.to_tell().filter(told_from__gt=now - REPLY_NEWS)
    return [
        Notice(
            kind=REPLY,
            key=str(reply.pk),
            coalition_id=reply.coalition_id,
            person_id=reply.check_in.person_id,
            source=str(reply.pk),
            expires_at=reply.received_at + REPLY_NEWS,
        )
        for reply in told.select_related("check_in")
    ]
