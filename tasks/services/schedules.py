"""Check-in schedules: made, changed, stopped and taken up again; pauses for holidays."""

from datetime import date, datetime, time
from typing import Any, Final, TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from coalition.common.clock import due, moment
from members.models import AuditEntry
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import StillOpen
from tasks.models import CheckInCycle, CheckInPause, CheckInSchedule
from tasks.queries.rhythm import next_day, next_period

TARGETS: Final = ("goal", "role", "group", "person")
RHYTHM: Final = ("cadence", "every", "local_time", "timezone")


def create_schedule(*, by: Actor, **fields: Any) -> CheckInSchedule:
    """Begin a schedule with the form's fields; its first opens on `anchor_date`."""
    refuse_foreign(by, *(fields.get(name) for name in TARGETS))
    with transaction.atomic():
        schedule = CheckInSchedule(coalition=by.coalition, **fields)
        schedule.next_opens_at = due(schedule, 0)
        schedule.full_clean()
        schedule.save()
        after = snapshot(schedule, fields)
        record_change(action="create", target=schedule, by=by, after=after)
    return schedule


def edit_schedule(
    *, schedule: CheckInSchedule, version: int, by: Actor, **fields: Any
) -> CheckInSchedule:
    """Change a schedule; what is open keeps its time, and numbers go on.

    Raises EditedMeanwhile, and StillOpen when the new rhythm would open a second one
    beside the present.
    """
    refuse_foreign(by, schedule, *(fields.get(name) for name in TARGETS))
    with transaction.atomic():
        stored = locked(schedule)
        fields |= _rhythm(stored, fields, timezone.now())
        return save_edit(record=stored, version=version, fields=fields, by=by)


def _rhythm(
    schedule: CheckInSchedule, fields: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Return the columns of a new rhythm, or those of the old one when it stays."""
    shown = next_day(schedule, now)
    same = all(fields[name] == getattr(schedule, name) for name in RHYTHM)
    if same and fields["anchor_date"] == shown:
        return {"anchor_date": schedule.anchor_date}
    first = moment(fields["anchor_date"], fields["local_time"], fields["timezone"])
    _refuse_beside_open(schedule, first)
    highest: int | None = schedule.cycles.aggregate(n=Max("period"))["n"]
    return {
        "first_period": (highest or 0) + 1,
        "next_opens_at": first,
    }


def _refuse_beside_open(schedule: CheckInSchedule, first: datetime) -> None:
    cycles = CheckInCycle.objects.filter(schedule=schedule, closed_at=None)
    present = cycles.filter(closes_at__gt=first).first()
    if present:
        raise StillOpen(present.closes_at)


def stop_schedule(*, schedule: CheckInSchedule, by: Actor) -> CheckInSchedule:
    """Open no more and remind nobody; what is open can be answered until it closes."""
    refuse_foreign(by, schedule)
    with transaction.atomic():
        stored = locked(schedule)
        if stored.stopped_at is None:
            _switch(stored, timezone.now(), "stop", by)
    return stored


def resume_schedule(*, schedule: CheckInSchedule, by: Actor) -> CheckInSchedule:
    """Go on with the next date of the rhythm: what was left out was not missed."""
    refuse_foreign(by, schedule)
    with transaction.atomic():
        stored, now = locked(schedule), timezone.now()
        if stored.stopped_at is not None:
            if stored.next_opens_at is None or stored.next_opens_at <= now:
                stored.next_opens_at = due(stored, next_period(stored, now))
            _switch(stored, None, "resume", by)
    return stored


def _switch(
    schedule: CheckInSchedule, stopped_at: datetime | None, action: str, by: Actor
) -> None:
    schedule.stopped_at = stopped_at
    schedule.save(update_fields=["stopped_at", "next_opens_at", "updated_at"])
    record_change(action=action, target=schedule, by=by)


class Pause(TypedDict):
    from_on: date
    to_on: date
    reason: str


def create_pause(
    *, schedule: CheckInSchedule, by: Actor, **fields: Unpack[Pause]
) -> CheckInPause:
    """Open nothing on these days; what is open already goes on."""
    refuse_foreign(by, schedule)
    with transaction.atomic():
        pause = CheckInPause(coalition=by.coalition, schedule=schedule, **fields)
        pause.full_clean()
        pause.save()
        after = snapshot(pause, ("schedule", *fields))
        record_change(action="create", target=pause, by=by, after=after)
    return pause


def delete_pause(*, pause: CheckInPause, by: Actor) -> AuditEntry:
    """Take a pause away; the entry is what `restore_pause` needs."""
    refuse_foreign(by, pause)
    with transaction.atomic():
        return remove_record(record=locked(pause), by=by)


def restore_pause(*, entry: AuditEntry, by: Actor) -> None:
    put_back(entry=entry, by=by)


def usual_schedule(*, by: Actor, first: date) -> CheckInSchedule:
    """Return what most begin with: every second week, all partners; unsaved."""
    return CheckInSchedule(
        coalition=by.coalition,
        anchor_date=first,
        local_time=time(9),
        timezone=by.coalition.timezone,
    )
