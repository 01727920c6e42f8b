"""What changed around the words since an approval: to whom, who answers, when, where."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from comms.models import Issue
from comms.updates.addressees import addressees_of
from comms.updates.happenings import Gathering, happening_of
from members.models import Person


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; no words before: it is new, none after: it is gone."""

    what: str | Promise
    before: str = ""
    after: str = ""


def changes_around(before: Issue, after: Issue) -> Iterator[Change]:
    """Tell what differs in none of the words, and yet in what somebody gets."""
    pairs = (
        (_("Who gets it"), str(addressees_of(before)), str(addressees_of(after))),
        (_("Replies go to"), *_answering(before, after)),
        (_("The note is signed by"), *_signing(before, after)),
        *_of_event(before, after),
    )
    for what, was, is_now in pairs:
        if was != is_now:
            yield Change(what, was, is_now)


def _answering(before: Issue, after: Issue) -> tuple[str, str]:
    usual = _("Whoever reads the replies to updates")
    was, is_now = _names(before.answered_by_id, after.answered_by_id)
    return was or usual, is_now or usual


def _signing(before: Issue, after: Issue) -> tuple[str, str]:
    """Name who signed two notes; one that came or went is told by its words."""
    if not (before.own_note and after.own_note):
        return "", ""
    return _names(before.own_note_by_id, after.own_note_by_id)


def _names(before: int | None, after: int | None) -> tuple[str, str]:
    """Name two people; of an approval only the number is kept, they may be gone."""
    if before == after:
        return "", ""
    people = Person.objects.in_bulk({pk for pk in (before, after) if pk})
    was, is_now = (
        (people[pk].full_name if pk in people else _("somebody")) if pk else ""
        for pk in (before, after)
    )
    return was, is_now


def _of_event(before: Issue, after: Issue) -> Iterator[tuple[str, str, str]]:
    """Where it is stands among its words."""
    was, is_now = happening_of(before), happening_of(after)
    if isinstance(was, Gathering) and isinstance(is_now, Gathering):
        zone = after.coalition.zone
        yield _("When"), was.when(zone), is_now.when(zone)
        yield _("Link"), was.link, is_now.link
