"""Saving an edit of a versioned record: the second of two editors is told."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F

from coalition.common.models import VersionedModel
from coalition.common.text import FoldedField
from members.errors import EditedMeanwhile
from members.services.audit import Actor, record_change, snapshot

V = TypeVar("V", bound=VersionedModel)


def save_edit(
    *,
    record: V,
    version: int,
    fields: Mapping[str, Any],
    by: Actor,
    action: str = "edit",
    reason: str = "",
) -> V:
    """Set the fields, save, and append the audit entry, all or nothing.

    `version` is what the editor saw; raises EditedMeanwhile when it is not the
    record's any more, and ValidationError where a constraint is broken.
    """
    with transaction.atomic():
        claim_version(record, version)
        before = snapshot(record, fields)
        for name, value in fields.items():
            setattr(record, name, value)
        record.validate_constraints()
        record.save(update_fields=[*fields, *_kept(record)])
        after = snapshot(record, fields)
        if before != after:
            record_change(
                action=action,
                target=record,
                by=by,
                before=before,
                after=after,
                reason=reason,
            )
    return record


def claim_version(record: VersionedModel, version: int) -> None:
    """Take the next version, or raise EditedMeanwhile; call it in a transaction."""
    rows = type(record)._base_manager.filter(pk=record.pk, version=version)  # noqa: SLF001
    if not rows.update(version=F("version") + 1):
        raise EditedMeanwhile
    record.version = version + 1


def _kept(record: models.Model) -> list[str]:
    """Return the columns that keep themselves at a save."""
    return [
        field.name
        for field in record._meta.concrete_fields  # noqa: SLF001
        if isinstance(field, FoldedField) or getattr(field, "auto_now", False)
    ]
