"""Names that look alike: told, and asked about, but never taken for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from coalition.common.names import near_twins
from members.models import Partner
from members.services.imports.books import PartnerBook, name_key
from members.services.imports.effects import Effect
from members.services.imports.run import Findings

NEW_ONE = "new"
SAME_PARTNER, SAME_LINE, SAME_PERSON = "partner", "line", "person"


class NewEntry(Protocol):
    line: int
    partner: Partner
    values: dict[str, Any]
    effects: list[Effect]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Whom a new name resembles, how an answer says so, and how we do."""

    partner: Partner
    name: str
    same_as: str
    message: str


def number_in(answer: str, kind: str) -> int:
    """Return whom an answer names, 0 when it says something else."""
    said, _colon, digits = answer.partition(":")
    return int(digits) if said == kind and digits.isdecimal() else 0


def mark_twins(
    new: Sequence[NewEntry],
    book: PartnerBook,
    findings: Findings,
    answers: Mapping[str, str],
) -> list[tuple[Partner, Partner]]:
    """Note whom each new name resembles; warn unless somebody said it is a new one.

    Returns those of whom somebody said so, with whom they are not.
    """
    apart = []
    known = book.names
    twins = near_twins(known, [entry.values["name"] for entry in new])
    for place, other in twins.items():
        entry = new[place - len(known)]
        if other < len(known):
            like = _like_known(known[other], book)
        else:
            like = _like_listed(new[other - len(known)])
        answer = answers.get(str(entry.line), "")
        twin = {"same_as": like.same_as, "name": like.name, "answer": answer}
        entry.effects[0].twin = twin
        if answer == NEW_ONE:
            apart.append((entry.partner, like.partner))
        else:
            advice = _("If they are one, write both in one way, or add an alias.")
            findings.warnings.add(
                entry.line, "name", entry.values["name"], f"{like.message} {advice}"
            )
    return apart


def _like_known(name: str, book: PartnerBook) -> Likeness:
    partner = book.by_key[name_key(name)]
    message = _("This looks like “%(name)s”, who is a partner already.")
    same_as = f"{SAME_PARTNER}:{partner.pk}"
    return Likeness(partner, name, same_as, message % {"name": name})


def _like_listed(entry: NewEntry) -> Likeness:
    told = {"name": entry.values["name"], "line": entry.line}
    message = _("This looks like “%(name)s” on line %(line)s.") % told
    same_as = f"{SAME_LINE}:{entry.line}"
    return Likeness(entry.partner, told["name"], same_as, message)
