"""What was merged into a record, and where a record went that is no more."""

from collections.abc import Iterable
from datetime import datetime

from members.models import Merge, Partner, Person


def merges_into(kept: Partner | Person) -> list[Merge]:
    """Return the merges that stand, newest first, without their long traces."""
    return list(Merge.objects.into(kept).select_related("merged_by").defer("trace"))


def numbers_of(record: Partner | Person, merges: Iterable[Merge]) -> list[str]:
    """Return the numbers under which the trail tells of a record."""
    return [str(record.pk), *(str(merge.lost_pk) for merge in merges)]


def kept_in_place_of(
    model: type[Partner] | type[Person], pk: int
) -> Partner | Person | None:
    """Return the record that a merged one is now a part of."""
    rows = Merge.objects.of_lost(model, pk).defer("trace")
    merge = rows.select_related("kept_partner", "kept_person").first()
    return merge.kept if merge else None


def recent_merges(kind: str, now: datetime) -> list[Merge]:
    """Return what can still be undone, newest first."""
    rows = Merge.objects.undoable(now).filter(kind=kind).defer("trace")
    return list(rows.select_related("kept_partner", "kept_person", "merged_by")[:20])
