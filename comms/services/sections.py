"""A coordinator's own words in a draft: above a section, or as a section of their own."""

from typing import Final

from django.db import transaction
from django.utils.crypto import get_random_string

from comms.errors import TooManyOwnSections
from comms.models import Circle, Issue
from comms.services.issues import lock
from comms.services.items import change
from members.services.audit import Actor

OWN_SECTIONS: Final = 4


def open_section(*, issue: Issue, name: str, words: str, by: Actor) -> Issue:
    """Put words above a section, signed by who wrote them; none take them away."""
    with transaction.atomic():
        issue = lock(issue)
        before = issue.openings.get(name)
        if words == (before or {}).get("words", ""):
            return issue
        others = {key: said for key, said in issue.openings.items() if key != name}
        said = {name: {"words": words, "by": str(by.person)}} if words else {}
        change(issue, "open_section", by, openings=others | said)
    return issue


def create_section(
    *, issue: Issue, heading: str, words: str, circle: Circle, by: Actor
) -> Issue:
    """Add a section of a coordinator's own words, for a circle of readers."""
    with transaction.atomic():
        issue = lock(issue)
        if len(issue.own_sections) >= OWN_SECTIONS:
            raise TooManyOwnSections(OWN_SECTIONS)
        key = f"own:{get_random_string(8)}"
        new = _section(key, heading, words, circle, str(by.person))
        own = [*issue.own_sections, new]
        change(issue, "create_section", by, own_sections=own)
    return issue


def edit_section(
    *, issue: Issue, key: str, heading: str, words: str, circle: Circle, by: Actor
) -> Issue:
    """Whoever wrote the words signs them, whoever else may have changed the rest."""
    with transaction.atomic():
        issue = lock(issue)
        own = [
            _section(key, heading, words, circle, _author(section, words, by))
            if section["key"] == key
            else section
            for section in issue.own_sections
        ]
        change(issue, "edit_section", by, own_sections=own)
    return issue


def remove_section(*, issue: Issue, key: str, by: Actor) -> Issue:
    with transaction.atomic():
        issue = lock(issue)
        own = [section for section in issue.own_sections if section["key"] != key]
        change(issue, "remove_section", by, own_sections=own)
    return issue


def _section(
    key: str, heading: str, words: str, circle: Circle, by: str
) -> dict[str, str]:
    circle_name = Circle(circle).value
    return {
        "key": key,
        "heading": heading,
        "words": words,
        "circle": circle_name,
        "by": by,
    }


def _author(section: dict[str, str], words: str, by: Actor) -> str:
    return section["by"] if section["words"] == words else str(by.person)
