"""The mail that tells whoever raised or seconded something what became of it."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Feedback, FeedbackState, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import Item, NoticeKind, Variant, Words, item
from comms.queries.feedback import place_of_change, state_line
from comms.sending.mail import Skip
from comms.updates.links import absolute, in_coalition

LONG = 1200


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    found = Feedback.objects.select_related(
        *("coalition", "closed_by"),
        *("changed_goal", "changed_task", "changed_milestone"),
    ).in_bulk([int(row.source) for row in batch])
    return {row.pk: _words(found.get(int(row.source)), row) for row in batch}


def _words(feedback: Feedback | None, row: Delivery) -> Words | Skip:
    """Tell nothing when the answer was taken back since."""
    if feedback and feedback.is_taken_back:
        return _taken_back(feedback, row)
    if feedback is None or not feedback.is_answered:
        return Skip(LeftOut.WITHDRAWN)
    slug = feedback.coalition.slug
    mine = feedback.author_id == row.person_id
    why = (
        _("You get this because you said it.")
        if mine
        else _("You get this because you said that you think so too.")
    )
    return Words(
        subject=_subject(feedback),
        paragraphs=[state_line(feedback)],
        items=_changed(feedback, slug),
        quote=Truncator(feedback.answer).chars(LONG),
        quoted=str(feedback.closed_by or feedback.coalition),
        button=_("Read it there"),
        url=in_coalition("comms:feedback_detail", slug, pk=feedback.pk),
        why=why,
    )


def _subject(feedback: Feedback) -> str:
    """Name it by its words only where everybody may read them: a subject is seen."""
    if feedback.is_open:
        return _("What became of “%(title)s”") % {"title": feedback}
    day = date_format(feedback.raised_on, "MONTH_DAY_FORMAT")
    return _("What became of what you said on %(day)s") % {"day": day}


def _taken_back(feedback: Feedback, row: Delivery) -> Words:
    """Tell whoever waited for an answer that there will be none; its words are gone."""
    names = {"who": feedback.closed_by or feedback.coalition}
    said = {"day": date_format(feedback.raised_on, "MONTH_DAY_FORMAT"), **names}
    sees_to_it = feedback.owner_id == row.person_id
    opening = (
        _("%(who)s took back what you were to see to, said on %(day)s.")
        if sees_to_it
        else _("%(who)s took back what you agreed with, said on %(day)s.")
    )
    next_step = (
        _("Its words are gone, and nobody needs to answer it.")
        if sees_to_it
        else _(
            "Its words are gone, and nobody answers it any more. If it still matters "
            "to you, say it in your own words."
        )
    )
    slug = feedback.coalition.slug
    return Words(
        subject=_("%(who)s took something back") % names,
        paragraphs=[opening % said, next_step],
        button=_("See all feedback") if sees_to_it else _("Have a say"),
        url=in_coalition(
            "comms:feedback_list" if sees_to_it else "comms:feedback_create", slug
        ),
        why=_("You get this because you saw to it.")
        if sees_to_it
        else _("You get this because you said that you think so too."),
    )


def _changed(feedback: Feedback, slug: str) -> list[Item]:
    address, words = place_of_change(feedback, slug)
    if not words:
        return []
    if address.startswith("/"):
        address = absolute(address)
    return [item(words, note=_("This was changed."), url=address)]


def _sample(cast: Cast) -> Words | Skip:
    return _sample_answered(cast, FeedbackState.EXPLAINED)


def _sample_answered(cast: Cast, state: FeedbackState) -> Words | Skip:
    said = {"text": cast.title, "answer": cast.said, "author": cast.reader}
    said |= {"raised_on": timezone.localdate()}
    ended = {"state": state, "closed_by": cast.other}
    task = cast.task() if state == FeedbackState.CHANGED else None
    feedback = Feedback(**cast.make(**said, **ended, changed_task=task))
    return _words(feedback, Delivery(person=cast.reader))


KIND = NoticeKind(
    gettext_lazy("What became of feedback"),
    _write,
    Lane.BULK,
    _sample,
    variants={
        state.value: Variant(name, partial(_sample_answered, state=state))
        for state, name in (
            (FeedbackState.CHANGED, gettext_lazy("What became of feedback: a change")),
            (
                FeedbackState.CANNOT,
                gettext_lazy("What became of feedback: not possible"),
            ),
        )
    },
)
