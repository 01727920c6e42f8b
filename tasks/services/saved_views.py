"""A person's own filters of the plan, by name."""

from django.db import transaction

from members.models import AuditEntry
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, put_back, refuse_foreign, remove_record
from tasks.errors import NotYourView, TooManyViews
from tasks.models import SavedView

MOST = 20


def save_view(*, name: str, page: str, query: str, by: Actor) -> SavedView:
    """Keep it, or change what a name the person has already stands for."""
    with transaction.atomic():
        mine = SavedView.objects.filter(person=by.person)
        if mine.exclude(name=name).count() >= MOST:
            raise TooManyViews(MOST)
        values = {"page": page, "query": query}
        view, _new = mine.update_or_create(
            coalition=by.coalition, person=by.person, name=name, defaults=values
        )
        record_change(
            action="save", target=view, by=by, after=snapshot(view, ("name", *values))
        )
    return view


def delete_view(*, view: SavedView, by: Actor) -> AuditEntry:
    refuse_foreign(by, view)
    if view.person != by.person:
        raise NotYourView
    with transaction.atomic():
        return remove_record(record=locked(view), by=by)


def restore_view(*, entry: AuditEntry, by: Actor) -> None:
    if by.person is None or entry.before["person_id"] != by.person.pk:
        raise NotYourView
    put_back(entry=entry, by=by)
