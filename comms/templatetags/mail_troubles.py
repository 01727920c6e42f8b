"""Asking, in a page about people, to whom mail does not arrive."""

from collections.abc import Iterable, Mapping

from django import template

from comms.sending.troubles import Trouble, troubles_of
from members.models import Person

register = template.Library()


@register.simple_tag
def mail_troubles(people: Iterable[Person]) -> Mapping[int, Trouble]:
    """Return the trouble of each who has one, in two statements for any number."""
    return troubles_of(people)


@register.simple_tag
def mail_trouble(person: Person) -> Trouble | None:
    return troubles_of([person]).get(person.pk)


@register.filter
def of(troubles: Mapping[int, Trouble] | None, person: Person) -> Trouble | None:
    return troubles.get(person.pk) if troubles else None
