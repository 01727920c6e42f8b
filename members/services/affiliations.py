"""Whom many people stand for: ended, begun and resumed together."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from members.models import Affiliation, Person
from members.services.audit import Actor, Change, record_changes, snapshot
from members.services.records import refuse_foreign, remove_records

VOICE: Final = ("kind", "authority")


def end_affiliations(*, people: Collection[int], by: Actor) -> list[Affiliation]:
    """End all they stand for as of today; call it in a transaction."""
    today = timezone.localdate()
    ended = _held(person__in=people, to_on=None)
    for affiliation in ended:
        affiliation.to_on = max(today, affiliation.from_on or today)
    Affiliation.objects.bulk_update(ended, ["to_on"], batch_size=500)
    _record("end affiliation", ended, by)
    return ended


def resume_affiliations(*, pks: Collection[int], by: Actor) -> list[Affiliation]:
    """Take ends back, but where somebody stands there anew; in a transaction."""
    found = _held(pk__in=pks, to_on__isnull=False)
    people = {affiliation.person_id for affiliation in found}
    again = set(
        Affiliation.objects.filter(person__in=people, to_on=None).values_list(
            "person_id", "partner_id"
        )
    )
    back = [a for a in found if (a.person_id, a.partner_id) not in again]
    Affiliation.objects.filter(pk__in=[a.pk for a in back]).update(to_on=None)
    _record("resume affiliation", back, by)
    return back


def let_speak(
    *, heirs: Mapping[Affiliation, Person], by: Actor
) -> list[tuple[int, int]]:
    """Let others stand for partners as those do; call it in a transaction.

    Whoever is there already speaks like them from now on. Return each place that was
    made, with the one whose place it takes.
    """
    refuse_foreign(by, *heirs, *heirs.values())
    wanted: dict[tuple[int, int], tuple[Person, Affiliation]] = {}
    for affiliation, person in heirs.items():
        wanted.setdefault((person.pk, affiliation.partner_id), (person, affiliation))
    own = {
        (a.person_id, a.partner_id): a
        for a in _held(person__in={pk for pk, _partner in wanted}, to_on=None)
    }
    made = {
        key: _place(person, affiliation)
        for key, (person, affiliation) in wanted.items()
        if key not in own
    }
    Affiliation.objects.bulk_create(made.values(), batch_size=500)
    _record("affiliate", made.values(), by, VOICE)
    _speak_like([(own[key], wanted[key][1]) for key in wanted.keys() & own.keys()], by)
    return [(place.pk, wanted[key][1].person_id) for key, place in made.items()]


def take_voices_back(*, pks: Collection[int], by: Actor) -> None:
    """Undo `let_speak` where nobody has changed the place since."""
    remove_records(records=_held(pk__in=pks, to_on=None, version=1), by=by)


def _place(person: Person, like: Affiliation) -> Affiliation:
    return Affiliation(
        coalition_id=like.coalition_id,
        person=person,
        partner=like.partner,
        kind=like.kind,
        authority=like.authority,
    )


def _speak_like(pairs: Iterable[tuple[Affiliation, Affiliation]], by: Actor) -> None:
    changes = []
    for own, like in pairs:
        before = snapshot(own, VOICE)
        own.kind, own.authority = like.kind, like.authority
        after = snapshot(own, VOICE)
        if before != after:
            after |= {"partner": own.partner_id}
            changes.append(
                (own, Change("change affiliation", own.person, before, after))
            )
    rows = [own for own, _change in changes]
    Affiliation.objects.bulk_update(rows, VOICE, batch_size=500)
    pks = [own.pk for own in rows]
    Affiliation.objects.filter(pk__in=pks).update(version=F("version") + 1)
    record_changes(changes=[change for _own, change in changes], by=by)


def _held(**wanted: Any) -> list[Affiliation]:
    rows = Affiliation.objects.filter(**wanted).select_related("person", "partner")
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _record(
    action: str,
    affiliations: Iterable[Affiliation],
    by: Actor,
    told: Collection[str] = (),
) -> None:
    begins = action != "end affiliation"
    changes = []
    for each in affiliations:
        about = {"partner": each.partner_id, **snapshot(each, told)}
        before, after = ({}, about) if begins else (about, {})
        changes.append(Change(action, each.person, before, after))
    record_changes(changes=changes, by=by)
