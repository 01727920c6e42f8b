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
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.clock import due, period_at
from coalition.common.notices import Notice
from coalition.common.text import holding
from comms.models import (
    CAME_BACK,
    EDITABLE,
    GONE_OUT,
    Delivery,
    DeliveryStatus,
    InboundMail,
    Issue,
    IssueKind,
    IssueState,
    LeftOut,
    MailReport,
    ReportKind,
    UpdateSchedule,
)
from members.models import Membership, Person
from members.permissions import Permission

REPLY: Final = "reply"  # the kind of the mail that tells what became of one
REPLY_NEWS: Final = timedelta(days=2)
OVER: Final = (IssueState.DONE, IssueState.SKIPPED, IssueState.CANCELLED)
_HAD: Final = (*GONE_OUT, *OVER)  # their day comes to nothing any more
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
    came_back: int
    complaints: int
    left_out: int
    uncertain: int
    first_at: datetime | None
    began_at: datetime | None

    @property
    def recallable(self) -> bool:
        return not (self.sent or self.uncertain or self.began_at)

    @property
    def delivered(self) -> int:
        return self.sent - self.came_back

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
        return self.again + self.failed + self.held + self.came_back


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
        came_back=Count("pk", filter=Q(Exists(_came_back()))),
        complaints=Count("pk", filter=Q(Exists(_reports(ReportKind.COMPLAINT)))),
        left_out=Count("pk", filter=Q(status="skipped")),
        uncertain=Count("pk", filter=Q(uncertain__gt=0)),
        first_at=Min("not_before", filter=Q(status="queued")),
        began_at=Min(Coalesce("data_started_at", "accepted_at")),
    )
    return Report(**counts)


def has_left(issue: Issue) -> bool:
    """Say whether somebody may have got it, so that it cannot be called back."""
    return not report_of(issue.told_in or issue).recallable


def _reports(*kinds: ReportKind) -> QuerySet[MailReport]:
    return MailReport.objects.filter(delivery=OuterRef("pk"), kind__in=kinds)


def _came_back() -> QuerySet[MailReport]:
    """Return the reports of a message that its server had taken at first."""
    return _reports(*CAME_BACK).filter(delivery__status=DeliveryStatus.SENT)


def messages_of(issue: Issue, *, needs_a_look: bool = False) -> QuerySet[Delivery]:
    """Return the messages that were to leave, those with trouble first."""
    rows = Delivery.objects.filter(issue=issue).exclude(status=DeliveryStatus.SKIPPED)
    rows = rows.annotate(came_back=Subquery(_came_back().values("kind")[:1]))
    trouble = _NEEDS_A_LOOK | Q(came_back__isnull=False)
    if needs_a_look:
        rows = rows.filter(trouble)
    calm = Case(When(trouble, then=0), default=1, output_field=IntegerField())
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
    if kind := vars(message).get("came_back"):
        return f"{ReportKind(kind).label}."
    if message.reason in _REASONS:
        return str(_REASONS[message.reason])
    for code, words in _CODES.items():
        if f" {code} " in f" {message.reply} ":
            return str(words)
    if message.reply and message.status != DeliveryStatus.SENT:
        return _("The server said: %(reply)s") % {"reply": message.reply}
    if message.reason == "refused":  # so long ago that its words are forgotten
        return _("The mail server refused it.")
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
    over = Q(coalition__issue__state__in=_HAD)
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


def readable_issues() -> QuerySet[Issue]:
    """Return what somebody got, by itself or told by an update."""
    arrived = Delivery.objects.filter(status=DeliveryStatus.SENT)
    got = arrived.filter(issue=OuterRef("pk"))
    told = arrived.filter(issue=OuterRef("told_in"))
    return Issue.objects.filter(Exists(got) | Exists(told), released_at__isnull=False)


def sent_issues() -> QuerySet[Issue]:
    """Return what somebody got, the newest first."""
    sent = readable_issues().filter(told_in=None)
    return sent.order_by("-released_at", "-pk")


def issues_read_by(membership: Membership) -> QuerySet[Issue]:
    """Return what was sent, as far as this member may read it.

    An announcement to a part of the coalition is for those who were to get it when it
    left, and for whoever sees drafts.
    """
    sent = readable_issues().order_by("-released_at", "-pk")
    if membership.may(Permission.UPDATES_VIEW):
        return sent
    theirs = Delivery.objects.filter(issue=OuterRef("pk"), person=membership.person_id)
    for_all = Q(addressees__isnull=True)
    return sent.filter(for_all | Exists(theirs))


def issues_found(membership: Membership, words: str) -> QuerySet[Issue]:
    """Return what this member may read in which all these words stand."""
    return issues_read_by(membership).filter(holding(words))


def announced_lately(membership: Membership, since: datetime) -> QuerySet[Issue]:
    """Return the announcements that this member may read, the newest first."""
    read = issues_read_by(membership).filter(kind=IssueKind.ANNOUNCEMENT)
    return read.filter(released_at__gte=since).defer("content")


def issue_told_to(person: Person, pk: int) -> Issue | None:
    """Return what somebody was to get, or may look at before it leaves."""
    issue = Issue.objects.select_related("coalition").filter(pk=pk).first()
    told = Delivery.objects.filter(person=person)
    if issue is None or told.filter(_told_by(issue)).exists():
        return issue
    membership = Membership.objects.active().with_grants().filter(person=person).first()
    sees = membership is not None and membership.may(Permission.UPDATES_VIEW)
    return issue if sees else None


def _told_by(issue: Issue) -> Q:
    """Return the messages that told it: its own, and those of the update it was in."""
    own = Q(issue=issue)
    return own | Q(issue=issue.told_in_id) if issue.told_in_id else own


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
        .order_by(Coalesce("released_at", "due_at").desc(), "-pk")
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
            person_id=reply.who.pk,
            source=str(reply.pk),
            expires_at=reply.received_at + REPLY_NEWS,
        )
        for reply in told.select_related("person", "check_in__person")
    ]
