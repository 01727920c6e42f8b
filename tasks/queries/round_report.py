"""What a round brought: who was heard, what was won, what stands in the way, what moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from members.models import Membership
from members.permissions import Permission
from tasks.models import (
    Ask,
    CheckInCycle,
    CheckInSchedule,
    Hurdle,
    ReadingReport,
    TaskReport,
    TaskWord,
)
from tasks.models.trouble import said_to
from tasks.queries.rounds import Heard, RoundPage, round_page

OLDEST: Final = 8


@dataclass(frozen=True, slots=True)
class RoundReport:
    """A round in short; without what is not for the eyes of whoever reads."""

    page: RoundPage
    hurdles: Sequence[Hurdle]
    asks: Sequence[Ask]
    words: Sequence[TaskReport]
    figures: Sequence[ReadingReport]

    @property
    def cycle(self) -> CheckInCycle:
        return self.page.cycle

    @property
    def wins(self) -> list[Heard]:
        return [line for line in self.page.heard if line.check_in.win]

    @property
    def done(self) -> list[TaskReport]:
        """Return each task that is done because of it."""
        return [w for w in self.words if w.word == TaskWord.DONE and w.task.done_at]

    @property
    def stuck(self) -> list[TaskReport]:
        return [w for w in self.words if w.word == TaskWord.STUCK]

    @property
    def proposed(self) -> list[TaskReport]:
        """Return what still waits for a yes."""
        waits = (w for w in self.words if w.word == TaskWord.DONE and not w.settled_at)
        return [word for word in waits if not word.task.done_at]

    @property
    def read(self) -> list[ReadingReport]:
        return [figure for figure in self.figures if figure.reading_id]


def round_report(cycle: CheckInCycle, membership: Membership) -> RoundReport:
    """Read it in a constant number of statements, as this member may."""
    sees_all = membership.may(Permission.CHECKINS_EDIT)
    hurdles = Hurdle.objects.visible_to(membership).filter(check_in__cycle=cycle)
    asks = Ask.objects.filter(said_to(membership), check_in__cycle=cycle)
    words = TaskReport.objects.filter(check_in__cycle=cycle).select_related(
        "task", "check_in__person"
    )
    figures = ReadingReport.objects.filter(check_in__cycle=cycle).select_related("goal")
    return RoundReport(
        page=round_page(cycle, sees_all=sees_all),
        hurdles=list(hurdles.select_related("person")),
        asks=list(asks.select_related("person")),
        words=list(words),
        figures=list(figures),
    )


def hurdles_by_age(
    schedule: CheckInSchedule, membership: Membership
) -> Sequence[Hurdle]:
    """Return what is still in the way from any round of a schedule, the oldest first."""
    shown = Hurdle.objects.unsolved().visible_to(membership)
    rows = shown.filter(check_in__cycle__schedule=schedule)
    oldest = rows.select_related("person").order_by("created_at", "pk")
    return list(oldest[:OLDEST])
