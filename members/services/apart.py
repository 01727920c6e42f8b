"""Remembering of two look-alikes that they are two."""

from collections.abc import Sequence
from typing import TypeAlias

from members.models import KeptApart, MergeKind, Partner, Person
from members.services.audit import Change

Apart: TypeAlias = Sequence[tuple[Partner, Partner]] | Sequence[tuple[Person, Person]]
BATCH = 500


def keep_new_apart(apart: Apart) -> list[Change]:
    """Spare everybody the same question on the pages of duplicates.

    Each pair is somebody new and whom they are not; call it once both are written.
    """
    rows, changes = [], []
    for one, other in apart:
        low, high = sorted((one.pk, other.pk))
        kind = MergeKind.PARTNER if isinstance(one, Partner) else MergeKind.PERSON
        rows.append(
            KeptApart(coalition=one.coalition, kind=kind, low_pk=low, high_pk=high)
        )
        changes.append(Change("keep apart", one, {}, {"other": other.pk}))
    KeptApart.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return changes
