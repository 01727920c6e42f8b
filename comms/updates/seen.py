"""As whom a preview is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from comms.models import Issue, LeftOut
from comms.updates.addressees import addressees_of, among
from comms.updates.audience import audience
from members.models import Affiliation, Person

NAMED: Final = 8  # of those who have the name that is looked for


class Stock(StrEnum):
    """Readers that every coalition has, without a name to look for."""

    NEW = "new"
    DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom a preview is for, who else has the name looked for, and who comes next.

    `crowded` says that even more have it.

    `person` is in no database when `stock` is somebody new. `unknown` says that nobody
    was found; `left_out` why this person will not get it.
    """

    person: Person
    stock: Stock | None = None
    others: Sequence[Person] = ()
    crowded: bool = False
    unknown: str = ""
    following: Person | None = None
    left_out: LeftOut | None = None

    @property
    def name(self) -> str:
        return self.person.full_name or _("somebody new")

    @property
    def query(self) -> dict[str, str]:
        """Return what in an address names this reader."""
        if self.stock == Stock.NEW:
            return {"who": Stock.NEW.value}
        return {"person": str(self.person.pk)}


def seen_by(
    issue: Issue,
    *,
    number: int | None = None,
    words: str = "",
    stock: str = "",
    default: Person,
) -> Seen:
    """Find by number, by name or as one of a kind, or else take the one who looks."""
    if stock == Stock.NEW:
        return Seen(Person(coalition=issue.coalition), Stock.NEW)
    if stock == Stock.DELEGATE:
        delegate = _delegate_without_account(issue)
        if delegate is None:
            return _seen(issue, default, unknown=_("Every delegate has an account."))
        return _seen(issue, delegate, stock=Stock.DELEGATE)
    people = Person.objects.living()
    found = (
        list(people.matching(words).order_by("name_key", "pk")[: NAMED + 1])
        if words
        else []
    )
    chosen = people.filter(pk=number).first() if number and not found else None
    person = found[0] if found else chosen or default
    unknown = _("Nobody here goes by that name.") if words and not found else ""
    more = {"others": found[1:NAMED], "crowded": len(found) > NAMED}
    return _seen(issue, person, unknown=unknown, **more)


def _seen(issue: Issue, person: Person, **more: Any) -> Seen:
    return Seen(
        person=person,
        following=next_reader(issue, person),
        left_out=_why_not(issue, person),
        **more,
    )


def _delegate_without_account(issue: Issue) -> Person | None:
    today = timezone.localdate(timezone=issue.coalition.zone)
    speaking = Affiliation.objects.speaking(today).values("person")
    return (
        Person.objects.reachable(today)
        .filter(pk__in=speaking, membership__user=None)
        .order_by("pk")
        .first()
    )


def _why_not(issue: Issue, person: Person) -> LeftOut | None:
    today = timezone.localdate(timezone=issue.coalition.zone)
    found = audience(issue.coalition, today, issue=issue, after=person.pk - 1, limit=1)
    who = next(found, None)
    if who is None or who.person_id != person.pk:
        return LeftOut.NOT_ADDRESSED
    return who.left_out


def next_reader(issue: Issue, person: Person) -> Person | None:
    """Return the next of those with an address, beginning again after the last."""
    today = timezone.localdate(timezone=issue.coalition.zone)
    theirs = among(addressees_of(issue), today)
    people = Person.objects.living().filter(theirs).exclude(email=None).order_by("pk")
    return people.filter(pk__gt=person.pk).first() or people.first()
