"""Asking, in a page about a person, whether they read on paper."""

from django import template

from members.models import PaperReader, Person

register = template.Library()


@register.simple_tag
def paper_reader(person: Person) -> PaperReader | None:
    found = PaperReader.objects.filter(person=person).select_related("courier")
    return found.first()
