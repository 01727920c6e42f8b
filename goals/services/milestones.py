"""The steps of a goal: planned, reached, taken back."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from goals.errors import (
    DateLiesAhead,
    MilestoneAlreadyReached,
    MilestoneNotReached,
    ReachedMilestoneStays,
)
from goals.models import Goal, Milestone
from goals.signals import milestone_reached, milestone_unreached
from members.models import AuditEntry, Partner, Person
from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, put_back, refuse_foreign, remove_record

REACHED = ("reached_at", "reached_on", "reached_by", "partner", "reached_note")


class MilestoneFields(TypedDict, total=False):
    title: str
    due: date | None
    partner: Partner | None


def create_milestone(
    *, goal: Goal, by: Actor, **fields: Unpack[MilestoneFields]
) -> Milestone:
    refuse_foreign(by, goal, fields.get("partner"))
    with transaction.atomic():
        milestone = Milestone.objects.create(goal=goal, **fields)
        record_change(
            action="create",
            target=milestone,
            by=by,
            after=snapshot(milestone, fields),
        )
    return milestone


def edit_milestone(
    *, milestone: Milestone, version: int, by: Actor, **fields: Unpack[MilestoneFields]
) -> Milestone:
    """Raise EditedMeanwhile when somebody saved since `version`."""
    refuse_foreign(by, milestone.goal, fields.get("partner"))
    return save_edit(record=milestone, version=version, fields=fields, by=by)


def reach_milestone(
    *,
    milestone: Milestone,
    on: date,
    by: Actor,
    person: Person | None = None,
    partner: Partner | None = None,
    note: str = "",
) -> Milestone:
    """Mark it as reached and tell the apps above, in one transaction."""
    refuse_foreign(by, milestone.goal, person, partner)
    if on > timezone.localdate():
        raise DateLiesAhead
    with transaction.atomic():
        stored = locked(milestone)
        if stored.reached_at:
            raise MilestoneAlreadyReached
        before = snapshot(stored, REACHED)
        stored.reached_at, stored.reached_on = timezone.now(), on
        stored.reached_by, stored.reached_note = person, note
        stored.partner = partner or stored.partner
        _save_reached(stored, before, action="reach", by=by)
        milestone_reached.send(Milestone, milestone=stored, by=by)
    return stored


def unreach_milestone(*, milestone: Milestone, by: Actor) -> Milestone:
    """Take "reached" back; who carries it stays."""
    refuse_foreign(by, milestone.goal)
    with transaction.atomic():
        stored = locked(milestone)
        if not stored.reached_at:
            raise MilestoneNotReached
        before = snapshot(stored, REACHED)
        stored.reached_at = stored.reached_on = stored.reached_by = None
        stored.reached_note = ""
        _save_reached(stored, before, action="unreach", by=by)
        milestone_unreached.send(Milestone, milestone=stored, by=by)
    return stored


def _save_reached(
    milestone: Milestone, before: dict[str, object], *, action: str, by: Actor
) -> None:
    milestone.save(update_fields=[*REACHED, "updated_at"])
    record_change(
        action=action,
        target=milestone,
        by=by,
        before=before,
        after={**snapshot(milestone, REACHED), "title": milestone.title},
    )


def delete_milestone(*, milestone: Milestone, by: Actor) -> AuditEntry:
    """Delete it; the entry is what `restore_milestone` takes it back from."""
    refuse_foreign(by, milestone.goal)
    with transaction.atomic():
        stored = locked(milestone)
        if stored.reached_at:
            raise ReachedMilestoneStays
        return remove_record(record=stored, by=by)


def restore_milestone(*, entry: AuditEntry, by: Actor) -> None:
    put_back(entry=entry, by=by)
