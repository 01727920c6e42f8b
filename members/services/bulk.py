"""One act on many partners, and taking it back."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.errors import NothingToChange
from members.models import AuditEntry, Partner
from members.models.partner import PartnerStatus
from members.services.audit import (
    Actor,
    Change,
    record_change,
    record_changes,
    snapshot,
)
from members.services.imports.run import save_edits, set_values

BULK = "bulk"  # the audit action that `undo_bulk` takes back


class BulkAct(models.TextChoices):
    PAUSE = "pause", _("Pause")
    RESUME = "resume", _("Bring back")
    TAG = "tag", _("Add a tag")
    UNTAG = "untag", _("Remove a tag")
    ARCHIVE = "archive", _("Archive")
    UNARCHIVE = "unarchive", _("Take out of the archive")


# What an act is called in a partner's history.
ACTIONS = {
    BulkAct.PAUSE: "status",
    BulkAct.RESUME: "status",
    BulkAct.TAG: "edit",
    BulkAct.UNTAG: "edit",
    BulkAct.ARCHIVE: "archive",
    BulkAct.UNARCHIVE: "unarchive",
}


def change_partners(
    *, pks: Collection[int], act: str, by: Actor, reason: str = "", tag: str = ""
) -> AuditEntry:
    """Do it to those whom it changes; `undo_bulk` takes the returned entry.

    Raises NothingToChange when it changes nobody.
    """
    act = BulkAct(act)
    with transaction.atomic():
        edits = []
        for partner in _locked(pks):
            before = set_values(partner, _wanted(partner, act, tag))
            if before:
                edits.append((partner, before))
        if not edits:
            raise NothingToChange
        return _write(edits, act=act, action=ACTIONS[act], by=by, reason=reason)


def undo_bulk(*, entry: AuditEntry, by: Actor) -> int:
    """Put back what nobody has changed since; return how many partners that is."""
    if entry.after["act"] not in BulkAct.values:
        raise NothingToChange
    was, now = entry.before["partners"], entry.after["partners"]
    with transaction.atomic():
        edits = []
        for partner in _locked(was):
            current = now[str(partner.pk)]
            if snapshot(partner, current) == current:
                before = set_values(partner, _parsed(was[str(partner.pk)]))
                edits.append((partner, before))
        if not edits:
            raise NothingToChange
        action = ACTIONS[BulkAct(entry.after["act"])]
        _write(edits, act="undo", action=action, by=by, undone=entry.pk)
    return len(edits)


def _wanted(partner: Partner, act: BulkAct, tag: str) -> dict[str, Any]:
    """Return what the act asks of this partner: nothing if it does not concern it."""
    tags, archived_at = partner.tags, partner.archived_at
    if act == BulkAct.PAUSE and partner.status != PartnerStatus.LEFT:
        return _status(partner, PartnerStatus.PAUSED)
    if act == BulkAct.RESUME and partner.status == PartnerStatus.PAUSED:
        return _status(partner, PartnerStatus.ACTIVE)
    if act == BulkAct.TAG:
        tags = list(dict.fromkeys([*tags, tag]))
    elif act == BulkAct.UNTAG:
        tags = [word for word in tags if word != tag]
    elif act == BulkAct.ARCHIVE:
        archived_at = archived_at or timezone.now()
    elif act == BulkAct.UNARCHIVE:
        archived_at = None
    return {"tags": tags, "archived_at": archived_at}


def _status(partner: Partner, status: PartnerStatus) -> dict[str, Any]:
    if partner.status == status:
        return {}
    return {"status": status, "status_since": timezone.now()}


def _locked(pks: Collection[Any]) -> list[Partner]:
    rows = Partner.objects.filter(pk__in=pks).order_by("pk")
    return list(rows.select_for_update())


def _write(
    edits: list[tuple[Partner, dict[str, Any]]],
    *,
    act: str,
    action: str,
    by: Actor,
    reason: str = "",
    undone: int | None = None,
) -> AuditEntry:
    save_edits(edits)
    after = {str(p.pk): snapshot(p, before) for p, before in edits}
    record_changes(
        changes=[
            Change(action, p, before, after[str(p.pk)], reason) for p, before in edits
        ],
        by=by,
    )
    return record_change(
        action=BULK,
        target=by.coalition,
        by=by,
        before={"partners": {str(p.pk): before for p, before in edits}},
        after={"partners": after, "act": act} | ({"undone": undone} if undone else {}),
        reason=reason,
    )


def _parsed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Read values back from JSON as the columns hold them."""
    fields = {field.name: field for field in Partner._meta.concrete_fields}  # noqa: SLF001
    return {name: fields[name].to_python(value) for name, value in values.items()}
