"""What an update says of hurdles and asks that all may be told of."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from comms.updates import words
from comms.updates.content import Item
from tasks.models import Ask, Hurdle


def waiting_item(hurdle: Hurdle, slug: str, since: datetime) -> Item:
    return Item(
        key=f"hurdle:{hurdle.pk}",
        words=words.in_short(hurdle.text),
        note=words.could_you(hurdle),
        path=_hurdle_path(hurdle, slug),
        fresh=hurdle.created_at >= since,
    )


def answered_item(hurdle: Hurdle, slug: str) -> Item:
    """Tell what became of it: it asks for no help any more."""
    return Item(
        key=f"hurdle:{hurdle.pk}",
        words=words.in_short(hurdle.text),
        note=words.said_and_answered(hurdle),
        path=_hurdle_path(hurdle, slug),
        fresh=True,
    )


def solved_item(hurdle: Hurdle, slug: str) -> Item:
    return Item(
        key=f"hurdle:{hurdle.pk}",
        words=_("Out of the way: %(hurdle)s") % {"hurdle": words.in_short(hurdle.text)},
        note=words.said_by(hurdle),
        path=_hurdle_path(hurdle, slug),
        fresh=True,
    )


def ask_item(ask: Ask, slug: str, since: datetime) -> Item:
    return Item(
        key=f"ask:{ask.pk}",
        words=_("What would help: %(ask)s") % {"ask": words.in_short(ask.text)},
        note=words.could_you(ask),
        path=reverse("tasks:ask_detail", kwargs={"slug": slug, "pk": ask.pk}),
        fresh=ask.created_at >= since,
    )


def _hurdle_path(hurdle: Hurdle, slug: str) -> str:
    return reverse("tasks:hurdle_detail", kwargs={"slug": slug, "pk": hurdle.pk})
