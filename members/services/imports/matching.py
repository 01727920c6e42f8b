"""Whom each row of a list of people is about."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.tabular import Message, Row
from members.models import Partner, Person
from members.services.imports.books import PartnerBook, PeopleBook, Strangers, name_key
from members.services.imports.people_plan import Entry
from members.services.imports.run import Findings, as_text

# What several rows of one person have to agree on.
SHARED = (
    "role",
    "phone",
    "timezone",
    "language",
    "consent_digest",
    "joined_on",
    "notes",
)


class Matching:
    """Finds whom each row is about; rows of one address make one entry."""

    def __init__(self, findings: Findings, *, lock: bool) -> None:
        self.entries: dict[str, Entry] = {}
        self.repeated = 0
        self._findings = findings
        self._partners = PartnerBook()
        self._people = PeopleBook(lock=lock)
        self._strangers = Strangers(self._partners.names)
        self._places: dict[tuple[int, str], Entry] = {}
        self._taken: set[int] = set()

    def take(self, row: Row) -> None:
        partner = self._partner(row)
        email, name = row.values.get("email"), row.values.get("full_name")
        if email is None or name is None:
            return
        entry = self.entries.get(email)
        if entry is None:
            person = self._person(row, partner)
            entry = self.entries[email] = Entry(row.line, person, dict(row.values))
        elif not self._join(entry, row):
            return
        if partner and partner.pk in entry.partners:
            self._repeats(entry, row)
        elif partner:
            entry.partners[partner.pk] = partner
            self._warn_of_namesake(entry, row, partner)

    def _partner(self, row: Row) -> Partner | None:
        name = row.values.get("organisation")
        if name is None:
            return None
        partner = self._partners.find(name)
        if partner is None:
            self._strangers.add(name)
            self._error(row, "organisation", lambda: self._strangers.explain(name))
        return partner

    def _person(self, row: Row, partner: Partner | None) -> Person | None:
        name = row.values["full_name"]
        person = self._people.by_email.get(row.values["email"])
        if person and person.name_key != name_key(name):
            self._error(
                row,
                "full_name",
                _(
                    "This address belongs to “%(name)s”. Use that name, or correct it"
                    " on their page first."
                )
                % {"name": person.full_name},
            )
        if person or not partner:
            return person
        return self._without_address(row, self._people.namesakes(partner, name))

    def _without_address(self, row: Row, namesakes: list[Person]) -> Person | None:
        free = [p for p in namesakes if not p.email and p.pk not in self._taken]
        if len(free) > 1:
            self._error(
                row,
                "full_name",
                _("Several people of this name are here. Add the address on the page."),
            )
        if len(free) != 1:
            return None
        self._taken.add(free[0].pk)
        return free[0]

    def _join(self, entry: Entry, row: Row) -> bool:
        if name_key(row.values["full_name"]) != name_key(entry.name):
            self._error(
                row,
                "full_name",
                _("Line %(line)s gives this address to “%(name)s”.")
                % {"line": entry.line, "name": entry.name},
            )
            return False
        for column in SHARED:
            value = row.values.get(column)
            if value is not None and entry.values.setdefault(column, value) != value:
                self._error(
                    row,
                    column,
                    _("Line %(line)s says something else of the same person.")
                    % {"line": entry.line},
                )
        return True

    def _repeats(self, entry: Entry, row: Row) -> None:
        self.repeated += 1
        self._warning(
            row.line,
            "email",
            row.values["email"],
            _("Line %(line)s names the same person; the two are read as one.")
            % {"line": entry.line},
        )

    def _warn_of_namesake(self, entry: Entry, row: Row, partner: Partner) -> None:
        if entry.person:
            return
        place = partner.pk, name_key(entry.name)
        other = self._places.setdefault(place, entry)
        if other is not entry:
            message = _(
                "Line %(line)s has the same name here with another address."
            ) % {"line": other.line}
        elif self._people.namesakes(partner, entry.name):
            message = _("Somebody of this name is here already with another address.")
        else:
            return
        self._warning(row.line, "full_name", entry.name, message)

    def new_partners(self, entry: Entry, person: Person) -> Iterator[Partner]:
        """Yield where a person is not yet; what has ended is not taken up again."""
        today = timezone.localdate()
        for partner in entry.partners.values():
            link = self._people.affiliations.get((person.pk, partner.pk))
            if link is None:
                yield partner
            elif link.to_on and link.to_on < today:
                self._warning(
                    entry.line,
                    "organisation",
                    partner.name,
                    _("“%(name)s” stopped speaking for this partner; that stays so.")
                    % {"name": person.full_name},
                )

    def warn_of_rights(self, entry: Entry, person: Person) -> None:
        """Say where the file would change access or consent, which no file does."""
        role = entry.values.get("role")
        if role and role != self._people.roles.get(person.pk, role):
            self._warning(
                entry.line,
                "role",
                role,
                _("“%(name)s” keeps the access they have; a file does not change it.")
                % {"name": person.full_name},
            )
        consent = entry.values.get("consent_digest")
        if consent is not None and consent != person.consent_digest:
            self._warning(
                entry.line,
                "consent_digest",
                as_text(consent),
                _("“%(name)s” chose otherwise; only they can change it.")
                % {"name": person.full_name},
            )

    def _error(self, row: Row, column: str, message: Message) -> None:
        value = as_text(row.values[column])
        self._findings.errors.add(row.line, column, value, message)

    def _warning(self, line: int, column: str, value: str, message: str) -> None:
        self._findings.warnings.add(line, column, value, message)
