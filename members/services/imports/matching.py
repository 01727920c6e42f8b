"""Whom each row of a list of people is about."""

from collections.abc import Iterator, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.tabular import Message, Row, left_blank
from members.models import Partner, Person
from members.permissions import MemberRole
from members.services.imports.books import PartnerBook, PeopleBook, Strangers, name_key
from members.services.imports.people_plan import Entry
from members.services.imports.people_twins import Asked
from members.services.imports.run import Findings, as_text
from members.services.imports.twins import NEW_ONE, SAME_PERSON, number_in

# What several rows of one person have to agree on.
SHARED = (
    "role",
    "phone",
    "timezone",
    "language",
    "consent_digest",
    "paper",
    "courier",
    "joined_on",
    "notes",
)

LEADING = {MemberRole.STEERING, MemberRole.COORDINATOR}


class Matching:
    """Finds whom each row is about; rows of one address make one entry."""

    def __init__(
        self, findings: Findings, *, lock: bool, answers: Mapping[str, str]
    ) -> None:
        self.entries: list[Entry] = []
        self.asked: list[Asked] = []
        self._by_email: dict[str, Entry] = {}
        self._by_person: dict[int, Entry] = {}
        self.partners = PartnerBook()
        self.people = PeopleBook(lock=lock)
        self._findings = findings
        self._answers = answers
        self._strangers = Strangers(self.partners.names)
        self._places: dict[tuple[int, str], Entry] = {}

    def take(self, row: Row) -> None:
        partner = self._partner(row)
        name = row.values.get("full_name")
        if name is None or "email" in row.wrong:
            self._refuse_blanks(row)
            return
        entry = self._entry(row, partner)
        if entry is None:
            return
        entry.lines.append(row.line)
        self._refuse_lead(row, entry)
        if partner and partner.pk in entry.partners:
            self._repeats(entry, row)
        elif partner:
            entry.partners[partner.pk] = partner
            entry.places[partner.pk] = row.line
            self._warn_of_namesake(entry, row, partner)

    def _entry(self, row: Row, partner: Partner | None) -> Entry | None:
        """Return what is known of whom the row is about; None when it cannot be."""
        email = row.values.get("email")
        entry = self._by_email.get(email) if email else None
        person = None if entry else self._person(row, partner)
        entry = entry or (self._by_person.get(person.pk) if person else None)
        if entry and not self._join(entry, row):
            return None
        # Whoever is here need not be told in full again.
        if not entry and person is None and not self._refuse_blanks(row):
            self._ask(row, partner)
            return None
        return self._enter(entry or self._new_entry(row, person, partner), email)

    def _new_entry(
        self, row: Row, person: Person | None, partner: Partner | None
    ) -> Entry:
        entry = Entry(row.line, person, dict(row.values))
        self.entries.append(entry)
        if person:
            self._by_person[person.pk] = entry
        else:
            self._ask(row, partner)
        return entry

    def _enter(self, entry: Entry, email: str | None) -> Entry:
        if email and email not in self._by_email:
            self._by_email[email] = entry
            entry.emails.append(email)
        return entry

    def _ask(
        self, row: Row, partner: Partner | None, same: Person | None = None
    ) -> None:
        """Have somebody say who it is, or let them change what they said."""
        answer = self._answers.get(str(row.line), "")
        if not same and answer != NEW_ONE:
            answer = ""
        places = {partner.pk} if partner else set()
        self.asked.append(Asked(row.line, row.values, places, answer, same))

    def _said(self, row: Row) -> Person | None:
        """Return who the row is in the words of a person, as far as they are here."""
        number = number_in(self._answers.get(str(row.line), ""), SAME_PERSON)
        return self.people.by_pk.get(number)

    def _refuse_blanks(self, row: Row) -> bool:
        """Name what is left blank; tell whether nothing is."""
        blank = [
            name
            for name in ("organisation", "email")
            if name not in row.values and name not in row.wrong
        ]
        for name in blank:
            self._findings.errors.add(row.line, name, "", left_blank())
        return not blank

    def _refuse_lead(self, row: Row, entry: Entry) -> None:
        """Let nobody get the lead by a file; who has it may stand there as they are."""
        role = row.values.get("role")
        person = entry.person
        has = person and self.people.roles.get(person.pk)
        if role in LEADING and role != has:
            self._error(
                row,
                "role",
                _(
                    "A file cannot give this access. Import a member, then change the"
                    " access on the page of the person."
                ),
            )

    def _partner(self, row: Row) -> Partner | None:
        name = row.values.get("organisation")
        if name is None:
            return None
        partner = self.partners.find(name)
        if partner is None:
            self._strangers.add(name)
            self._error(row, "organisation", lambda: self._strangers.explain(name))
        return partner

    def _person(self, row: Row, partner: Partner | None) -> Person | None:
        name, email = row.values["full_name"], row.values.get("email")
        person = self.people.by_email.get(email) if email else None
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
        if not person and (said := self._said(row)):
            self._ask(row, partner, said)
            return said
        if person or "organisation" in row.wrong:
            return person
        if self._answers.get(str(row.line)) == NEW_ONE:
            return None
        if partner is None and "organisation" in row.values:
            return None
        return self._without_address(row, self.people.namesakes(partner, name))

    def _without_address(self, row: Row, namesakes: list[Person]) -> Person | None:
        told = row.values.get("email")
        free = [
            person
            for person in namesakes
            if not person.email and not (told and person.pk in self._by_person)
        ]
        if len(free) > 1:
            self._error(
                row,
                "full_name",
                _("Several people of this name are here. Add the address on the page."),
            )
        return free[0] if len(free) == 1 else None

    def _join(self, entry: Entry, row: Row) -> bool:
        known = {name_key(entry.name), entry.person and entry.person.name_key}
        if name_key(row.values["full_name"]) not in known and not self._said(row):
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
        self._warning(
            row.line,
            "email",
            row.values.get("email", ""),
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
            self._warning(row.line, "full_name", entry.name, message)

    def new_partners(self, entry: Entry, person: Person) -> Iterator[Partner]:
        """Yield where a person is not yet; what has ended is not taken up again."""
        today = timezone.localdate()
        for partner in entry.partners.values():
            link = self.people.affiliations.get((person.pk, partner.pk))
            if link is None and person.pk in self.people.removed:
                self._warning(
                    entry.line,
                    "organisation",
                    partner.name,
                    _("“%(name)s” was removed; a file does not bring them back.")
                    % {"name": person.full_name},
                )
            elif link is None:
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
        if role and role != self.people.roles.get(person.pk, role):
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
