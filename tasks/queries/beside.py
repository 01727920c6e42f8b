"""Who could take a part instead: the people of a partner, or beside whoever has it."""

from collections.abc import Collection
from datetime import date

from members.models import Affiliation, Person
from members.models.person import PersonQuerySet
from tasks.models import Assignment


def people_at(partners: Collection[int], today: date) -> PersonQuerySet:
    """Return by name who stands for one of these partners and can be asked."""
    there = Affiliation.objects.current(today).filter(partner__in=partners)
    people: PersonQuerySet = Person.objects.offered()
    return people.filter(pk__in=there.values("person")).order_by("name_key", "pk")


def people_beside(part: Assignment, today: date) -> PersonQuerySet:
    """Return who else is where the part is, or where its person stands if nowhere."""
    own = Affiliation.objects.current(today).filter(person=part.person_id)
    places = own.values_list("partner", flat=True)
    partners = [part.partner_id] if part.partner_id else list(places)
    return people_at(partners, today).exclude(pk=part.person_id or 0)
