"""The mail that tells who coordinates that a round is over, and what it brought."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comms.models import Delivery, Lane, LeftOut
from comms.notices.access import if_may
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from members.permissions import Permission
from tasks.models import CheckInCycle
from tasks.queries.schedules import counted


@if_may(Permission.CHECKINS_VIEW)
def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    """Write only counts: what was said stays on the page."""
    rounds = counted(CheckInCycle.objects.all()).annotate(
        wins=Count("check_ins", filter=~Q(check_ins__win="") & _is_there()),
        hurdles=Count("check_ins", filter=~Q(check_ins__hurdle="") & _is_there()),
        helps=Count("check_ins", filter=~Q(check_ins__ask="") & _is_there()),
    )
    found = rounds.select_related("schedule", "coalition").in_bulk(
        {int(row.source) for row in batch}
    )
    return {row.pk: _words(found.get(int(row.source))) for row in batch}


def _is_there() -> Q:
    return Q(check_ins__isnull=False)


def _words(cycle: CheckInCycle | None) -> Words | Skip:
    if cycle is None or cycle.closed_at is None:
        return Skip(LeftOut.WITHDRAWN)
    counts = vars(cycle)
    names = {
        "name": cycle.schedule,
        "heard": counts["heard"],
        "asked": counts["asked"],
    }
    return Words(
        subject=_("%(name)s: %(heard)s of %(asked)s were heard") % names,
        paragraphs=[
            _("This round is over. It did not wait for who was missing."),
            _brought(counts["wins"], counts["hurdles"], counts["helps"]),
        ],
        button=_("See what it brought"),
        url=in_coalition(
            "tasks:check_in_round_report", cycle.coalition.slug, pk=cycle.pk
        ),
        why=_("You get this because you coordinate."),
    )


def _brought(wins: int, hurdles: int, helps: int) -> str:
    parts = (
        ngettext("%(n)d win", "%(n)d wins", wins) % {"n": wins},
        ngettext("%(n)d hurdle", "%(n)d hurdles", hurdles) % {"n": hurdles},
        ngettext("%(n)d ask", "%(n)d asks", helps) % {"n": helps},
    )
    return " · ".join(parts)


def _sample(cast: Cast) -> Words | Skip:
    cycle = cast.check_in().cycle
    cycle.closed_at = cast.now
    vars(cycle).update(heard=9, asked=12, wins=2, hurdles=3, helps=1)
    return _words(cycle)


KIND = NoticeKind(gettext_lazy("A round is over"), _write, Lane.BULK, _sample)
