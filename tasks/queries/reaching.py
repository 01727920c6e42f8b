"""Whom coordinators should speak to, and the least that may help."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from members.models import Affiliation, Partner, Person
from members.models.person import AffiliationKind
from tasks.models import ReachOut, ReachOutOutcome, ReachOutReason
from tasks.models.reaching import ReachOutQuerySet

LATELY: Final = timedelta(days=14)
HALF_A_YEAR: Final = timedelta(days=182)


class Step(StrEnum):
    ALTERNATE = "alternate"
    MAIL = "mail"
    CALL = "call"
    MEET = "meet"


@dataclass(frozen=True, slots=True)
class Reaching:
    """A sign, with the step to take next; `mail` drafts a letter in their language."""

    reach_out: ReachOut
    partners: Sequence[str]
    alternate: Person | None
    before: int

    @property
    def person(self) -> Person:
        return self.reach_out.person

    @property
    def step(self) -> Step:
        """Return the gentlest of what is possible; after each time one further.

        What somebody said in confidence is never taken to their alternate.
        """
        missed = self.reach_out.reason == ReachOutReason.MISSED
        ladder = [Step.ALTERNATE] if missed and self.alternate else []
        ladder += [Step.MAIL] if self.person.email else []
        ladder += [Step.CALL] if self.person.phone else []
        ladder = ladder or [Step.MEET]
        return ladder[min(self.before, len(ladder) - 1)]

    @property
    def mail(self) -> str:
        with override(self.person.spoken):
            subject = quote(_("How are you?"))
            body = quote(self._letter())
        return f"mailto:{quote(self.person.email or '')}?subject={subject}&body={body}"

    def _letter(self) -> str:
        name = {"name": self.person.first_name}
        if self.reach_out.reason == ReachOutReason.MISSED:
            return (
                _(
                    "Hello %(name)s,\n\nwe have not heard from you for a while, and I "
                    "hope you are well. Is there anything we can make easier for you? "
                    "A word is enough, or we talk for five minutes when it suits you."
                    "\n\n"
                )
                % name
            )
        return (
            _(
                "Hello %(name)s,\n\nthank you for saying openly how it looks from where "
                "you are. What would help most? If you like, we talk for five minutes "
                "when it suits you.\n\n"
            )
            % name
        )


def to_reach(reader: Person, today: date) -> list[Reaching]:
    """Return whom to speak to now, who waits longest first; never about the reader."""
    waiting = ReachOut.objects.waiting(today).exclude(person=reader)
    return _reachings(list(_with_person(waiting).order_by("created_at", "pk")), today)


def put_off(reader: Person, today: date) -> list[ReachOut]:
    later = ReachOut.objects.open().filter(snoozed_until__gt=today)
    return list(_with_person(later.exclude(person=reader)).order_by("snoozed_until"))


def settled_lately(reader: Person, now: datetime) -> list[ReachOut]:
    lately = ReachOut.objects.filter(settled_at__gt=now - LATELY)
    return list(_with_person(lately.exclude(person=reader)).order_by("-settled_at"))


def of_person(person: Person, reader: Person, today: date) -> list[ReachOut]:
    """Return the open signs about one person."""
    rows = ReachOut.objects.waiting(today).filter(person=person)
    return list(_with_person(rows.exclude(person=reader)))


def of_partner(partner: Partner, reader: Person, today: date) -> list[ReachOut]:
    """Return the open signs about who speaks for a partner."""
    speaking = Affiliation.objects.speaking(today).filter(partner=partner)
    rows = ReachOut.objects.waiting(today).filter(person__in=speaking.values("person"))
    return list(_with_person(rows.exclude(person=reader)))


def _with_person(rows: ReachOutQuerySet) -> ReachOutQuerySet:
    return rows.select_related(
        "person__coalition", "cycle__schedule", "settled_by"
    ).filter(person__erased_at=None)


def _reachings(rows: Collection[ReachOut], today: date) -> list[Reaching]:
    people = {row.person_id for row in rows}
    at, alternates = _beside(people, today)
    before = _spoken_to(people, today)
    return [
        Reaching(
            row,
            partners=[str(partner) for partner in at[row.person_id]],
            alternate=_alternate(row.person_id, at[row.person_id], alternates),
            before=before[row.person_id],
        )
        for row in rows
    ]


def _beside(
    people: Collection[int], today: date
) -> tuple[Mapping[int, list[Partner]], Mapping[int, list[Person]]]:
    """Return whom they speak for, and the alternates of those partners."""
    mine = Affiliation.objects.speaking(today).filter(person__in=people)
    there = Q(person__away_until=None) | Q(person__away_until__lt=today)
    lines = (
        Affiliation.objects.speaking(today)
        .filter(Q(person__in=people) | there, partner__in=mine.values("partner"))
        .filter(person__in=Person.objects.reachable(today))
        .select_related("person", "partner")
        .order_by("partner__name", "pk")
    )
    at: defaultdict[int, list[Partner]] = defaultdict(list)
    alternates: defaultdict[int, list[Person]] = defaultdict(list)
    for line in lines:
        at[line.person_id].append(line.partner)
        if line.kind == AffiliationKind.ALTERNATE:
            alternates[line.partner_id].append(line.person)
    return at, alternates


def _alternate(
    person: int, partners: Sequence[Partner], alternates: Mapping[int, list[Person]]
) -> Person | None:
    others = (other for partner in partners for other in alternates.get(partner.pk, ()))
    return next((other for other in others if other.pk != person), None)


def _spoken_to(people: Collection[int], today: date) -> Counter[int]:
    """Count how often each was spoken to because of such a sign of late."""
    done = ReachOut.objects.filter(
        person__in=people,
        outcome=ReachOutOutcome.DONE,
        settled_at__date__gt=today - HALF_A_YEAR,
    )
    return Counter(done.values_list("person_id", flat=True))
