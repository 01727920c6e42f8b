"""What waits for the person who opens the dashboard, most pressing first."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comms.models import (
    Delivery,
    DeliveryStatus,
    Issue,
    IssueKind,
    IssueState,
    TransportState,
)
from members.http import CoalitionRequest
from members.models import Coalition
from members.permissions import Permission
from tasks.models import Assignment, AssignmentStatus, Letter, Task
from tasks.models.task import AssignmentQuerySet

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do: what, why now, where, and the words of the button."""

    icon: str
    tone: str
    title: str
    meta: str
    url: str
    action: str


def needs_of(request: CoalitionRequest) -> list[Need]:
    """Return at most SHOWN needs, in seven statements however many there are."""
    may = request.membership.may
    found: list[Need] = []
    if may(Permission.UPDATES_SEND):
        found += _mail_needs(request.coalition)
    found += _questions_to(request)
    if may(Permission.TASKS_EDIT):
        found += _task_needs(request.coalition)
    return found[:SHOWN]


def _mail_needs(coalition: Coalition) -> Iterator[Need]:
    if stopped := TransportState.objects.exclude(paused_at=None).first():
        yield Need(
            "mail",
            "warn",
            _("All mail is stopped"),
            stopped.reason or _("Ask whoever runs this server."),
            _url("comms:update_list", coalition),
            _("Look"),
        )
    wanted = (IssueState.COMPOSED, IssueState.AWAITING_APPROVAL, IssueState.PAUSED)
    for issue in Issue.objects.filter(state__in=wanted).order_by("due_at")[:SHOWN]:
        yield _issue_need(coalition, issue)
    if held := Delivery.objects.filter(status=DeliveryStatus.HELD).count():
        yield Need(
            "mail",
            "warn",
            ngettext("%(n)d message waits for you", "%(n)d messages wait for you", held)
            % {"n": held},
            _("Nobody can say whether it arrived, or it could not be made."),
            _url("comms:update_list", coalition),
            _("Look"),
        )


def _issue_need(coalition: Coalition, issue: Issue) -> Need:
    url = _url("comms:update_detail", coalition, issue.pk)
    if issue.state == IssueState.PAUSED:
        title = _("“%(subject)s” is paused") % {"subject": issue}
        return Need("mail", "warn", title, issue.hold_reason, url, _("Look"))
    if issue.kind == IssueKind.ANNOUNCEMENT:
        title = _("Celebrate: %(subject)s") % {"subject": issue.subject}
        meta = issue.hold_reason or _("An announcement is drafted.")
        return Need("party-popper", "sun", title, meta, url, _("Announce"))
    local = timezone.localtime(issue.due_at)
    title = _("Approve the update of %(day)s") % {"day": date_format(local, "j F")}
    meta = issue.hold_reason or _("Leaves %(moment)s, once approved.") % {
        "moment": date_format(local, "l j F, H:i")
    }
    return Need("mail", "brand", title, meta, url, _("Review"))


def _questions_to(request: CoalitionRequest) -> Iterator[Need]:
    """Yield what others ask this person to carry."""
    asked = (
        Assignment.objects.unanswered()
        .of_open_tasks()
        .filter(person=request.person)
        .select_related("task", "asked_by")
    )
    for assignment in asked[:SHOWN]:
        words = {
            "who": assignment.asked_by or request.coalition,
            "letter": assignment.get_letter_display().lower(),
        }
        yield Need(
            "clipboard-check",
            "brand",
            assignment.task.title,
            _("%(who)s asks you to be %(letter)s.") % words,
            _url("tasks:task_detail", request.coalition, assignment.task_id),
            _("Answer"),
        )


def _task_needs(coalition: Coalition) -> Iterator[Need]:
    for task in Task.objects.unaccounted().select_related("goal")[:SHOWN]:
        yield Need(
            "user-round",
            "warn",
            _("Nobody is accountable for “%(task)s”") % {"task": task},
            _where(task),
            _url("tasks:task_detail", coalition, task.pk),
            _("Find someone"),
        )
    for refusal in _unreplaced()[:SHOWN]:
        yield Need(
            "user-round",
            "sun",
            _("%(person)s declined “%(task)s”")
            % {"person": refusal.person, "task": refusal.task},
            refusal.reason or _where(refusal.task),
            _url("tasks:task_detail", coalition, refusal.task_id),
            _("Ask somebody"),
        )


def _unreplaced() -> AssignmentQuerySet:
    """Return the refusals after which nobody else holds that letter."""
    others = Assignment.objects.standing().filter(
        task=OuterRef("task"), letter=OuterRef("letter")
    )
    return (
        Assignment.objects.filter(
            ~Exists(others),
            status=AssignmentStatus.DECLINED,
            letter=Letter.RESPONSIBLE,
        )
        .of_open_tasks()
        .select_related("task__goal", "person")
    )


def _where(task: Task) -> str:
    due = date_format(task.due, "j F") if task.due else ""
    parts = [task.goal.title if task.goal else "", due]
    return " · ".join(part for part in parts if part)


def _url(name: str, coalition: Coalition, pk: int | None = None) -> str:
    key = {} if pk is None else {"pk": pk}
    return reverse(name, kwargs={"slug": coalition.slug, **key})
