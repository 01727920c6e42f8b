"""What waits for one person today, the most urgent first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coalition.web.role_needs import Need, role_needs
from comms.models import (
    DRAFTS,
    Delivery,
    DeliveryStatus,
    Issue,
    IssueKind,
    IssueState,
    TransportState,
)
from comms.queries import Upcoming
from goals.models import Milestone
from members.models import Agreement, Membership, Partner
from members.permissions import Permission
from members.queries.agreements import without_agreement
from members.queries.renewals import running_out
from tasks.models import Assignment, Task
from tasks.queries.board import TaskLine, Unanswered, refusals
from tasks.queries.check_ins import how_it_went, open_check_ins

OF_A_KIND = 3
PATIENCE = timedelta(days=7)
WAITING = (*DRAFTS, IssueState.PAUSED)


@dataclass(frozen=True, slots=True)
class Needs:
    """Finds them in what the dashboard has loaded, and in four statements more, six with standing roles."""

    membership: Membership
    now: datetime
    coming: Upcoming
    mine: list[Assignment]
    trouble: list[TaskLine]
    waiting: Unanswered
    milestones: list[Milestone]

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def all(self) -> Iterator[Need]:
        may = self.membership.may
        if may(Permission.UPDATES_SEND):
            yield from self._stopped()
        yield from self._check_ins()
        yield from self._asked()
        if may(Permission.UPDATES_SEND):
            yield from self._issues()
            yield from self._held()
        yield from self._late_mine()
        if may(Permission.TASKS_EDIT):
            yield from self._unaccounted()
            yield from self._declined()
            yield from self._unanswered()
            yield from self._roles()
        if may(Permission.GOALS_EDIT):
            yield from self._late_milestones()
        if may(Permission.AGREEMENTS_EDIT):
            yield from self._agreement()

    def _url(self, name: str, pk: int | None = None) -> str:
        kwargs = {"slug": self.membership.coalition.slug} | (
            {} if pk is None else {"pk": pk}
        )
        return reverse(name, kwargs=kwargs)

    def _asked(self) -> Iterator[Need]:
        asked = (a for a in self.mine if a.pending)
        for part in islice(asked, OF_A_KIND):
            words = {"task": part.task, "part": part.get_letter_display()}
            yield Need(
                icon="hand",
                tone="brand",
                title=_("You are asked for “%(task)s”") % words,
                detail=_("As: %(part)s. Asked") % words,
                url=self._url("tasks:task_detail", part.task_id),
                action=_("Answer"),
                on=timezone.localdate(part.asked_at),
            )

    def _check_ins(self) -> Iterator[Need]:
        waiting = open_check_ins(self.membership.person, self.now).waiting()
        for check_in in waiting[:OF_A_KIND]:
            yield Need(
                icon="clipboard-check",
                tone="brand",
                title=how_it_went(check_in.cycle.schedule),
                detail=_("%(schedule)s. A minute is enough. Open until")
                % {"schedule": check_in.cycle.schedule},
                url=self._url("tasks:check_in_detail", check_in.pk),
                action=_("Check in now"),
                at=check_in.cycle.closes_at,
            )

    def _stopped(self) -> Iterator[Need]:
        state = TransportState.objects.exclude(paused_at=None).first()
        if state and not state.is_held:  # of a hold every page tells
            yield Need(
                icon="mail",
                tone="warn",
                title=_("All mail is stopped"),
                # Not its reason: a server's words may name people of elsewhere.
                detail=_("Ask whoever runs this server."),
                url=self._url("comms:update_list"),
                action=_("Look"),
            )

    def _issues(self) -> Iterator[Need]:
        waiting = (i for i in self.coming.issues if i.state in WAITING)
        for issue in islice(waiting, OF_A_KIND):
            if issue.state == IssueState.PAUSED:
                yield self._paused(issue)
            elif issue.kind == IssueKind.ANNOUNCEMENT:
                yield self._news(issue)
            else:
                yield self._draft(issue)

    def _paused(self, issue: Issue) -> Need:
        return Need(
            icon="mail",
            tone="warn",
            title=_("“%(subject)s” is paused") % {"subject": issue},
            detail=issue.hold_reason,
            url=self._url("comms:update_detail", issue.pk),
            action=_("Look"),
        )

    def _news(self, issue: Issue) -> Need:
        return Need(
            icon="party-popper",
            tone="sun",
            title=_("Celebrate: %(subject)s") % {"subject": issue},
            detail=issue.hold_reason or _("An announcement is drafted."),
            url=self._url("comms:update_detail", issue.pk),
            action=_("Announce"),
        )

    def _draft(self, issue: Issue) -> Need:
        return Need(
            icon="mail",
            tone="brand",
            title=_("Approve “%(subject)s”") % {"subject": issue},
            detail=issue.hold_reason or _("Once approved, it leaves"),
            url=self._url("comms:update_detail", issue.pk),
            action=_("Review"),
            at=None if issue.hold_reason else issue.due_at,
        )

    def _held(self) -> Iterator[Need]:
        held = Delivery.objects.filter(status=DeliveryStatus.HELD, issue__isnull=False)
        issues = list(held.order_by("-pk").values_list("issue_id", flat=True)[:500])
        if issues:
            count = ngettext(
                "%(n)d message waits for a decision",
                "%(n)d messages wait for a decision",
                len(issues),
            )
            yield Need(
                icon="triangle-alert",
                tone="warn",
                title=count % {"n": len(issues)},
                detail=_("We do not know whether they arrived."),
                url=self._url("comms:update_detail", issues[0]),
                action=_("Decide"),
            )

    def _late_mine(self) -> Iterator[Need]:
        late = (
            a
            for a in self.mine
            if a.carries and not a.pending and _is_past(a.task.due, self.today)
        )
        for part in islice(late, OF_A_KIND):
            yield Need(
                icon="clock",
                tone="sun",
                title=str(part.task),
                detail=_("Yours. It was due"),
                url=self._url("tasks:task_detail", part.task_id),
                action=pgettext("act", "Open"),
                on=part.task.due,
                task=part.task,
            )

    def _unaccounted(self) -> Iterator[Need]:
        alone = (line.task for line in self.trouble if line.is_unaccounted)
        for task in islice(alone, OF_A_KIND):
            yield Need(
                icon="user-round",
                tone="warn",
                title=_("Nobody is accountable for “%(task)s”") % {"task": task},
                detail=self._is_due(task),
                url=self._url("tasks:assignment_create", task.pk) + "?letter=A",
                action=_("Find someone"),
                on=task.due,
                task=task,
            )

    def _is_due(self, task: Task) -> str:
        if _is_past(task.due, self.today):
            return _("It was due")
        return _("Due") if task.due else ""

    def _declined(self) -> Iterator[Need]:
        for part in refusals()[:OF_A_KIND]:
            words = {"person": part.person, "task": part.task}
            yield Need(
                icon="user-round",
                tone="sun",
                title=_("%(person)s declined “%(task)s”") % words,
                detail=part.reason,
                url=self._url("tasks:assignment_create", part.task_id),
                action=_("Ask somebody"),
            )

    def _unanswered(self) -> Iterator[Need]:
        since = self.waiting.since
        if since and self.now - since > PATIENCE:
            count = ngettext(
                "%(n)d part waits for a yes",
                "%(n)d parts wait for a yes",
                self.waiting.count,
            )
            yield Need(
                icon="ear",
                tone="info",
                title=count % {"n": self.waiting.count},
                detail=_("A call may do more than an e-mail. The oldest since"),
                url=self._url("tasks:task_list") + "?state=waiting",
                action=_("See whom"),
                on=timezone.localdate(since),
            )

    def _roles(self) -> Iterator[Need]:
        return islice(role_needs(self.membership, self.today), OF_A_KIND)

    def _late_milestones(self) -> Iterator[Need]:
        late = (m for m in self.milestones if _is_past(m.due, self.today))
        for milestone in islice(late, OF_A_KIND):
            yield Need(
                icon="flag",
                tone="sun",
                title=_("Was “%(milestone)s” reached?") % {"milestone": milestone},
                detail=_("%(goal)s. It was due") % {"goal": milestone.goal},
                url=self._url("goals:goal_detail", milestone.goal_id),
                action=_("Say so"),
                on=milestone.due,
            )

    def _agreement(self) -> Iterator[Need]:
        if agreement := Agreement.objects.current():
            yield from self._not_accepted(agreement)
            if agreement.renewal_months:
                yield from self._running_out()

    def _not_accepted(self, agreement: Agreement) -> Iterator[Need]:
        partners = Partner.objects.active().listed()
        if missing := without_agreement(partners, agreement, self.today).count():
            count = ngettext(
                "%(n)d partner has not accepted “%(agreement)s”",
                "%(n)d partners have not accepted “%(agreement)s”",
                missing,
            )
            yield Need(
                icon="handshake",
                tone="info",
                title=count % {"n": missing, "agreement": agreement},
                detail=_("Their delegates are asked on their home page."),
                url=self._url("members:agreement_list"),
                action=_("See who"),
            )

    def _running_out(self) -> Iterator[Need]:
        if soon := list(running_out(self.today).values_list("renew_on", flat=True)):
            yield Need(
                icon="handshake",
                tone="info",
                title=ngettext(
                    "%(n)d partner is to renew the agreement",
                    "%(n)d partners are to renew the agreement",
                    len(soon),
                )
                % {"n": len(soon)},
                detail=_("Who decides there is reminded by mail. The first by"),
                url=self._url("members:agreement_list"),
                action=_("See who"),
                on=min(day for day in soon if day),
            )


def _is_past(due: date | None, today: date) -> bool:
    return due is not None and due < today
