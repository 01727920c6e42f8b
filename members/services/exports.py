"""Lists to take away: the columns of the import, which reads them back unchanged."""

from collections.abc import Iterator
from typing import TextIO

from django.db.models import QuerySet
from django.utils import timezone

from coalition.common.tabular import write_table
from members.models import Partner, Person
from members.services.audit import Actor, record_change
from members.services.imports.partners import PARTNERS
from members.services.imports.people import PEOPLE
from members.services.imports.run import as_text

CHUNK = 500


def export_partners(
    *, out: TextIO, partners: QuerySet[Partner], narrowed_by: str, by: Actor
) -> int:
    """Write these partners as CSV, and note in the audit trail that it was done."""
    titles = [*PARTNERS.names, *PARTNERS.told]
    rows = (
        [_cell(getattr(partner, name)) for name in titles]
        for partner in partners.iterator(chunk_size=CHUNK)
    )
    count = write_table(out, titles, rows)
    _record("export partners", count, narrowed_by, by)
    return count


def export_people(
    *, out: TextIO, people: QuerySet[Person], narrowed_by: str, by: Actor
) -> int:
    """Write these people as CSV, a row for each partner they stand for."""
    found = people.select_related("membership", "paper__courier").with_partners()  # type: ignore[attr-defined]
    rows = (row for person in found.iterator(chunk_size=CHUNK) for row in _rows(person))
    count = write_table(out, PEOPLE.names, rows)
    _record("export people", count, narrowed_by, by)
    return count


def _rows(person: Person) -> Iterator[list[str]]:
    today = timezone.localdate()
    links = [link for link in person.affiliations.all() if link.is_current(today)]
    membership = getattr(person, "membership", None)
    values = {name: getattr(person, name, None) for name in PEOPLE.names}
    values["role"] = membership.role if membership else ""
    reader = getattr(person, "paper", None)
    values["paper"] = True if reader else None
    courier = reader.courier if reader else None
    values["courier"] = courier and (courier.email or courier.full_name)
    for partner in [link.partner.name for link in links] or [""]:
        values["organisation"] = partner
        yield [_cell(values[name]) for name in PEOPLE.names]


def _cell(value: object) -> str:
    return "" if value is None else as_text(value)


def _record(action: str, count: int, narrowed_by: str, by: Actor) -> None:
    after = {"rows": count, "narrowed by": narrowed_by}
    record_change(action=action, target=by.coalition, by=by, after=after)
