"""The mail that tells what became of a hurdle: answered, raised, planned, solved."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute
from tasks.models import Hurdle, HurdleState
from tasks.queries.trouble_notices import hurdle_news


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    found = hurdle_news({row.source for row in batch})
    return {row.pk: _words(found.get(row.source)) for row in batch}


def _words(hurdle: Hurdle | None) -> Words | Skip:
    if hurdle is None:  # gone, or something newer has happened since
        return Skip(LeftOut.WITHDRAWN)
    answered = hurdle.state == HurdleState.ANSWERED
    return Words(
        subject=_subject(hurdle) % {"coalition": hurdle.coalition},
        paragraphs=[*_opening(hurdle), _("You wrote: “%(text)s”") % {"text": hurdle}],
        quote=hurdle.answer if answered else "",
        quoted=str(hurdle.answered_by) if answered else "",
        button=_("Read it"),
        url=absolute(hurdle.link.path),
        why=_("You get this because you said what is in your way."),
    )


def _subject(hurdle: Hurdle) -> str:
    return {
        HurdleState.OPEN: _("What is in your way: taken up by %(coalition)s"),
        HurdleState.ANSWERED: _("An answer to what is in your way"),
        HurdleState.RAISED: _("What is in your way is before the steering group"),
        HurdleState.SOLVED: _("Out of your way?"),
    }[HurdleState(hurdle.state)]


def _opening(hurdle: Hurdle) -> list[str]:
    said = {
        HurdleState.OPEN: "",
        HurdleState.ANSWERED: _("You said in a check-in what holds you up. Thank you."),
        HurdleState.RAISED: _(
            "It is more than the coordinators can solve alone, so the steering group "
            "looks at it. It can read what you wrote."
        ),
        HurdleState.SOLVED: _(
            "It was marked as out of the way. If it is not, say so on the page."
        ),
    }[HurdleState(hurdle.state)]
    planned = ""
    if hurdle.task and hurdle.state != HurdleState.SOLVED:
        planned = _("It is taken up in the plan: “%(task)s”.") % {"task": hurdle.task}
    return [text for text in (said, planned) if text]


def _sample(cast: Cast) -> Words | Skip:
    answer = {"answer": cast.said, "answered_by": cast.other}
    state = {"state": HurdleState.ANSWERED, "task": cast.task()}
    mine = {"person": cast.reader, "text": cast.title}
    return _words(Hurdle(**cast.make(**mine, **answer, **state)))


KIND = NoticeKind(gettext_lazy("What became of a hurdle"), _write, Lane.FAST, _sample)
