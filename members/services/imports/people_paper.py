"""Who reads on paper, and who brings it, as a list of people says."""

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from members.models import PaperReader, Person
from members.services.imports.books import name_key
from members.services.imports.matching import Matching
from members.services.imports.people_plan import Entry, PeoplePlan
from members.services.imports.run import Findings, as_text


def add_paper(plan: PeoplePlan, matching: Matching, findings: Findings) -> None:
    """Plan what is new; whoever reads on paper already keeps who brings it to them."""
    asked = [e for e in matching.entries if {"paper", "courier"} & e.values.keys()]
    if not asked:
        return
    people = _Couriers(plan, matching)
    reads = {
        reader.person_id: reader
        for reader in PaperReader.objects.select_related("courier")
    }
    new = {id(entry): person for person, entry in plan.new}
    for entry in asked:
        person = entry.person or new[id(entry)]
        courier = people.named(entry, person, findings)
        reader = reads.get(person.pk) if person.pk else None
        if reader:
            _warn_of_other(entry, reader, courier, findings)
        elif entry.values.get("paper"):
            plan.put_on_paper(person, entry, courier)


def _warn_of_other(
    entry: Entry, reader: PaperReader, courier: Person | None, findings: Findings
) -> None:
    """Say where the file would change what stands on the person's page."""
    ended = entry.values.get("paper") is False
    others = "courier" in entry.values and courier != reader.courier
    for column, differs in (("paper", ended), ("courier", others)):
        if differs:
            message = _(
                "“%(name)s” reads on paper already; change it on their page."
            ) % {"name": reader.person.full_name}
            value = as_text(entry.values[column])
            findings.warnings.add(entry.line, column, value, message)


class _Couriers:
    """The people who may bring it: who is here, and who comes with the same list."""

    def __init__(self, plan: PeoplePlan, matching: Matching) -> None:
        arriving = [person for person, _entry in plan.new]
        every = [*matching.people.by_pk.values(), *arriving]
        self._by_email: Mapping[str, Person] = {p.email: p for p in every if p.email}
        self._by_name: defaultdict[str, list[Person]] = defaultdict(list)
        for person in every:
            self._by_name[name_key(person.full_name)].append(person)

    def named(self, entry: Entry, person: Person, findings: Findings) -> Person | None:
        """Return who the row names, if it names anybody that there is."""
        value = entry.values.get("courier")
        if value is None:
            return None
        email = self._by_email.get(str(value).strip().lower())
        found = [email] if email else self._by_name.get(name_key(str(value)), [])
        refusal = self._refusal(entry, person, found)
        if refusal:
            findings.errors.add(entry.line, "courier", str(value), refusal)
            return None
        return found[0]

    def _refusal(self, entry: Entry, person: Person, found: list[Person]) -> str:
        if not entry.values.get("paper"):
            return _("Write “yes” under “paper” for somebody who reads on paper.")
        if not found:
            return _("Nobody like this is here or in the list. Write their address.")
        if len(found) > 1:
            return _("Several people have this name. Write the address of one.")
        return _("Nobody brings it to themselves.") if found[0] is person else ""
