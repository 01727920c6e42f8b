"""How a page is written for whoever reads it."""

from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from members.models import Person

R = TypeVar("R", bound=HttpResponseBase)


def read_by(person: Person, answer: Callable[[], R]) -> R:
    """Answer with times in the zone of this person, and words in their language."""
    with timezone.override(ZoneInfo(person.zone_name)):
        return in_language(person.spoken, answer)


def in_language(language: str, answer: Callable[[], R]) -> R:
    with translation.override(language):
        response = answer()
    # Else Django names the language that the browser asked for.
    response["Content-Language"] = language
    return response
