"""The mail that tells what was said within a while, of all threads of a person."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.common.markdown import in_words
from comms.models import Delivery, Lane, LeftOut
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from comms.updates.sheet import wrapped
from tasks.models import Comment, Hearing
from tasks.queries.comments import hearings_of, name_of, say

SHOWN: Final = 10
LONG: Final = 400
TITLE: Final = 60


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    heard = hearings_of([_bundle(row) for row in batch])
    return {row.pk: _words(heard.get(_bundle(row), [])) for row in batch}


def _bundle(row: Delivery) -> tuple[int, str]:
    return row.person_id or 0, row.source


def _words(hearings: Sequence[Hearing]) -> Words | Skip:
    if not hearings:
        return Skip(LeftOut.EMPTY)
    first = next((h for h in hearings if h.name), hearings[0])
    slug = first.comment.coalition.slug
    others = len(hearings) - SHOWN
    more = ngettext("And %(n)d more.", "And %(n)d more.", others) % {"n": others}
    return Words(
        subject=_subject(hearings, first),
        paragraphs=[_opening(hearings), *([more] if others > 0 else [])],
        items=[_item(hearing.comment, slug) for hearing in hearings[:SHOWN]],
        button=_("Answer there"),
        url=in_coalition("tasks:comment_detail", slug, pk=first.comment_id),
        why=_why(hearings),
    )


def _subject(hearings: Sequence[Hearing], first: Hearing) -> str:
    place = Truncator(str(first.comment.subject)).chars(TITLE)
    names = {"who": name_of(first.comment.author), "place": place}
    if first.name:
        return _("%(who)s names you: %(place)s") % names
    if len(hearings) == 1:
        return _("%(who)s on %(place)s") % names
    return _("%(n)d things were said: %(place)s") % {**names, "n": len(hearings)}


def _opening(hearings: Sequence[Hearing]) -> str:
    count = ngettext(
        "This was said where you are part of it:",
        "%(n)d things were said where you are part of it:",
        len(hearings),
    )
    return count % {"n": len(hearings)}


def _item(comment: Comment, slug: str) -> dict[str, Any]:
    names = {"who": name_of(comment.author), "place": comment.subject}
    head = _("%(who)s on “%(place)s”:") % names
    said = Truncator(in_words(say(comment))).chars(LONG)
    return {
        "words": head,
        "said": said,
        "lines": [*wrapped(head), *wrapped(said)],
        "url": in_coalition("tasks:comment_detail", slug, pk=comment.pk),
    }


def _why(hearings: Sequence[Hearing]) -> str:
    if any(hearing.name for hearing in hearings):
        return _("You get this because somebody named you.")
    return _("You get this because you look after it, or said something there.")


KIND = NoticeKind(_write, Lane.BULK)
