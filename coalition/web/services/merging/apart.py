"""Remembering that two look-alikes are two."""

from django.db import transaction

from members.models import KeptApart, MergeKind, Partner, Person
from members.services.audit import Actor, record_change
from members.services.records import refuse_foreign


def keep_apart(
    *, one: Partner | Person, other: Partner | Person, by: Actor
) -> KeptApart:
    """Take a pair off the list of duplicates, once or many times alike."""
    refuse_foreign(by, one, other)
    kind = MergeKind.PARTNER if isinstance(one, Partner) else MergeKind.PERSON
    low, high = sorted((one.pk, other.pk))
    with transaction.atomic():
        apart, new = KeptApart.objects.get_or_create(
            coalition=by.coalition, kind=kind, low_pk=low, high_pk=high
        )
        if new:
            after = {"other": other.pk}
            record_change(action="keep apart", target=one, by=by, after=after)
    return apart


def undo_apart(*, apart: KeptApart, by: Actor) -> None:
    """Ask about the pair again."""
    refuse_foreign(by, apart)
    with transaction.atomic():
        record_change(action="undo keep apart", target=apart, by=by)
        apart.delete()
