"""Names that look alike: told, and asked about, but never taken for one."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from coalition.common.names import near_twins
from members.services.imports.books import PartnerBook, name_key
from members.services.imports.effects import Effect
from members.services.imports.run import Findings

NEW_ONE, SAME_PARTNER, SAME_LINE = "new", "partner", "line"


class NewEntry(Protocol):
    line: int
    values: dict[str, Any]
    effects: list[Effect]


def mark_twins(
    new: Sequence[NewEntry],
    book: PartnerBook,
    findings: Findings,
    answers: Mapping[str, str],
) -> None:
    """Note whom each new name resembles; warn unless somebody said it is a new one."""
    known = book.names
    twins = near_twins(known, [entry.values["name"] for entry in new])
    for place, other in twins.items():
        entry = new[place - len(known)]
        answer = answers.get(str(entry.line), "")
        if other < len(known):
            name = known[other]
            same_as = f"{SAME_PARTNER}:{book.by_key[name_key(name)].pk}"
            likeness = _("This looks like “%(name)s”, who is a partner already.")
            likeness %= {"name": name}
        else:
            twin = new[other - len(known)]
            name = twin.values["name"]
            same_as = f"{SAME_LINE}:{twin.line}"
            likeness = _("This looks like “%(name)s” on line %(line)s.")
            likeness %= {"name": name, "line": twin.line}
        entry.effects[0].twin = {"same_as": same_as, "name": name, "answer": answer}
        if answer != NEW_ONE:
            advice = _("If they are one, write both in one way, or add an alias.")
            findings.warnings.add(
                entry.line, "name", entry.values["name"], f"{likeness} {advice}"
            )
