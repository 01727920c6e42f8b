"""The mail that answers a reply: what was understood, and where to change it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, InboundMail, Lane, LeftOut, Outcome
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute
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
    found = InboundMail.objects.select_related(
        "check_in__cycle__schedule", "check_in__person"
    ).in_bulk([int(row.source) for row in batch])
    return {row.pk: _words(found.get(int(row.source))) for row in batch}


def _words(reply: InboundMail | None) -> Words | Skip:
    if reply is None:
        return Skip(LeftOut.WITHDRAWN)
    check_in = reply.check_in
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
    name = {"name": reply.check_in.cycle.schedule.name}
    return {
        Outcome.ANSWERED: _("Your answer is here: %(name)s"),
        Outcome.NOTHING: _("Noted, nothing this time: %(name)s"),
        Outcome.CLOSED: _("Your answer came after the end: %(name)s"),
        Outcome.EMPTY: _("We found no answer in your mail: %(name)s"),
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
    }[Outcome(reply.outcome)]


def _said(check_in: CheckIn) -> Iterator[str]:
    for name in LABELS:
        text = getattr(check_in, name)
        if text:
            yield f"{LABELS[name]}: {Truncator(text).chars(LONG)}"


KIND = NoticeKind(_write, Lane.FAST)
