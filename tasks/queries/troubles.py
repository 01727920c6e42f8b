"""Read models of hurdles: the list, one of them, and what waits for an answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.models import Goal
from members.models import Membership, Partner
from members.permissions import Permission
from tasks.models import Ask, Hurdle, HurdleState, Task
from tasks.models.trouble import HurdleQuerySet

FORTNIGHT: Final = 14
TWO_MONTHS: Final = 60
UNSOLVED: Final = "unsolved"
EVERYTHING: Final = "all"


def age(since: datetime, now: datetime) -> str:
    """Say how long something waits, roughly as people do."""
    days = (timezone.localdate(now) - timezone.localdate(since)).days
    if days <= 0:
        return _("since today")
    if days < FORTNIGHT:
        return ngettext("for %(n)d day", "for %(n)d days", days) % {"n": days}
    if days < TWO_MONTHS:
        n = days // 7
        return ngettext("for %(n)d week", "for %(n)d weeks", n) % {"n": n}
    n = days // 30
    return ngettext("for %(n)d month", "for %(n)d months", n) % {"n": n}


@dataclass(frozen=True, slots=True)
class HurdleFilter:
    """What of the hurdles is asked for; `show` is a state, or one of the two words."""

    show: str = UNSOLVED
    mine: bool = False
    goal: Goal | None = None
    partner: Partner | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class HurdleLine:
    hurdle: Hurdle
    now: datetime

    @property
    def partners(self) -> str:
        check_in = self.hurdle.check_in
        voices = check_in.voices.all() if check_in else ()
        return ", ".join(str(voice.partner) for voice in voices)

    @property
    def age(self) -> str:
        return age(self.hurdle.created_at, self.now)

    @property
    def is_solved(self) -> bool:
        return self.hurdle.state == HurdleState.SOLVED


def hurdles_for(membership: Membership, wanted: HurdleFilter) -> HurdleQuerySet:
    """Return what this member may read of it, the oldest first."""
    found = Hurdle.objects.visible_to(membership).filter(_shown(wanted.show))
    found = found.matching(wanted.words)
    if wanted.mine:
        found = found.filter(person=membership.person)
    if wanted.partner:
        found = found.at(wanted.partner)
    if wanted.goal:
        found = found.filter(about_goal(wanted.goal))
    return with_all(found).order_by("created_at", "id")


def _shown(show: str) -> Q:
    if show == EVERYTHING:
        return Q()
    return ~Q(state=HurdleState.SOLVED) if show == UNSOLVED else Q(state=show)


def about_goal(goal: Goal) -> Q:
    named = Q(goal=goal) | Q(task__goal=goal)
    return named | Q(check_in__cycle__schedule__goal=goal)


def with_all(found: HurdleQuerySet) -> HurdleQuerySet:
    """Load what a line or a page tells, in two statements however many there are."""
    return found.select_related(
        "person", "task", "goal", "answered_by", "check_in__cycle"
    ).prefetch_related("check_in__voices__partner")


def hurdles_of_task(
    task: Task, membership: Membership, now: datetime
) -> list[HurdleLine]:
    """Return what a task gets out of the way, as far as this member may read it."""
    found = Hurdle.objects.visible_to(membership).filter(task=task)
    return [HurdleLine(hurdle, now) for hurdle in found.select_related("person")]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for whom, and since when the oldest does."""

    count: int
    since: datetime | None

    def age(self, now: datetime) -> str:
        return age(self.since, now) if self.since else ""


def counted(rows: QuerySet[Hurdle] | QuerySet[Ask]) -> Waiting:
    return Waiting(**rows.aggregate(count=Count("pk"), since=Min("created_at")))


def waiting_hurdles(membership: Membership) -> Waiting:
    """Count what waits for this member: an answer, or what was raised with them."""
    answers = membership.may(Permission.CHECKINS_EDIT)
    state = HurdleState.OPEN if answers else HurdleState.RAISED
    return counted(Hurdle.objects.visible_to(membership).filter(state=state))


def hurdles_open_before(end: datetime) -> HurdleQuerySet:
    """Return what nobody has answered and all may be told of, the newest first."""
    waiting = Hurdle.objects.for_everybody().unsolved().filter(created_at__lt=end)
    waiting = waiting.exclude(state=HurdleState.ANSWERED)
    return with_all(waiting).order_by("-created_at", "-id")


def hurdles_answered_between(start: datetime, end: datetime) -> HurdleQuerySet:
    """Return what got an answer and is not solved, of what all may be told of."""
    shown = Hurdle.objects.for_everybody().filter(
        state=HurdleState.ANSWERED, answered_at__gte=start, answered_at__lt=end
    )
    return with_all(shown).order_by("-answered_at", "-id")


def hurdles_solved_between(start: datetime, end: datetime) -> HurdleQuerySet:
    """Return what got out of the way, of what may be told to everybody."""
    shown = Hurdle.objects.for_everybody().filter(
        solved_at__gte=start, solved_at__lt=end
    )
    return with_all(shown).order_by("-solved_at", "-id")
