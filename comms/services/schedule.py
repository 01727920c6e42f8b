"""The rhythm of updates, and a draft ahead of it."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from coalition.common.clock import due, next_weekday, period_at
from comms.models import DRAFTS, Issue, IssueState, UpdateSchedule
from comms.services.composing import compose_issue, refresh_issue
from comms.services.planning import (
    compose_coalition,
    last_period,
    new_update,
    plan_coalition,
)
from members.models import Coalition
from members.services.audit import Actor, record_change, snapshot

THURSDAY: Final = 3
SETTLING: Final = timedelta(days=2)  # so that a first draft has its 48 hours
DATES_SHOWN: Final = 3
FIELDS: Final = ("every_weeks", "anchor_date", "local_time", "timezone")


def suggested_schedule(coalition: Coalition, now: datetime) -> UpdateSchedule:
    """Return the rhythm as it is, from its next date on, or the usual one; unsaved."""
    schedule = UpdateSchedule.objects.filter(coalition=coalition).first()
    if schedule is None:
        return UpdateSchedule(coalition=coalition, **_usual(coalition, now))
    schedule.anchor_date = _next_date(schedule, now)
    return schedule


def _usual(coalition: Coalition, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now, coalition.zone)
    return {
        "anchor_date": next_weekday(today + SETTLING, THURSDAY),
        "local_time": time(10),
        "timezone": coalition.timezone,
    }


def _next_date(schedule: UpdateSchedule, now: datetime) -> date:
    """Return the day of the first update that is still to be drafted."""
    undrafted = _last_drafted() + 1 - schedule.first_period
    return schedule.day(max(0, undrafted, period_at(schedule, now) + 1))


def coming_dates(schedule: UpdateSchedule) -> list[datetime]:
    """Return when the first updates of a rhythm would leave."""
    return [due(schedule, n) for n in range(DATES_SHOWN)]


def rhythm_on(
    *, coalition: Coalition, now: datetime, every_weeks: int, weekday: int, at: time
) -> UpdateSchedule:
    """Return a rhythm of that weekday, from the first with time for a draft; unsaved."""
    usual = _usual(coalition, now)
    today = timezone.localdate(now, coalition.zone)
    first = next_weekday(today + SETTLING, weekday)
    chosen = {"every_weeks": every_weeks, "anchor_date": first, "local_time": at}
    return UpdateSchedule(coalition=coalition, **(usual | chosen))


def ensure_schedule(*, coalition: Coalition, now: datetime, by: Actor) -> bool:
    """Give a coalition that has none a rhythm: every second Thursday at ten."""
    with transaction.atomic():
        schedule, made = UpdateSchedule.objects.get_or_create(
            coalition=coalition, defaults=_usual(coalition, now)
        )
        if made:
            after = snapshot(schedule, FIELDS)
            record_change(action="create", target=schedule, by=by, after=after)
    return made


class Rhythm(TypedDict):
    every_weeks: int
    anchor_date: date
    local_time: time
    timezone: str


def edit_schedule(
    *, coalition: Coalition, by: Actor, **rhythm: Unpack[Rhythm]
) -> UpdateSchedule:
    """Begin a new rhythm with the first update that is not drafted yet.

    What is drafted keeps its time, and numbers go on where they were.
    """
    with transaction.atomic():
        stored = UpdateSchedule.objects.select_for_update().filter(coalition=coalition)
        schedule = stored.first() or UpdateSchedule(coalition=coalition)
        before = snapshot(schedule, FIELDS) if schedule.pk else {}
        for name, value in rhythm.items():
            setattr(schedule, name, value)
        schedule.first_period = _last_drafted() + 1
        schedule.save()
        _move_planned(schedule)
        after = snapshot(schedule, FIELDS)
        record_change(action="edit", target=schedule, by=by, before=before, after=after)
    return schedule


def _last_drafted() -> int:
    drafted = Issue.objects.updates().exclude(state=IssueState.PLANNED)
    highest: int | None = drafted.aggregate(n=Max("period"))["n"]
    return highest or 0


def _move_planned(schedule: UpdateSchedule) -> None:
    for issue in Issue.objects.updates().filter(state=IssueState.PLANNED):
        n = (issue.period or schedule.first_period) - schedule.first_period
        issue.due_at = due(schedule, n)
        issue.save(update_fields=["due_at", "updated_at"])


def pause_schedule(*, schedule: UpdateSchedule, by: Actor) -> None:
    """Plan and draft nothing more until it goes on; what is approved still leaves."""
    _switch(schedule, timezone.now(), "pause", by)


def resume_schedule(*, schedule: UpdateSchedule, by: Actor) -> None:
    """Go on with the next date of the rhythm: what was left out was not missed."""
    with transaction.atomic():
        edit_schedule(
            coalition=schedule.coalition,
            every_weeks=schedule.every_weeks,
            anchor_date=_next_date(schedule, timezone.now()),
            local_time=schedule.local_time,
            timezone=schedule.timezone,
            by=by,
        )
        _switch(schedule, None, "resume", by)


def _switch(
    schedule: UpdateSchedule, paused_at: datetime | None, action: str, by: Actor
) -> None:
    with transaction.atomic():
        schedule.paused_at = paused_at
        schedule.save(update_fields=["paused_at", "updated_at"])
        record_change(action=action, target=schedule, by=by)


def draft_now(*, coalition: Coalition, now: datetime, by: Actor) -> Issue:
    """Return the update of the present period, drafted from what is recorded by now.

    A draft is made again, an approved one stays as it is. Ahead of its time an update
    with nothing to tell is not skipped: it stays planned.
    """
    with transaction.atomic():
        ensure_schedule(coalition=coalition, now=now, by=by)
        plan_coalition(coalition, now)
        composed = compose_coalition(coalition, now)
        latest = Issue.objects.updates().order_by("-period").first()
        if latest and (composed or latest.state == IssueState.APPROVED):
            return latest
        if latest and latest.state in DRAFTS:
            return refresh_issue(issue=latest, now=now, by=by)
        return _draft_ahead(coalition, now)


def _draft_ahead(coalition: Coalition, now: datetime) -> Issue:
    """Draft the next period before its 48 hours have come."""
    planned = Issue.objects.updates().filter(state=IssueState.PLANNED)
    issue = planned.order_by("period").first()
    if issue is None:
        schedule = UpdateSchedule.objects.get()
        number = max(last_period() + 1, schedule.first_period)
        issue = new_update(coalition, schedule, number)
        issue.save()
    compose_issue(issue, now=now, skip=False)
    return issue
