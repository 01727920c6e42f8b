"""Names that look alike: told, and asked about, but never taken for one."""

from collections.abc import Mapping, Sequence
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
        answer = answers.get(str(entry.line), "")
        if other < len(known):
            name = known[other]
            partner = book.by_key[name_key(name)]
            same_as = f"{SAME_PARTNER}:{partner.pk}"
            likeness = _("This looks like “%(name)s”, who is a partner already.")
            likeness %= {"name": name}
        else:
            twin = new[other - len(known)]
            name, partner = twin.values["name"], twin.partner
            same_as = f"{SAME_LINE}:{twin.line}"
            likeness = _("This looks like “%(name)s” on line %(line)s.")
            likeness %= {"name": name, "line": twin.line}
        entry.effects[0].twin = {"same_as": same_as, "name": name, "answer": answer}
        if answer == NEW_ONE:
            apart.append((entry.partner, partner))
        else:
            advice = _("If they are one, write both in one way, or add an alias.")
            findings.warnings.add(
                entry.line, "name", entry.values["name"], f"{likeness} {advice}"
            )
    return apart
