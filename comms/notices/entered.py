"""The mail that tells somebody what was written down in a check-in for them."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import absolute
from tasks.models import CheckIn, CheckInState


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    entered = CheckIn.objects.select_related(
        "coalition", "cycle", "person__coalition", "entered_by"
    ).in_bulk([int(row.source) for row in batch])
    return {row.pk: _words(entered.get(int(row.source))) for row in batch}


def _words(check_in: CheckIn | None) -> Words | Skip:
    """Tell nothing when they have said it themselves since."""
    if check_in is None or not check_in.is_entered_for_them:
        return Skip(LeftOut.WITHDRAWN)
    closes = timezone.localtime(
        check_in.cycle.closes_at, ZoneInfo(check_in.person.zone_name)
    )
    names = {
        "who": check_in.entered_by,
        "coalition": check_in.coalition,
        "day": date_format(closes, "MONTH_DAY_TIME_FORMAT"),
    }
    until = (
        _("You can change it until %(day)s, without signing in.")
        if check_in.cycle.is_open(timezone.now())
        else _("It has closed since. Tell %(who)s if something is wrong.")
    )
    return Words(
        subject=_("%(who)s wrote down your check-in") % names,
        paragraphs=[
            _told(check_in) % names,
            until % names,
        ],
        quote=check_in.progress or check_in.hurdle or check_in.ask,
        quoted=str(check_in.entered_by),
        button=_("Read it"),
        url=absolute(check_in.link.path),
        why=_("You get this because it was entered in your name."),
    )


def _told(check_in: CheckIn) -> str:
    if check_in.state == CheckInState.NOTHING:
        return _(
            "%(who)s noted in the check-in of %(coalition)s that you have nothing to "
            "tell this time."
        )
    return _("%(who)s answered the check-in of %(coalition)s for you.")


def _sample(cast: Cast) -> Words | Skip:
    at = {"entered_by": cast.other, "answered_at": cast.now}
    return _words(cast.check_in(progress=cast.said, **at))


KIND = NoticeKind(gettext_lazy("Check-in entered for you"), _write, Lane.FAST, _sample)
