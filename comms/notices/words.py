"""What a notice says; every kind has the same shape, and one template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comms.models import Delivery, Lane
from comms.sending.mail import Skip


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
    items: Sequence[Mapping[str, Any]] = ()
    reply_to: str = ""


Write = Callable[[Sequence[Delivery]], Mapping[int, Words | Skip]]


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """How notices of a kind are written, many at once, in the active language.

    What people can do without goes in the bulk lane, with a link that stops it.
    """

    write: Write
    lane: Lane
