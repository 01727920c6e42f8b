"""What people may do because of what they hold: written by whoever keeps that."""

from collections.abc import Collection, Sequence

from members.models import PermissionGrant
from members.services.audit import Actor, Change, record_changes, snapshot

FIELDS = ("person", "permission", "because", "from_on", "to_on")


def set_grants(
    *, sources: Collection[str], wanted: Sequence[PermissionGrant], by: Actor
) -> None:
    """Let these sources give what is wanted and nothing else; in a transaction.

    The statements are the same for any number. What stands already is left alone.
    """
    rows = PermissionGrant.objects.filter(source__in=sources).order_by("pk")
    held = {_key(grant): grant for grant in rows.select_for_update(of=("self",))}
    changes, made, changed = [], [], []
    for new in wanted:
        old = held.pop(_key(new), None)
        before = snapshot(old, FIELDS) if old else {}
        if old is None:
            made.append(new)
        elif before != snapshot(new, FIELDS):
            for name in FIELDS:
                setattr(old, name, getattr(new, name))
            changed.append(old)
            changes.append(Change("change grant", old, before, snapshot(old, FIELDS)))
    changes += [Change("revoke", g, snapshot(g, FIELDS), {}) for g in held.values()]
    _write(made, changed, list(held.values()))
    changes += [Change("grant", grant, {}, snapshot(grant, FIELDS)) for grant in made]
    record_changes(changes=changes, by=by)


def _key(grant: PermissionGrant) -> tuple[str, str]:
    return grant.source, str(grant.permission)


def _write(
    made: list[PermissionGrant],
    changed: list[PermissionGrant],
    gone: list[PermissionGrant],
) -> None:
    if gone:
        rows = PermissionGrant.objects.filter(pk__in=[grant.pk for grant in gone])
        rows.delete()
    PermissionGrant.objects.bulk_create(made, batch_size=500)
    PermissionGrant.objects.bulk_update(changed, FIELDS, batch_size=500)
