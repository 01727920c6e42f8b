"""What a notice says; every kind has the same shape, and one template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import ngettext

from comms.models import Delivery, Lane
from comms.notices.cast import Cast
from comms.sending.mail import Skip
from comms.updates.sheet import wrapped

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """`button` leads to `url`, the one thing to do; `why` tells why they get this.

    `items` have the keys of an update's items: see `email/_item.html`. A reply goes to
    `reply_to`, which takes it in; without it, to the coordinator.
    """

    subject: str
    paragraphs: Sequence[str]
    button: str
    url: str
    why: str
    quote: str = ""
    quoted: str = ""
    items: Sequence[Item] = ()
    reply_to: str = ""


def item(words: str, *, note: str = "", said: str = "", url: str = "") -> Item:
    """Return one of the items: its words, and a note of ours or what somebody said."""
    lines = [*wrapped(words), *wrapped(note or said)]
    return {"words": words, "note": note, "said": said, "url": url, "lines": lines}


def and_more(others: int) -> list[str]:
    """Return a paragraph that counts what is not listed; none if that is nothing."""
    said = ngettext("And %(n)d more.", "And %(n)d more.", others) % {"n": others}
    return [said] if others > 0 else []


Sample = Callable[[Cast], Words | Skip]
Write = Callable[[Sequence[Delivery]], Mapping[int, Words | Skip]]


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """How notices of a kind are written, many at once, in the active language.

    What people can do without goes in the bulk lane, with a link that stops it.
    `sample` writes one about a cast instead, for the gallery.
    """

    name: str | Promise
    write: Write
    lane: Lane
    sample: Sample
    variants: Mapping[str, "Variant"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variant:
    """A notice of a kind that says something else, as the gallery names and shows it."""

    name: str | Promise
    sample: Sample
