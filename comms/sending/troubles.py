"""Whose address is switched off because mail came back, since when, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from comms.models import MailReport, ReportKind, Suppression
from comms.models.delivery import SuppressionReason
from comms.sending.addresses import address_hashes
from members.models import Coalition, Person

BOUNCES: Final = (SuppressionReason.HARD_BOUNCE, SuppressionReason.SOFT_BOUNCE)
# The first of them that stands is the one that is told.
RETURNED: Final = (SuppressionReason.COMPLAINT, *BOUNCES)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why we do not write to somebody; `words` are the mail system's own."""

    reason: SuppressionReason
    since: datetime
    words: str = ""

    @property
    def is_complaint(self) -> bool:
        return self.reason == SuppressionReason.COMPLAINT

    @property
    def tells(self) -> str:
        return {
            SuppressionReason.HARD_BOUNCE: _("The address does not exist."),
            SuppressionReason.SOFT_BOUNCE: _(
                "The mailbox has been full or out of reach for weeks."
            ),
            SuppressionReason.COMPLAINT: _(
                "They, or their mail program, marked our mail as spam."
            ),
        }[self.reason]


def troubles_of(people: Iterable[Person]) -> dict[int, Trouble]:
    """Return who of these people has one: a statement, and one more if anybody has.

    All are of one coalition, the one in scope.
    """
    asked = [person for person in people if person.email]
    if not asked:
        return {}
    hashes = {h for person in asked for h in address_hashes(person.email or "")}
    rows = _rows(asked[0].coalition_id).filter(addr_hmac__in=hashes)
    return _troubles(asked, _by_hash(rows))


def people_in_trouble(coalition: Coalition) -> list[tuple[Person, Trouble]]:
    """Return everybody here who has one, the latest first."""
    known = _by_hash(_rows(coalition.pk))
    if not known:
        return []
    people = list(
        Person.objects.listed()
        .filter(coalition=coalition)
        .exclude(email=None)
        .with_partners()
    )
    troubles = _troubles(people, known)
    found = [
        (person, troubles[person.pk]) for person in people if person.pk in troubles
    ]
    return sorted(found, key=lambda pair: pair[1].since, reverse=True)


def _rows(coalition_id: int) -> QuerySet[Suppression]:
    # Not through the manager: what is switched off everywhere belongs to nobody.
    here = Q(coalition=coalition_id) | Q(coalition=None)
    rows = Suppression._base_manager.filter(here, lifted_at=None)  # noqa: SLF001
    return rows.filter(reason__in=RETURNED)


def _by_hash(rows: QuerySet[Suppression]) -> dict[str, Suppression]:
    ordered = sorted(
        rows, key=lambda row: RETURNED.index(SuppressionReason(row.reason))
    )
    return {row.addr_hmac: row for row in reversed(ordered)}


def _troubles(
    people: Iterable[Person], known: Mapping[str, Suppression]
) -> dict[int, Trouble]:
    off = {
        person: known[hashed]
        for person in people
        for hashed in address_hashes(person.email or "")
        if hashed in known
    }
    words = _words(off) if off else {}
    return {
        person.pk: Trouble(
            SuppressionReason(row.reason), row.created_at, words.get(person.pk, "")
        )
        for person, row in off.items()
    }


def _words(people: Iterable[Person]) -> dict[int, str]:
    """Return the latest words of mail systems about the address that each has now."""
    address = {person.pk: person.email for person in people}
    reports = MailReport.objects.filter(
        delivery__person__in=address, kind__in=[ReportKind.HARD, ReportKind.SOFT]
    ).order_by("received_at", "pk")
    told = reports.values_list("delivery__person", "delivery__to_norm", "words")
    return {pk: words for pk, to, words in told if to == address[pk or 0]}
