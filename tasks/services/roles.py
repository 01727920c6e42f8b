"""Standing roles: made, changed, closed and opened again."""

from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from members.services.audit import Actor, record_change, snapshot
from members.services.editing import save_edit
from members.services.records import locked, refuse_foreign, switch_record
from tasks.errors import TooFewSeats
from tasks.models import Role
from tasks.queries.roles import most_at_once
from tasks.services.grants import (
    grant_by_role,
    refuse_giving_rights,
    refuse_ungrantable,
)


class RoleFields(TypedDict, total=False):
    name: str
    purpose: str
    duties: str
    ask_about: str
    seats: int
    term_months: int | None
    how_filled: str
    permissions: list[str]


def create_role(*, by: Actor, **fields: Unpack[RoleFields]) -> Role:
    with transaction.atomic():
        role = Role(coalition=by.coalition, **fields)
        refuse_ungrantable(role.permissions)
        refuse_giving_rights(role, by)
        role.validate_constraints()
        role.save(force_insert=True)
        record_change(action="create", target=role, by=by, after=snapshot(role, fields))
    return role


def edit_role(
    *, role: Role, version: int, by: Actor, **fields: Unpack[RoleFields]
) -> Role:
    """Raise EditedMeanwhile, and TooFewSeats for those who hold it or will.

    What it allows counts for its holders from now on; raises RoleGivesRights.
    """
    refuse_foreign(by, role)
    with transaction.atomic():
        stored = locked(role)
        allows = fields.get("permissions", stored.permissions)
        refuse_ungrantable(allows)
        refuse_giving_rights(stored, by)
        refuse_giving_rights(Role(permissions=allows), by)
        taken = most_at_once(stored, timezone.localdate(), None)
        if fields.get("seats", stored.seats) < taken:
            raise TooFewSeats(taken)
        saved = save_edit(record=stored, version=version, fields=fields, by=by)
        grant_by_role(role=saved, by=by)
    return saved


def close_role(*, role: Role, by: Actor) -> Role:
    """Need nobody for it any more; who held it stays in its history."""
    return _switch(role, closes=True, by=by)


def reopen_role(*, role: Role, by: Actor) -> Role:
    """Raise ValidationError where another has its name by now."""
    return _switch(role, closes=False, by=by)


def _switch(role: Role, *, closes: bool, by: Actor) -> Role:
    refuse_foreign(by, role)
    with transaction.atomic():
        stored = locked(role)
        refuse_giving_rights(stored, by)
        if switch_record(record=stored, closes=closes, by=by):
            grant_by_role(role=stored, by=by)
    return stored
