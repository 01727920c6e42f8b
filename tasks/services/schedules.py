"""Check-in schedules: made, changed, stopped and taken up again; pauses for holidays."""

from copy import copy
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.clock import due, moment, next_weekday
from members.models import AuditEntry
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import StillOpen
from tasks.models import CheckInCycle, CheckInPause, CheckInSchedule
from tasks.queries.rhythm import next_day, next_period

TUESDAY: Final = 1
A_DAY: Final = timedelta(days=1)
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
        stored, now = locked(schedule), timezone.now()
        rhythm = _rhythm(stored, fields, now)
        if "next_opens_at" in rhythm:
            _refuse_beside_open(stored, rhythm["next_opens_at"])
        fields |= rhythm
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
    highest: int | None = schedule.cycles.aggregate(n=Max("period"))["n"]
    return {"first_period": (highest or 0) + 1, "next_opens_at": first}


def as_edited(
    schedule: CheckInSchedule, *, now: datetime, **fields: Any
) -> CheckInSchedule:
    """Return what a schedule would be with these fields, to look at; unsaved."""
    seen = copy(schedule)
    if seen.pk:
        fields |= _rhythm(schedule, fields, now)
    for name, value in fields.items():
        if name != "version":
            setattr(seen, name, value)
    return seen


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


def suggested_schedule(
    *, by: Actor, now: datetime, schedule: CheckInSchedule | None = None
) -> CheckInSchedule:
    """Return a schedule as it is from its next date on, or the usual one; unsaved.

    Most begin with every second Tuesday morning, for all partners.
    """
    if schedule is not None:
        shown = copy(schedule)
        shown.anchor_date = next_day(schedule, now)
        return shown
    today = timezone.localdate(now, by.coalition.zone)
    return CheckInSchedule(
        coalition=by.coalition,
        name=_("How is it going?"),
        anchor_date=next_weekday(today + A_DAY, TUESDAY),
        local_time=time(9),
        timezone=by.coalition.timezone,
    )
