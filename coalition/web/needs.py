"""What waits for one person today, the most urgent first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coalition.web.check_in_needs import (
    check_in_needs,
    proposal_needs,
    reach_out_needs,
)
from coalition.web.mail_needs import (
    errand_needs,
    mail_needs,
    quote_needs,
    stopped_needs,
)
from coalition.web.role_needs import Need, role_needs
from coalition.web.trouble_needs import trouble_needs
from comms.queries import Upcoming
from comms.queries.feedback import waiting_feedback
from goals.models import Milestone
from members.models import Agreement, Membership, Partner
from members.permissions import Permission
from members.queries.agreements import without_agreement
from members.queries.renewals import running_out
from tasks.models import Assignment, Task
from tasks.queries.board import TaskLine, Unanswered, refusals
from tasks.queries.consultations import asked_of, to_ask_by

OF_A_KIND = 3
PATIENCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Needs:
    """Finds them in what the dashboard has loaded, and in ten statements more, twelve with standing roles."""

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
            yield from stopped_needs(self.membership)
        yield from check_in_needs(self.membership, self.now)
        yield from self._asked()
        yield from self._consulted()
        yield from proposal_needs(self.membership)
        yield from quote_needs(self.membership)
        if may(Permission.UPDATES_SEND):
            yield from mail_needs(self.membership, self.coming)
        yield from errand_needs(self.membership)
        yield from self._late_mine()
        yield from self._to_ask()
        yield from trouble_needs(self.membership, self.now)
        if may(Permission.TASKS_EDIT):
            yield from self._unaccounted()
            yield from self._declined()
            yield from self._unanswered()
            yield from self._roles()
        if may(Permission.CHECKINS_EDIT):
            yield from reach_out_needs(self.membership, self.now)
        if may(Permission.FEEDBACK_ANSWER):
            yield from self._said()
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
            words |= {"partner": part.partner}
            yield Need(
                icon="hand",
                tone="brand",
                title=_("%(partner)s is asked for somebody for “%(task)s”") % words
                if part.is_unnamed
                else _("You are asked for “%(task)s”") % words,
                detail=_("As: %(part)s. Asked") % words,
                url=self._url("tasks:assignment_name", part.pk)
                if part.is_unnamed
                else self._url("tasks:task_detail", part.task_id),
                action=_("Say who") if part.is_unnamed else _("Answer"),
                on=timezone.localdate(part.asked_at),
            )

    def _consulted(self) -> Iterator[Need]:
        for asked in asked_of(self.membership.person)[:OF_A_KIND]:
            words = {"who": asked.asked_by, "task": asked.task}
            yield Need(
                icon="ear",
                tone="brand",
                title=_("%(who)s asks for your view on “%(task)s”") % words
                if asked.asked_by
                else _("You are asked for your view on “%(task)s”") % words,
                detail=_("Please answer by"),
                url=self._url("tasks:consultation_detail", asked.pk),
                action=_("Answer"),
                on=asked.due,
            )

    def _to_ask(self) -> Iterator[Need]:
        waiting = to_ask_by(self.membership.person, self.today)
        for task, names in waiting[:OF_A_KIND]:
            yield Need(
                icon="ear",
                tone="info",
                title=_("Ask %(people)s about “%(task)s”")
                % {"people": ", ".join(names), "task": task},
                detail=_("They are to be consulted before it is done. Due"),
                url=self._url("tasks:consultation_create", task.pk),
                action=_("Ask"),
                on=task.due,
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
            words = {"person": part.who, "task": part.task}
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

    def _said(self) -> Iterator[Need]:
        waiting = waiting_feedback(self.membership, self.today)
        if oldest := waiting.oldest:
            late = _is_past(oldest.due_on, self.today)
            count = ngettext(
                "%(n)d thing that was said waits for an answer. The oldest since",
                "%(n)d things that were said wait for an answer. The oldest since",
                waiting.count,
            )
            yield Need(
                icon="ear",
                tone="warn" if late else "info",
                title=_("Answer “%(title)s”") % {"title": oldest},
                detail=count % {"n": waiting.count},
                url=self._url("comms:feedback_detail", oldest.pk),
                action=_("Answer"),
                on=oldest.raised_on,
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
