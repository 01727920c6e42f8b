"""The rounds of check-ins: opened once a period, reminded gently, closed on time.

Any number of workers may run these, late or twice: a schedule's row is locked while
its rounds are made, each period has one row, each person one in it.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from coalition.common.clock import due, period_at
from members.models import Coalition
from members.services.tending import tend
from tasks.models import (
    CheckIn,
    CheckInCycle,
    CheckInSchedule,
    CheckInState,
    CheckInVoice,
    NotHeld,
)
from tasks.models.schedule import PROMISES
from tasks.queries.audience import Asked, whom_to_ask
from tasks.queries.rhythm import (
    Opening,
    local_day,
    next_reminder,
    opening,
    question_in_turn,
)
from tasks.services.reaching import signal_reach_outs

logger = logging.getLogger(__name__)
WHAT = "check-ins"


def open_due_cycles(now: datetime) -> int:
    """Open what is due everywhere; return how many rounds were recorded."""
    due_here = Coalition.objects.filter(
        checkinschedule__stopped_at=None, checkinschedule__next_opens_at__lte=now
    )
    return tend(due_here, now, _open_in, what=WHAT)


def close_due_cycles(now: datetime) -> int:
    """Close what has had its time, whoever is missing."""
    over = Coalition.objects.filter(
        checkincycle__closed_at=None, checkincycle__closes_at__lte=now
    )
    return tend(over, now, _close_in, what=WHAT)


def remind_due(now: datetime) -> int:
    """Let the next reminder of each who has not answered leave."""
    waiting = Coalition.objects.filter(
        checkin__state=CheckInState.ASKED, checkin__remind_at__lte=now
    )
    return tend(waiting, now, _remind_in, what=WHAT)


def _open_in(coalition: Coalition, now: datetime) -> int:
    due_now = CheckInSchedule.objects.running().filter(next_opens_at__lte=now)
    done = 0
    for pk in list(due_now.values_list("pk", flat=True)):
        try:
            done += open_schedule(pk, now)
        except Exception:
            logger.exception("The check-in schedule %s could not be opened", pk)
    return done


@transaction.atomic
def open_schedule(pk: int, now: datetime) -> int:
    """Make a row for each period that is due; ask in the one whose window is open."""
    running = CheckInSchedule.objects.running().with_whom()
    locking = running.select_for_update(of=("self",))
    schedule = locking.filter(pk=pk, next_opens_at__lte=now).first()
    if schedule is None or schedule.next_opens_at is None:
        return 0  # somebody was quicker
    first, last = period_at(schedule, schedule.next_opens_at), period_at(schedule, now)
    cycles = _record(schedule, range(first, last + 1), now)
    for cycle in cycles:
        if not cycle.not_held:
            _ask(schedule, cycle, now)
    schedule.next_opens_at = due(schedule, last + 1)
    schedule.save(update_fields=["next_opens_at"])
    return len(cycles)


def _record(
    schedule: CheckInSchedule, periods: Iterable[int], now: datetime
) -> Sequence[CheckInCycle]:
    known = set(schedule.cycles.values_list("period", flat=True))
    pauses = list(schedule.pauses.all())
    openings = [opening(schedule, n, pauses) for n in periods]
    cycles = [_cycle(schedule, o, now) for o in openings if o.period not in known]
    held = schedule.cycles.held().count()
    for turn, cycle in enumerate((c for c in cycles if not c.not_held), start=held):
        cycle.question = question_in_turn(schedule, turn)
    return CheckInCycle.objects.bulk_create(cycles)


def _cycle(schedule: CheckInSchedule, opens: Opening, now: datetime) -> CheckInCycle:
    not_held = _why_not(opens, now)
    return CheckInCycle(
        coalition_id=schedule.coalition_id,
        schedule=schedule,
        period=opens.period,
        opens_at=opens.opens_at,
        closes_at=opens.closes_at,
        opened_at=now,
        closed_at=now if not_held else None,
        not_held=not_held,
        **{name: getattr(schedule, name) for name in PROMISES},
    )


def _why_not(opens: Opening, now: datetime) -> str:
    if opens.pause:
        return NotHeld.PAUSE
    return NotHeld.MISSED if opens.closes_at <= now else ""


def _ask(schedule: CheckInSchedule, cycle: CheckInCycle, now: datetime) -> None:
    asked = whom_to_ask(schedule, local_day(schedule, now))
    remind_at = next_reminder(now, cycle.closes_at, schedule.reminders, now)
    rows = CheckIn.objects.bulk_create(
        [_check_in(cycle, each, now, remind_at) for each in asked]
    )
    CheckInVoice.objects.bulk_create(
        CheckInVoice(
            coalition_id=cycle.coalition_id, check_in=check_in, partner=partner
        )
        for check_in, each in zip(rows, asked, strict=True)
        for partner in each.partners
    )


def _check_in(
    cycle: CheckInCycle, asked: Asked, now: datetime, remind_at: datetime | None
) -> CheckIn:
    return CheckIn(
        coalition_id=cycle.coalition_id,
        cycle=cycle,
        person=asked.person,
        state=CheckInState.AWAY if asked.away else CheckInState.ASKED,
        tell_at=now,
        remind_at=None if asked.away else remind_at,
    )


@transaction.atomic
def _close_in(coalition: Coalition, now: datetime) -> int:
    """Close each once, and note in the same commit whom to speak to."""
    rows = CheckInCycle.objects.to_close(now).select_for_update(of=("self",))
    over = list(rows.select_related("schedule").order_by("opens_at", "pk"))
    for cycle in over:
        cycle.closed_at = now
        cycle.save(update_fields=["closed_at"])
        signal_reach_outs(cycle=cycle)
    return len(over)


@transaction.atomic
def _remind_in(coalition: Coalition, now: datetime) -> int:
    due_now = CheckIn.objects.waiting().filter(remind_at__lte=now)
    rows = due_now.select_for_update(of=("self",)).select_related(
        "cycle__schedule", "person"
    )
    found = list(rows)
    for check_in in found:
        _remind(check_in, now)
    CheckIn.objects.bulk_update(found, ["reminded", "tell_at", "remind_at"])
    return len(found)


def _remind(check_in: CheckIn, now: datetime) -> None:
    """Count a reminder, unless the round is over or was stopped by now."""
    cycle = check_in.cycle
    schedule, check_in.remind_at = cycle.schedule, None
    over = cycle.closed_at is not None or cycle.closes_at <= now
    mute = not (check_in.person.email and check_in.person.check_in_mail)
    enough = check_in.reminded >= schedule.reminders
    if over or mute or enough or schedule.stopped_at:
        return
    check_in.reminded += 1
    check_in.tell_at = now
    check_in.remind_at = next_reminder(
        cycle.opened_at, cycle.closes_at, schedule.reminders, now
    )
