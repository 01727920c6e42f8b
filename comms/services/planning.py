"""The calendar of updates: plan each period once, draft it, let it go when it is due."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.common.clock import due, period_at
from comms.errors import (
    AlreadyReleased,
    IssueMoved,
    NobodyToSendTo,
    NumberMissing,
    TooEarly,
)
from comms.models import Issue, IssueKind, IssueState, UpdateSchedule
from comms.models.issue import period_key
from comms.services.composing import compose_issue, fold_into
from comms.services.issues import advance, hold_issue
from comms.services.release import release_issue
from members.models import Coalition, Via
from members.services.audit import Actor
from members.services.tending import tend

LEAD: Final = timedelta(hours=48)
LATE: Final = timedelta(hours=36)
DAY: Final = timedelta(days=1)
# What is recorded now may be committed a little later, an import the latest: if the
# window ended now, no update would ever tell of it.
SETTLED: Final = timedelta(minutes=2)

logger = logging.getLogger(__name__)


def plan(now: datetime) -> int:
    """Make a row for every period that is due within two days, or was missed."""
    return _for_each(
        Coalition.objects.filter(update_schedule__paused_at=None).exclude(
            update_schedule=None
        ),
        now,
        plan_coalition,
    )


def compose_due(now: datetime) -> int:
    """Draft the last planned update of each coalition; it covers the missed ones."""
    return _for_each(
        Coalition.objects.filter(
            update_schedule__paused_at=None,
            issue__state=IssueState.PLANNED,
            issue__due_at__lte=now + LEAD,
        ),
        now,
        partial(compose_coalition, settled=SETTLED),
    )


def release_due(now: datetime) -> int:
    """Let go what is approved and due; what nobody could expect waits for a person."""
    return _for_each(
        Coalition.objects.filter(
            issue__state=IssueState.APPROVED, issue__due_at__lte=now
        ),
        now,
        release_coalition,
    )


def _for_each(
    coalitions: QuerySet[Coalition],
    now: datetime,
    act: Callable[[Coalition, datetime], int],
) -> int:
    def patiently(coalition: Coalition, at: datetime) -> int:
        try:
            return act(coalition, at)
        except TooEarly as wait:  # the clock was set back
            logger.warning("%s: %s", coalition, wait)
            return 0

    return tend(coalitions, now, patiently, what="updates")


def plan_coalition(coalition: Coalition, now: datetime) -> int:
    """Any number of planners make the same rows: the key of a period is unique."""
    with transaction.atomic():
        schedule = UpdateSchedule.objects.select_for_update().get()
        latest = schedule.first_period + period_at(schedule, now + LEAD)
        first = max(last_period() + 1, schedule.first_period)
        rows = [
            new_update(coalition, schedule, period)
            for period in range(first, latest + 1)
        ]
        Issue.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def last_period() -> int:
    """Return the highest number any update of this coalition has, 0 for none."""
    highest: int | None = Issue.objects.updates().aggregate(n=Max("period"))["n"]
    return highest or 0


def new_update(coalition: Coalition, schedule: UpdateSchedule, period: int) -> Issue:
    return Issue(
        coalition=coalition,
        kind=IssueKind.UPDATE,
        source_key=period_key(period),
        period=period,
        due_at=due(schedule, period - schedule.first_period),
    )


def compose_coalition(
    coalition: Coalition, now: datetime, *, settled: timedelta = timedelta()
) -> int:
    with transaction.atomic():
        UpdateSchedule.objects.select_for_update().first()  # one composer at a time
        planned = list(
            Issue.objects.updates()
            .filter(state=IssueState.PLANNED, due_at__lte=now + LEAD)
            .order_by("period")
        )
        if not planned:
            return 0
        *missed, live = planned
        for issue in missed:
            advance(issue, IssueState.MERGED)
        fold_into(live)
        reason = _why_late(live, len(missed), now)
        compose_issue(live, now=now, settled=settled, hold_reason=reason)
    return 1


def _why_late(live: Issue, missed: int, now: datetime) -> str:
    if missed:
        return ngettext(
            "%(n)d update before this one was missed; this one covers it too.",
            "%(n)d updates before this one were missed; this one covers them too.",
            missed,
        ) % {"n": missed}
    if now - live.due_at > LATE:
        return _("This should have left long ago. Read it with fresh eyes.")
    return ""


def release_coalition(coalition: Coalition, now: datetime) -> int:
    approved = Issue.objects.filter(state=IssueState.APPROVED, due_at__lte=now)
    by = Actor(coalition, None, Via.JOB)
    for issue in approved.order_by("due_at"):
        try:
            if reason := _why_not(issue, now):
                hold_issue(issue=issue, reason=reason)
            else:
                release_issue(issue=issue, now=now, at_once=False, by=by)
        except (NobodyToSendTo, NumberMissing) as refusal:
            hold_issue(issue=issue, reason=str(refusal))
        except (AlreadyReleased, IssueMoved):
            continue  # somebody was quicker
    return len(approved)


def _why_not(issue: Issue, now: datetime) -> str:
    """Say why a person should look again before this leaves by itself.

    An approval given when it was due already is a decision to send it now.
    """
    approved = issue.approved_at or issue.due_at
    if now - max(issue.due_at, approved) > LATE:
        return _("It could not leave when it was due. Is it still right?")
    if issue.kind == IssueKind.UPDATE and approved < issue.due_at:
        return _too_soon(now)
    return ""


def caution_about(issue: Issue, now: datetime) -> str:
    """Say what one should think of before sending this draft now."""
    if issue.hold_reason or issue.kind != IssueKind.UPDATE:
        return ""
    if now - issue.due_at > LATE:
        return _("It was due some time ago. Is it still right?")
    return _too_soon(max(now, issue.due_at))


def _too_soon(now: datetime) -> str:
    schedule = UpdateSchedule.objects.first()
    if schedule is None:
        return ""
    gap = timedelta(weeks=schedule.every_weeks) - DAY
    released = Issue.objects.updates().filter(released_at__gt=now - gap)
    if not released.exists():
        return ""
    return _("The last update left only a few days ago. Should this one go already?")
