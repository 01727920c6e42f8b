"""What hurdles, asks and feedback need: an answer, or somebody who is asked to help."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.web.need import Need, is_past, url_in
from comms.queries.feedback import waiting_feedback
from members.models import Membership
from members.permissions import Permission
from tasks.models import HurdleState
from tasks.queries.asks import waiting_asks
from tasks.queries.troubles import age, waiting_hurdles


def trouble_needs(membership: Membership, now: datetime) -> Iterator[Need]:
    """Yield what waits, in two statements; nothing for who does not lead."""
    if membership.may(Permission.CHECKINS_VIEW):
        yield from _hurdles(membership, now)
    if membership.may(Permission.CHECKINS_EDIT):
        yield from _asks(membership, now)


def _asks(membership: Membership, now: datetime) -> Iterator[Need]:
    waiting = waiting_asks()
    if waiting.since:
        count = ngettext(
            "For %(n)d ask nobody has been asked yet",
            "For %(n)d asks nobody has been asked yet",
            waiting.count,
        )
        yield Need(
            icon="hand-helping",
            tone="info",
            title=count % {"n": waiting.count},
            detail=_("The oldest waits %(age)s.") % {"age": age(waiting.since, now)},
            url=url_in(membership, "tasks:ask_list"),
            action=_("See who could help"),
        )


def _hurdles(membership: Membership, now: datetime) -> Iterator[Need]:
    waiting = waiting_hurdles(membership)
    if not waiting.since:
        return
    answers = membership.may(Permission.CHECKINS_EDIT)
    count = (
        ngettext(
            "%(n)d hurdle waits for an answer",
            "%(n)d hurdles wait for an answer",
            waiting.count,
        )
        if answers
        else ngettext(
            "%(n)d hurdle was raised with the steering group",
            "%(n)d hurdles were raised with the steering group",
            waiting.count,
        )
    )
    state = HurdleState.OPEN if answers else HurdleState.RAISED
    url = url_in(membership, "tasks:hurdle_list")
    yield Need(
        icon="construction",
        tone="sun",
        title=count % {"n": waiting.count},
        detail=_("The oldest waits %(age)s.") % {"age": age(waiting.since, now)},
        url=f"{url}?state={state}",
        action=_("Answer"),
    )


def feedback_needs(membership: Membership, today: date) -> Iterator[Need]:
    waiting = waiting_feedback(membership, today)
    if oldest := waiting.oldest:
        late = is_past(oldest.due_on, today)
        count = ngettext(
            "%(n)d thing that was said waits for an answer. The oldest since",
            "%(n)d things that were said wait for an answer. The oldest since",
            waiting.count,
        )
        yield Need(
            icon="ear",
            tone="warn" if late else "info",
            title=_("Answer “%(title)s”") % {"title": oldest},
            detail=count % {"n": waiting.count},
            url=url_in(membership, "comms:feedback_detail", oldest.pk),
            action=_("Answer"),
            on=oldest.raised_on,
        )
