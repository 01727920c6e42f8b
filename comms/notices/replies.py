"""The mail that answers a reply: what was understood, and where to change it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Feedback, InboundMail, Issue, Lane, LeftOut, Outcome
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Variant, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute, in_coalition, say_url
from tasks.models import CheckIn

LONG: Final = 600
LABELS: Final = {
    "progress": gettext_lazy("What moved"),
    "hurdle": gettext_lazy("What is in the way"),
    "ask": gettext_lazy("What would help"),
    "answer": gettext_lazy("The question in turn"),
    "win": gettext_lazy("Something to celebrate"),
}


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    ids = [int(row.source) for row in batch]
    found = InboundMail.objects.with_what_for().defer("raw", "text").in_bulk(ids)
    return {row.pk: _words(found.get(int(row.source))) for row in batch}


def _words(reply: InboundMail | None) -> Words | Skip:
    if reply is None:
        return Skip(LeftOut.WITHDRAWN)
    if reply.check_in is None:
        return _on_feedback(reply, reply.feedback)
    return _on_answer(reply, reply.check_in)


def _on_feedback(reply: InboundMail, feedback: Feedback | None) -> Words | Skip:
    if feedback and feedback.is_taken_back:
        return Skip(LeftOut.WITHDRAWN)
    slug, ids = reply.coalition.slug, (reply.coalition_id, reply.issue_id or 0)
    if feedback:
        button = _("Read it, and what becomes of it")
        url = in_coalition("comms:feedback_detail", slug, pk=feedback.pk)
    else:
        button, url = _("Have a say"), say_url(*ids, reply.who.pk)
    return Words(
        subject=_subject(reply),
        paragraphs=[_opening(reply)],
        quote=Truncator(feedback.text).chars(LONG) if feedback else "",
        quoted=str(reply.who) if feedback else "",
        button=button,
        url=url,
        why=_("You get this because you wrote to us by mail."),
    )


def _on_answer(reply: InboundMail, check_in: CheckIn) -> Words:
    taken = reply.outcome == Outcome.ANSWERED
    return Words(
        subject=_subject(reply),
        paragraphs=[_opening(reply)],
        quote="\n\n".join(_said(check_in)) if taken else "",
        quoted=str(check_in.person) if taken else "",
        button=_("Read or change it") if taken else _("Open the check-in"),
        url=absolute(check_in.link.path),
        why=_("You get this because you answered by mail."),
    )


def _subject(reply: InboundMail) -> str:
    name = {"name": reply.about}
    return {
        Outcome.ANSWERED: _("Your answer is here: %(name)s"),
        Outcome.NOTHING: _("Noted, nothing this time: %(name)s"),
        Outcome.CLOSED: _("Your answer came after the end: %(name)s"),
        Outcome.EMPTY: _("We found no answer in your mail: %(name)s"),
        Outcome.SAID: _("Your words are with us: %(name)s"),
        Outcome.TOO_MUCH: _("We could not note your mail: %(name)s"),
    }[Outcome(reply.outcome)] % name


def _opening(reply: InboundMail) -> str:
    return {
        Outcome.ANSWERED: _(
            "Thank you. This is what we understood; you can change it until the "
            "check-in closes."
        ),
        Outcome.NOTHING: _(
            "Thank you for saying so. If something comes to your mind, you can still "
            "add it until the check-in closes."
        ),
        Outcome.CLOSED: _(
            "This check-in was closed already, so nothing was changed. The coordinators "
            "can read your mail for 30 days, and you are asked again next time."
        ),
        Outcome.EMPTY: _(
            "Your mail reached us, but we found nothing of your own in it. Write above "
            "the quoted text, or answer on the page."
        ),
        Outcome.SAID: _(
            "Thank you. This is what we noted under your name. Only those who "
            "coordinate read it, and you are told what becomes of it."
        ),
        Outcome.TOO_MUCH: _(
            "It was more than one person can say in a day, so nothing was noted. The "
            "coordinators can read your mail for 30 days; tomorrow you can write again."
        ),
    }[Outcome(reply.outcome)]


def _said(check_in: CheckIn) -> Iterator[str]:
    for name in LABELS:
        text = getattr(check_in, name)
        if text:
            yield f"{LABELS[name]}: {Truncator(text).chars(LONG)}"


def _sample(cast: Cast) -> Words | Skip:
    return _sample_answer(cast, Outcome.ANSWERED)


def _sample_answer(cast: Cast, outcome: Outcome) -> Words | Skip:
    check_in = cast.check_in(progress=cast.said, hurdle=cast.title)
    return _words(InboundMail(**cast.make(check_in=check_in, outcome=outcome)))


def _sample_said(cast: Cast, outcome: Outcome) -> Words | Skip:
    wrote = {"person": cast.reader, "issue": Issue(**cast.make(subject=cast.title))}
    said = Feedback(**cast.make(text=cast.said, author=cast.reader))
    noted = {"feedback": said} if outcome == Outcome.SAID else {}
    return _words(InboundMail(**cast.make(outcome=outcome, **wrote, **noted)))


KIND = NoticeKind(
    gettext_lazy("Your answer by mail"),
    _write,
    Lane.FAST,
    _sample,
    variants={
        outcome.value: Variant(name, partial(sample, outcome=outcome))
        for outcome, name, sample in (
            (
                Outcome.NOTHING,
                gettext_lazy("Your answer by mail: nothing this time"),
                _sample_answer,
            ),
            (
                Outcome.CLOSED,
                gettext_lazy("Your answer by mail: after the end"),
                _sample_answer,
            ),
            (
                Outcome.EMPTY,
                gettext_lazy("Your answer by mail: an empty one"),
                _sample_answer,
            ),
            (Outcome.SAID, gettext_lazy("Feedback by mail"), _sample_said),
            (
                Outcome.TOO_MUCH,
                gettext_lazy("Feedback by mail: too much in a day"),
                _sample_said,
            ),
        )
    },
)
