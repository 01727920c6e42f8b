"""The mails of a check-in: the question, with the one link to answer, and reminders."""

from collections.abc import Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.inbound.addresses import ReplyTo, reply_address
from comms.inbound.prompts import prompt_texts
from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute
from tasks.models import Audience, CheckIn, CheckInSchedule
from tasks.queries.asking import asked_in


def _write(batch: Sequence[Delivery], *, again: bool) -> Mapping[int, Words | Skip]:
    asked = asked_in({row.source for row in batch})
    return {row.pk: _words(asked.get(row.source), again=again) for row in batch}


def _words(check_in: CheckIn | None, *, again: bool) -> Words | Skip:
    if check_in is None:  # they have answered, or it is over
        return Skip(LeftOut.WITHDRAWN)
    names = {
        "coalition": check_in.coalition,
        "schedule": check_in.cycle.schedule,
        "moment": _last_moment(check_in),
    }
    subject, opening = _again() if again else _first()
    return Words(
        subject=subject % names,
        paragraphs=[
            opening % names,
            *filter(None, [_in_whose_place(check_in), _for_whom(check_in)]),
            _("You can answer until %(moment)s.") % names,
        ],
        items=[]
        if again
        else [_item(text) for text in prompt_texts(check_in).values()],
        button=_("Answer in a minute"),
        url=absolute(check_in.link.path),
        why=_why(check_in.cycle.schedule),
        reply_to=_reply_to(check_in),
    )


def _first() -> tuple[str, str]:
    """Return the subject and the opening; both name which check-in it is."""
    return (
        _("%(schedule)s · a minute for %(coalition)s"),
        _(
            "It is time for the check-in “%(schedule)s”. It takes about a minute, and "
            "you do not have to sign in."
        ),
    )


def _again() -> tuple[str, str]:
    return (
        _("%(schedule)s · still open until %(moment)s"),
        _(
            "A gentle reminder of the check-in “%(schedule)s”: %(coalition)s would like "
            "to hear from you, in a few words or with one tap on “Nothing this time”."
        ),
    )


def _reply_to(check_in: CheckIn) -> str:
    ids = check_in.coalition_id, check_in.pk, check_in.person_id
    return reply_address(ReplyTo(*ids))


def _last_moment(check_in: CheckIn) -> str:
    """Return when it closes, in the zone of whoever reads, as the page says it."""
    zone = ZoneInfo(check_in.person.zone_name)
    closes = check_in.cycle.closes_at.astimezone(zone)
    return date_format(closes, "MONTH_DAY_TIME_FORMAT")


def _in_whose_place(check_in: CheckIn) -> str:
    if not check_in.stands_in_for:
        return ""
    return _("%(name)s asks you to answer this time.") % {
        "name": check_in.stands_in_for
    }


def _for_whom(check_in: CheckIn) -> str:
    partners = ", ".join(str(voice.partner) for voice in check_in.voices.all())
    if not partners:
        return ""
    return _("You answer for %(partners)s.") % {"partners": partners}


def _item(text: str) -> dict[str, object]:
    return {"words": text, "lines": [text], "url": ""}


def _why(schedule: CheckInSchedule) -> str:
    """Say why they are asked."""
    names = {
        "goal": schedule.goal,
        "role": schedule.role,
        "group": schedule.group,
    }
    reasons = {
        Audience.PARTNERS: _("You get this because you speak for a partner."),
        Audience.GOAL: _("You get this because you carry a part of “%(goal)s”."),
        Audience.ROLE: _("You get this because you hold the role “%(role)s”."),
        Audience.GROUP: _("You get this because you are in the group “%(group)s”."),
        Audience.PERSON: _("You get this because it was agreed with you."),
    }
    return reasons[Audience(schedule.audience)] % names


def _sample(cast: Cast, *, again: bool) -> Words | Skip:
    return _words(cast.check_in(), again=again)


ASKS = NoticeKind(
    gettext_lazy("Check-in"),
    partial(_write, again=False),
    Lane.BULK,
    partial(_sample, again=False),
)
REMINDS = NoticeKind(
    gettext_lazy("Check-in, reminder"),
    partial(_write, again=True),
    Lane.BULK,
    partial(_sample, again=True),
)
