"""A merge leaves nothing behind and its undoing restores every byte, in every table."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from coalition.common.purging import merging
from coalition.common.tenancy import scope
from coalition.web.services.merging.merge import merge_partners, merge_people
from coalition.web.services.merging.rows import columns, label, references, rows_of
from coalition.web.services.merging.undo import undo_merge
from members.models import (
    AuditEntry,
    Coalition,
    KeptApart,
    Merge,
    Partner,
    Person,
)
from members.permissions import MemberRole
from tasks.models import Audience
from tests.architecture.world import Tree, plant
from tests.factories.comms import PaperReaderFactory
from tests.factories.members import (
    HandoverFactory,
    MembershipFactory,
    MergeFactory,
    PartnerFactory,
)
from tests.utils import acting

pytestmark = pytest.mark.django_db

MERGES: dict[type[Any], Any] = {Partner: merge_partners, Person: merge_people}
# A name that stands only beside a date, or some words.
BESIDE: dict[tuple[str, str], dict[str, Any]] = {
    ("comms.issue", "own_note_by_id"): {"own_note": "Thank you all."},
    ("goals.milestone", "reached_by_id"): {
        "reached_at": timezone.now(),
        "reached_on": timezone.localdate(),
    },
    ("members.partner", "listing_agreed_by_id"): {"listing_agreed_at": timezone.now()},
    ("tasks.assignment", "handed_to_id"): {
        "status": "handed_over",
        "handed_at": timezone.now(),
    },
    ("tasks.askhelp", "answered_by_id"): {
        "state": "offered",
        "answered_at": timezone.now(),
    },
    ("tasks.checklistitem", "done_by_id"): {"done_at": timezone.now()},
    ("tasks.checkinschedule", "person_id"): {"audience": Audience.PERSON},
    ("members.partner", "logo_agreed_by_id"): {"logo_agreed_at": timezone.now()},
    ("tasks.comment", "removed_by_id"): {"removed_at": timezone.now()},
    ("tasks.consultation", "answered_by_id"): {
        "answer": "Yes.",
        "answered_at": timezone.now(),
    },
    ("tasks.consultation", "went_on_by_id"): {
        "reason": "In a hurry.",
        "went_on_at": timezone.now(),
    },
    ("tasks.task", "done_by_id"): {"done_at": timezone.now()},
}

Dump = dict[str, dict[Any, dict[str, Any]]]


def dump() -> Dump:
    """Return every row of every table, but for what tells of merges."""
    return {
        label(model): {row.pk: columns(row) for row in rows_of(model)}
        for model in apps.get_models()
        if not model._meta.proxy and model not in {Merge, KeptApart}
    }


def point_everything_to(lost: Any, tree: Tree) -> set[tuple[str, str]]:
    """Let each foreign key that can name the lost one do so; return those that do."""
    for model, key in references(type(lost)):
        row = tree.get(model)
        with merging(), undone_if_refused():
            if row is not None:
                values = BESIDE.get((label(model), key.attname), {})
                named = {key.attname: lost.pk, **values}
                rows_of(model).filter(pk=row.pk).update(**named)
    if isinstance(lost, Partner):
        MergeFactory(
            kind="partner",
            kept_partner=lost,
            kept_person=None,
            coalition=lost.coalition,
        )
    else:
        HandoverFactory(giver=lost, coalition=lost.coalition)
        PaperReaderFactory(courier=lost, coalition=lost.coalition)
    return {
        (label(model), key.attname)
        for model, key in references(type(lost))
        if rows_of(model).filter(**{key.attname: lost.pk}).exists()
    }


def give_the_same_to(kept: models.Model, lost: models.Model, tree: Tree) -> None:
    """Copy what points to the lost one, where two may stand beside each other."""
    for model, key in references(type(lost)):
        for row in list(rows_of(model).filter(**{key.attname: lost.pk})):
            row.pk = None
            setattr(row, key.attname, kept.pk)
            for field in row._meta.concrete_fields:
                if field.unique and isinstance(field, models.CharField):
                    setattr(row, field.attname, f"{getattr(row, field.attname)}-2")
            with undone_if_refused():
                row.save_base(raw=True, force_insert=True)


@contextmanager
def undone_if_refused() -> Iterator[None]:
    with suppress(IntegrityError), transaction.atomic():
        yield


@pytest.fixture
def tree(db) -> Tree:
    return plant(slug="harbor")


def twins(model: type[Any], tree: Tree) -> tuple[Any, Any]:
    coalition = tree[Coalition]
    if model is Partner:
        return PartnerFactory(coalition=coalition), tree[Partner]
    return MembershipFactory(coalition=coalition).person, tree[Person]


@pytest.mark.parametrize("both", (False, True), ids=("one has all", "both have"))
@pytest.mark.parametrize("model", MERGES)
def test_merge_takes_every_row_along_and_back(model, both, tree):
    with scope(coalition=tree[Coalition]):
        merge_and_undo(model, tree, both=both)


def merge_and_undo(model: type[Any], tree: Tree, *, both: bool) -> None:
    by = acting(
        MembershipFactory(coalition=tree[Coalition], role=MemberRole.COORDINATOR)
    )
    kept, lost = twins(model, tree)
    pointing = point_everything_to(lost, tree)
    everything = {(label(m), key.attname) for m, key in references(model)}
    assert everything - pointing == set(), "No row of these points to it."
    if both:
        give_the_same_to(kept, lost, tree)
    connection.check_constraints()
    before = dump()

    lost = model.objects.get(pk=lost.pk)
    merge = MERGES[model](
        kept=kept, lost=lost, version=kept.version, lost_version=lost.version, by=by
    )
    connection.check_constraints()
    assert not model._base_manager.filter(pk=lost.pk).exists()
    for referring, key in references(model):
        rows = rows_of(referring).filter(**{key.attname: lost.pk})
        assert not rows.exists(), f"{label(referring)}.{key.attname} is left behind"

    left = undo_merge(merge=merge, by=by)
    connection.check_constraints()
    after = dump()
    told = AuditEntry._meta.label_lower
    for pk in after[told].keys() - before[told].keys():
        del after[told][pk]
    assert (left, after) == (0, before)
