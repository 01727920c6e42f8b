"""How a goal stands, in one word: a rule over dates and counts, without the database."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.models.goal import GoalState

PUSH_BEHIND = 15  # points of a hundred behind the calendar
RISK_BEHIND = 30
HALF = 50
LATE_STEPS_AT_RISK = 2
LONG_LATE = timedelta(weeks=4)


class Standing(models.TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    ON_COURSE = "on_course", _("On course")
    NEEDS_PUSH = "needs_push", _("Needs a push")
    AT_RISK = "at_risk", _("At risk")
    DONE = "done", _("Done")
    CLOSED = "closed", _("Closed")


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a goal on one day."""

    state: str
    today: date
    begun_on: date
    due: date | None = None
    share: int | None = None  # of the way from baseline to target, 0-100
    steps: int = 0
    reached: int = 0
    late: int = 0
    late_since: date | None = None

    @property
    def done(self) -> int | None:
        """The measure counts; without one, the milestones do."""
        if self.share is not None:
            return self.share
        return 100 * self.reached // self.steps if self.steps else None

    @property
    def expected(self) -> int:
        """What the calendar would have: the time gone by, 0-100."""
        if self.due is None or self.due <= self.begun_on:
            return 0
        gone = (self.today - self.begun_on) / (self.due - self.begun_on)
        return int(100 * min(max(gone, 0), 1))


def standing_of(signs: Signs) -> Standing:
    """Judge a goal.

    Done or closed when somebody said so. At risk when it is past due, when two
    milestones are late or one is by more than four weeks, or when it is more than 30
    points behind the calendar. Needs a push when a milestone is late or it is more
    than 15 points behind. Not started while nothing has moved and less than half of
    its time has gone. Else on course.
    """
    if signs.state != GoalState.OPEN:
        return Standing.DONE if signs.state == GoalState.ACHIEVED else Standing.CLOSED
    if _is_late(signs):
        return Standing.AT_RISK
    if not signs.late and not signs.done and not signs.reached:
        return Standing.NOT_STARTED if signs.expected < HALF else Standing.NEEDS_PUSH
    behind = signs.expected - (signs.done or 0)
    if behind > RISK_BEHIND:
        return Standing.AT_RISK
    if signs.late or behind > PUSH_BEHIND:
        return Standing.NEEDS_PUSH
    return Standing.ON_COURSE


def _is_late(signs: Signs) -> bool:
    return (
        (signs.due is not None and signs.due < signs.today)
        or signs.late >= LATE_STEPS_AT_RISK
        or (signs.late_since is not None and signs.today - signs.late_since > LONG_LATE)
    )
