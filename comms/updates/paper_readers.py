"""Who gets an issue on paper, who brings it, and who has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from comms.models import GONE_OUT, Delivery, Issue, IssueKind, PaperCopy, Wish
from comms.queries.paper import SHUT
from comms.updates.addressees import addressees_of, among
from members.models import Person
from members.queries import partners_of


@dataclass(frozen=True, slots=True)
class OnPaper:
    """`asked`: somebody said so; the others have no address to write to."""

    person: Person
    partner: str
    courier: Person | None
    asked: bool
    copy: PaperCopy | None


def on_paper(issue: Issue, *, only: int | None = None) -> list[OnPaper]:
    """Return them by courier, whom nobody serves first; three statements at most.

    They asked for paper, or agreed to get updates and have no address; and they take
    part, and belong to those whom an announcement is for. Whoever has it stays,
    whatever changed since.
    """
    today = timezone.localdate(timezone=issue.coalition.zone)
    copies = {copy.person_id: copy for copy in _copies(issue)}
    no_mail = Q(email=None, consent_digest=True) & ~_declines(issue)
    wants = Q(paper__isnull=False) | no_mail
    taking_part = _meant(issue, Person.objects.reachable(today).filter(wants), today)
    people = Person.objects.living().filter(
        Q(pk__in=taking_part.values("pk")) | Q(pk__in=copies)
    )
    if only is not None:
        people = people.filter(pk=only)
    found = list(
        people.select_related("coalition", "paper__courier__membership").order_by(
            "name_key", "pk"
        )
    )
    partners = partners_of([person.pk for person in found], today)
    lines = [
        OnPaper(
            person=person,
            partner=partners.get(person.pk, ""),
            courier=_courier(person),
            asked=hasattr(person, "paper"),
            copy=copies.get(person.pk),
        )
        for person in found
    ]
    return sorted(lines, key=lambda line: line.courier.name_key if line.courier else "")


def _copies(issue: Issue) -> Sequence[PaperCopy]:
    return list(PaperCopy.objects.filter(issue=issue).select_related("by"))


def _courier(person: Person) -> Person | None:
    """Return who brings it, nobody when they left."""
    reader = getattr(person, "paper", None)
    courier: Person | None = reader.courier if reader else None
    if courier is None or courier.erased_at:
        return None
    membership = getattr(courier, "membership", None)
    return None if membership and membership.state in SHUT else courier


def _declines(issue: Issue) -> Q:
    """Match who said that they do not want to get what this is."""
    if issue.kind == IssueKind.ANNOUNCEMENT:
        return Q(mail_preference__announcements=False)
    return Q(mail_preference__updates=Wish.NONE)


def _meant(issue: Issue, people: QuerySet[Person], today: date) -> QuerySet[Person]:
    """Keep whom an announcement is for: once it has left, those who were at that time."""
    addressees = addressees_of(issue)
    if addressees.is_everybody or issue.state not in GONE_OUT:
        return people.filter(among(addressees, today))
    theirs = Delivery.objects.filter(issue=issue, person=OuterRef("pk"))
    return people.filter(Exists(theirs))
