"""Recording how far a goal is, and setting such a reading right."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from goals.errors import DateLiesAhead
from goals.models import Goal, GoalReading
from members.models import AuditEntry
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record

FIELDS = ("on", "value", "note")


def record_reading(
    *, goal: Goal, on: date, value: Decimal, by: Actor, note: str = ""
) -> GoalReading:
    refuse_foreign(by, goal)
    _refuse_future(on)
    with transaction.atomic():
        reading = GoalReading.objects.create(
            goal=goal, on=on, value=value, note=note, recorded_by=by.person
        )
        record_change(
            action="create",
            target=reading,
            by=by,
            after=snapshot(reading, FIELDS),
        )
    return reading


def correct_reading(
    *,
    reading: GoalReading,
    version: int,
    on: date,
    value: Decimal,
    by: Actor,
    note: str = "",
) -> GoalReading:
    """Raise EditedMeanwhile when somebody saved since `version`."""
    refuse_foreign(by, reading.goal)
    _refuse_future(on)
    fields = {"on": on, "value": value, "note": note}
    return save_edit(
        record=reading, version=version, fields=fields, by=by, action="correct"
    )


def delete_reading(*, reading: GoalReading, by: Actor) -> AuditEntry:
    """Delete it; the entry is what `restore_reading` takes it back from."""
    refuse_foreign(by, reading.goal)
    with transaction.atomic():
        return remove_record(record=locked(reading), by=by)


def restore_reading(*, entry: AuditEntry, by: Actor) -> None:
    put_back(entry=entry, by=by)


def _refuse_future(on: date) -> None:
    if on > timezone.localdate():
        raise DateLiesAhead
