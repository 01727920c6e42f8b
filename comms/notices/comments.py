"""The mail that tells what was said within a while, of all threads of a person."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coalition.common.markdown import in_words
from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import Item, NoticeKind, Words, and_more, item
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
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
    return Words(
        subject=_subject(hearings, first),
        paragraphs=[_opening(hearings), *and_more(len(hearings) - SHOWN)],
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


def _item(comment: Comment, slug: str) -> Item:
    names = {"who": name_of(comment.author), "place": comment.subject}
    head = _("%(who)s on “%(place)s”:") % names
    said = Truncator(in_words(say(comment))).chars(LONG)
    url = in_coalition("tasks:comment_detail", slug, pk=comment.pk)
    return item(head, said=said, url=url)


def _why(hearings: Sequence[Hearing]) -> str:
    if any(hearing.name for hearing in hearings):
        return _("You get this because somebody named you.")
    return _("You get this because you look after it, or said something there.")


def _sample(cast: Cast) -> Words | Skip:
    said = {"task": cast.task(), "author": cast.other, "text": cast.said}
    comment = Comment(**cast.make(**said))
    vars(comment)["names"] = []
    name = cast.reader.full_name
    return _words([Hearing(comment=comment, person=cast.reader, name=name)])


KIND = NoticeKind(gettext_lazy("What was said"), _write, Lane.BULK, _sample)
