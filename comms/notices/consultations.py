"""The mails of consulting: the question to one person, and what they say to who asked."""

from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute, in_coalition
from members.models import Person
from tasks.models import Consultation
from tasks.queries.comments import name_of

TITLE = 60
SEEN = ("coalition", "task__goal", "person", "asked_by", "answered_by")


def _ask(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    waiting = Consultation.objects.open().select_related(*SEEN)
    found = waiting.in_bulk([int(row.source) for row in batch])
    return {row.pk: _question(found.get(int(row.source))) for row in batch}


def _question(asked: Consultation | None) -> Words | Skip:
    if asked is None or asked.due is None:
        return Skip(LeftOut.WITHDRAWN)
    who = name_of(asked.asked_by) if asked.asked_by else str(asked.coalition)
    names = {
        "who": who,
        "task": Truncator(asked.task.title).chars(TITLE),
        "goal": asked.task.goal,
        "day": date_format(asked.due, "MONTH_DAY_FORMAT"),
    }
    about = (
        _("It is about “%(task)s”, for the goal “%(goal)s”.")
        if asked.task.goal
        else _("It is about “%(task)s”.")
    )
    return Words(
        subject=_("%(who)s asks for your view: %(task)s") % names,
        paragraphs=[
            about % names,
            _(
                "A few sentences are enough, and you do not have to sign in. Please "
                "answer by %(day)s; after that, the work goes on."
            )
            % names,
        ],
        quote=asked.question,
        quoted=who,
        button=_("Answer"),
        url=absolute(asked.link.path),
        why=_("You get this because you are to be consulted on this task."),
    )


def _tell(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    answered = Consultation.objects.exclude(answer="").select_related(*SEEN)
    found = answered.in_bulk([int(row.source) for row in batch])
    return {row.pk: _answer(found.get(int(row.source))) for row in batch}


def _answer(asked: Consultation | None) -> Words | Skip:
    if asked is None:
        return Skip(LeftOut.WITHDRAWN)
    who = name_of(asked.person)
    names = {"who": who, "task": Truncator(asked.task.title).chars(TITLE)}
    return Words(
        subject=_("%(who)s answers: %(task)s") % names,
        paragraphs=[_("You asked: %(question)s") % {"question": asked.question}],
        quote=asked.answer,
        quoted=who,
        button=_("Open the task"),
        url=in_coalition("tasks:task_detail", asked.coalition.slug, pk=asked.task_id),
        why=_("You get this because you asked."),
    )


def _sample_question(cast: Cast) -> Words | Skip:
    return _question(_asked(cast, cast.reader, by=cast.other))


def _sample_answer(cast: Cast) -> Words | Skip:
    return _answer(_asked(cast, cast.other, by=cast.reader))


def _asked(cast: Cast, person: Person, *, by: Person) -> Consultation:
    said = {"question": cast.title, "answer": cast.said, "due": cast.soon.date()}
    given = {"task": cast.task(), "person": person, "asked_by": by}
    return Consultation(**cast.make(**said, **given))


QUESTION = NoticeKind(
    gettext_lazy("Asked for a view"), _ask, Lane.BULK, _sample_question
)
ANSWER = NoticeKind(gettext_lazy("A view was given"), _tell, Lane.BULK, _sample_answer)
