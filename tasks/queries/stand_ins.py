"""Who can answer a check-in in the place of whoever is asked."""

from datetime import date

from django.db.models import BooleanField, Case, Exists, Q, QuerySet, When

from members.models import Affiliation, Person
from members.models.person import AffiliationKind
from tasks.models import CheckIn, CheckInVoice


def stand_ins(check_in: CheckIn, today: date) -> list[Person]:
    """Return who can answer in their place: alternates first, and nobody twice."""
    return list({a.person: None for a in _beside(check_in, today)})


def alternates_of(check_in: CheckIn, today: date) -> list[Person]:
    """Return one alternate for each partner of the check-in, where there is one."""
    found: dict[int, Person] = {}
    for affiliation in _beside(check_in, today):
        if affiliation.kind == AffiliationKind.ALTERNATE:
            found.setdefault(affiliation.partner_id, affiliation.person)
    return list(dict.fromkeys(found.values()))


def _beside(check_in: CheckIn, today: date) -> QuerySet[Affiliation]:
    """Return who else speaks for its partners, is there, and is not asked already."""
    speaking = Affiliation.objects.speaking(today)
    voices = CheckInVoice.objects.filter(check_in=check_in).values("partner")
    mine = speaking.filter(person=check_in.person).values("partner")
    asked = CheckIn.objects.filter(cycle=check_in.cycle_id)
    able = Person.objects.reachable(today)
    there = Q(person__away_until=None) | Q(person__away_until__lt=today)
    return (
        speaking.filter(there, partner__in=mine, person__in=able)
        .filter(Q(partner__in=voices) | ~Exists(voices))
        .filter(person__check_in_mail=True, person__email__isnull=False)
        .exclude(person__in=asked.values("person"))
        .exclude(person=check_in.person)
        .select_related("person")
        .order_by(
            Case(
                When(kind=AffiliationKind.ALTERNATE, then=False),
                default=True,
                output_field=BooleanField(),
            ),
            "person__name_key",
            "id",
        )
    )
