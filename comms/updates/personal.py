"""What stands in one person's mail only: what waits for them, and why they get it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comms.models import Circle, MailPreference, Wish
from comms.queries.paper import errands
from comms.updates.circles import circle_of
from comms.updates.concerns import concerns
from comms.updates.content import Content
from comms.updates.gaps import Values
from comms.updates.links import absolute, in_coalition
from members.models import Person
from members.queries import partners_of
from tasks.models import Letter
from tasks.queries import Waiting, waiting_for

SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who gets a mail; with `only`, they want no other items than these."""

    person: Person
    partner: str
    waiting: Sequence[Waiting]
    only: Collection[str] | None = None
    circle: Circle = Circle.EVERYBODY
    brings_to: Sequence[str] = ()  # people who read on paper


def readers(
    people: Collection[int],
    keys: Collection[str],
    *,
    asked_until: datetime | None = None,
) -> Mapping[int, Reader]:
    """Return the living among these people; the statements do not grow.

    `keys` are those of the items that some may want only as far as they are concerned.
    """
    rows = Person.objects.living().select_related("membership")
    access = ("membership__role", "membership__state")
    own = ("full_name", "language", "timezone")
    found = rows.only(*own, *access).in_bulk(list(people))
    today = timezone.localdate()
    waiting = waiting_for(found, asked_until=asked_until)
    partners = partners_of(found, today)
    wishes = MailPreference.objects.filter(person__in=found, updates=Wish.CONCERNING)
    choosy = set(wishes.values_list("person_id", flat=True))
    only = concerns(keys, choosy, today)
    brings = errands(found)
    return {
        pk: Reader(
            person,
            partners.get(pk, ""),
            waiting.get(pk, ()),
            only.get(pk, frozenset()) if pk in choosy else None,
            circle_of(getattr(person, "membership", None)),
            brings.get(pk, ()),
        )
        for pk, person in found.items()
    }


def concerning_block(reader: Reader, content: Content) -> list[Values]:
    """Fill the block of what concerns a reader who wants nothing else."""
    items = [item for item in content.items if item.key in (reader.only or ())]
    if not items:
        return []
    listed: list[Values] = [
        {"words": item.words, "note": item.note, "url": absolute(item.path)}
        for item in items[:SHOWN]
    ]
    return [{"item": listed}]


def waiting_block(reader: Reader, slug: str) -> list[Values]:
    """Fill the block on top: no entry when nothing waits."""
    if not reader.waiting:
        return []
    listed = reader.waiting[:SHOWN]
    count = len(reader.waiting)
    headline = ngettext(
        "One thing waits for you", "%(n)d things wait for you", count
    ) % {"n": count}
    return [
        {
            "headline": headline,
            "asked": [_asked(task, slug) for task in listed if task.asked],
            "task": [_task(task, slug) for task in listed if not task.asked],
            "more": _more(count - len(listed), slug),
        }
    ]


def errand_block(reader: Reader, slug: str) -> list[Values]:
    """Fill the block that asks to bring the update to those who read on paper."""
    if not reader.brings_to:
        return []
    names = get_text_list(list(reader.brings_to), _("and"))
    words = _("Please take this update, on paper, to %(names)s.") % {"names": names}
    return [{"words": words, "url": in_coalition("web:home", slug)}]


def _asked(task: Waiting, slug: str) -> Values:
    names = {"who": task.asked_by, "task": task.title}
    if task.question:
        return {"words": _consulted(task) % names, "url": _url(task, slug)}
    if task.to_name:
        words = f"{_to_name(task)} {_deadline(task)}".strip()
        return {"words": words, "url": _url(task, slug)}
    if task.letter == Letter.ACCOUNTABLE:
        words = (
            _("%(who)s asks you to be accountable for “%(task)s”.")
            if task.asked_by
            else _("You are asked to be accountable for “%(task)s”.")
        )
    else:
        words = (
            _("%(who)s asks you to be responsible for “%(task)s”.")
            if task.asked_by
            else _("You are asked to be responsible for “%(task)s”.")
        )
    words = f"{words % names} {_deadline(task)}".strip()
    return {"words": words, "url": _url(task, slug)}


def _to_name(task: Waiting) -> str:
    words = (
        _("%(who)s asks %(partner)s for somebody for “%(task)s”: %(part)s.")
        if task.asked_by
        else _("%(partner)s is asked for somebody for “%(task)s”: %(part)s.")
    )
    return words % {
        "who": task.asked_by,
        "partner": task.partner,
        "task": task.title,
        "part": task.letter.label,
    }


def _consulted(task: Waiting) -> str:
    words = (
        _("%(who)s asks for your view on “%(task)s”.")
        if task.asked_by
        else _("You are asked for your view on “%(task)s”.")
    )
    if task.due is None or task.due < timezone.localdate():
        return words
    day = date_format(task.due, "MONTH_DAY_FORMAT")
    return f"{words} " + _("Please answer by %(day)s.") % {"day": day}


def _task(task: Waiting, slug: str) -> Values:
    return {
        "words": task.title,
        "note": _deadline(task),
        "url": _url(task, slug),
    }


def _deadline(task: Waiting) -> str:
    if task.due is None:
        return ""
    late = task.due < timezone.localdate()
    words = _("It was due on %(day)s.") if late else _("It is due on %(day)s.")
    return words % {"day": date_format(task.due, "MONTH_DAY_FORMAT")}


def _more(others: int, slug: str) -> list[Values]:
    if others < 1:
        return []
    words = ngettext("and %(n)d more", "and %(n)d more", others) % {"n": others}
    return [{"words": words, "url": in_coalition("web:home", slug)}]


def _url(task: Waiting, slug: str) -> str:
    if task.question:
        return in_coalition("tasks:consultation_detail", slug, pk=task.question)
    if task.to_name:
        return in_coalition("tasks:assignment_name", slug, pk=task.to_name)
    return in_coalition("tasks:task_detail", slug, pk=task.task_id)
