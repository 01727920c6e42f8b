"""The mails about the coordination: the question to the next, and how it ended."""

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute, in_coalition
from members.models import Handover
from members.permissions import MemberRole


def _ask(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    waiting = (
        Handover.objects.open(timezone.now())
        .select_related("coalition", "giver")
        .in_bulk([int(row.source) for row in batch])
    )
    return {row.pk: _question(waiting.get(int(row.source))) for row in batch}


def _question(handover: Handover | None) -> Words | Skip:
    if handover is None:
        return Skip(LeftOut.WITHDRAWN)
    coalition = handover.coalition
    day = timezone.localdate(handover.expires_at, coalition.zone)
    names = {"who": handover.giver, "coalition": coalition}
    return Words(
        subject=_("%(who)s asks you to coordinate %(coalition)s") % names,
        paragraphs=[
            _(
                "You would keep the people, the action plan and the updates in "
                "%(who)s’s place. Nothing changes before you say yes."
            )
            % names,
            _("You can answer until %(day)s.")
            % {"day": date_format(day, "MONTH_DAY_FORMAT")},
        ],
        quote=handover.words,
        quoted=str(handover.giver),
        button=_("Read it and answer"),
        url=absolute(handover.link.path),
        why=_("You get this because %(who)s named you.") % names,
    )


def _tell(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    ended = Handover.objects.select_related("coalition", "giver", "taker").in_bulk(
        [int(row.source) for row in batch]
    )
    return {row.pk: _answer(ended.get(int(row.source)), row) for row in batch}


def _answer(handover: Handover | None, row: Delivery) -> Words | Skip:
    if handover is None:
        return Skip(LeftOut.WITHDRAWN)
    to_giver = row.person_id == handover.giver_id
    names = {
        "taker": handover.taker,
        "giver": handover.giver,
        "coalition": handover.coalition,
        "role": MemberRole(handover.becomes).label,
    }
    return Words(
        subject=_subject(handover, to_giver=to_giver) % names,
        paragraphs=[_said(handover, to_giver=to_giver) % names],
        button=_("Open %(coalition)s") % names,
        url=in_coalition("members:access_list", handover.coalition.slug),
        why=_("You get this because it is about what you may do here."),
    )


def _subject(handover: Handover, *, to_giver: bool) -> str:
    if handover.declined_at:
        return _("%(taker)s cannot take the coordination")
    if to_giver:
        return _("%(taker)s coordinates %(coalition)s now")
    return _("You coordinate %(coalition)s now")


def _said(handover: Handover, *, to_giver: bool) -> str:
    if handover.declined_at:
        return _(
            "%(taker)s said no. Nothing has changed: you still coordinate, and can ask "
            "somebody else."
        )
    if to_giver:
        return _(
            "%(taker)s said yes. From now on your access is: %(role)s. Thank you for "
            "carrying it this far."
        )
    return _(
        "You said yes, and %(giver)s hands over to you. The people, the action plan and "
        "the updates are in your hands; %(giver)s is told too."
    )


def _sample_question(cast: Cast) -> Words | Skip:
    return _question(_handover(cast))


def _sample_answer(cast: Cast) -> Words | Skip:
    return _answer(_handover(cast), Delivery(person=cast.reader))


def _handover(cast: Cast) -> Handover:
    named = {"giver": cast.other, "taker": cast.reader, "becomes": MemberRole.MEMBER}
    times = {"expires_at": cast.soon, "accepted_at": cast.now}
    return Handover(**cast.make(words=cast.said, **named, **times))


QUESTION = NoticeKind(
    gettext_lazy("Will you coordinate?"), _ask, Lane.FAST, _sample_question
)
ANSWER = NoticeKind(
    gettext_lazy("Who coordinates now"), _tell, Lane.FAST, _sample_answer
)
