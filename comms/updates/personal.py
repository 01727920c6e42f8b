"""What stands in one person's mail only: what waits for them, and why they get it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
from tasks.queries.personal import Asked, Waiting, waiting_for

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
    waiting: Mapping[int, Sequence[Waiting]] | None = None,
) -> Mapping[int, Reader]:
    """Return the living among these people; the statements do not grow.

    `keys` are those of the items that some may want only as far as they are concerned.
    What is `waiting` for them is looked up only when it is not told.
    """
    rows = Person.objects.living().select_related("membership")
    access = ("membership__role", "membership__state")
    own = ("full_name", "language", "timezone")
    found = rows.only(*own, *access).in_bulk(list(people))
    today = timezone.localdate()
    waiting = waiting_for(found) if waiting is None else waiting
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


def waiting_block(reader: Reader, slug: str, *, signed: bool) -> list[Values]:
    """Fill the block on top: no entry when nothing waits.

    What is asked is answered without signing in when its link is `signed`: in a mail
    to this person, not where somebody else looks at it.
    """
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
            "asked": [
                _asked(each, slug, signed=signed) for each in listed if each.asked
            ],
            "task": [_task(each, slug) for each in listed if not each.asked],
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


def _asked(waiting: Waiting, slug: str, *, signed: bool) -> Values:
    words, act = {
        Asked.HOW: (_how, _("Answer in a minute")),
        Asked.VIEW: (_view, _("Answer")),
        Asked.PART: (_part, _("Say yes or no")),
        Asked.NAME: (_name, _("Say who it will be")),
    }[waiting.asked or Asked.PART]
    link = waiting.link if signed else None
    return {
        "words": words(waiting),
        "act": act,
        "url": absolute(link.path) if link else _url(waiting, slug),
    }


def _names(waiting: Waiting) -> dict[str, object]:
    return {
        "who": waiting.asked_by,
        "task": waiting.title,
        "partner": waiting.partner,
        "part": waiting.letter.label if waiting.letter else "",
        "day": date_format(waiting.due, "MONTH_DAY_FORMAT") if waiting.due else "",
    }


def _how(waiting: Waiting) -> str:
    words = _("How is it going? “%(task)s” is open until %(day)s.")
    return words % _names(waiting)


def _part(waiting: Waiting) -> str:
    if waiting.letter == Letter.ACCOUNTABLE:
        words = (
            _("%(who)s asks you to be accountable for “%(task)s”.")
            if waiting.asked_by
            else _("You are asked to be accountable for “%(task)s”.")
        )
    else:
        words = (
            _("%(who)s asks you to be responsible for “%(task)s”.")
            if waiting.asked_by
            else _("You are asked to be responsible for “%(task)s”.")
        )
    return f"{words % _names(waiting)} {_deadline(waiting)}".strip()


def _name(waiting: Waiting) -> str:
    words = (
        _("%(who)s asks %(partner)s for somebody for “%(task)s”: %(part)s.")
        if waiting.asked_by
        else _("%(partner)s is asked for somebody for “%(task)s”: %(part)s.")
    )
    return f"{words % _names(waiting)} {_deadline(waiting)}".strip()


def _view(waiting: Waiting) -> str:
    words = (
        _("%(who)s asks for your view on “%(task)s”.")
        if waiting.asked_by
        else _("You are asked for your view on “%(task)s”.")
    )
    if waiting.due and waiting.due >= timezone.localdate():
        words = f"{words} " + _("Please answer by %(day)s.")
    return words % _names(waiting)


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


def _url(waiting: Waiting, slug: str) -> str:
    name, pk = waiting.page
    return in_coalition(name, slug, pk=pk)
