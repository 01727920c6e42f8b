"""When check-ins come: the next ones, their reminders, and the rhythm in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from coalition.common.clock import due, moment, period_at, place_in_month
from tasks.models import Audience, Cadence, CheckInPause, CheckInSchedule

SHOWN: Final = 5
A_DAY: Final = timedelta(days=1)
BETWEEN_MAILS: Final = timedelta(hours=12)
PLACES: Final[Mapping[int, "Promise"]] = {
    1: ngettext_lazy(
        "On the first %(weekday)s of the month",
        "On the first %(weekday)s, every %(n)d months",
        "n",
    ),
    2: ngettext_lazy(
        "On the second %(weekday)s of the month",
        "On the second %(weekday)s, every %(n)d months",
        "n",
    ),
    3: ngettext_lazy(
        "On the third %(weekday)s of the month",
        "On the third %(weekday)s, every %(n)d months",
        "n",
    ),
    4: ngettext_lazy(
        "On the fourth %(weekday)s of the month",
        "On the fourth %(weekday)s, every %(n)d months",
        "n",
    ),
    5: ngettext_lazy(
        "On the last %(weekday)s of the month",
        "On the last %(weekday)s, every %(n)d months",
        "n",
    ),
}


@dataclass(frozen=True, slots=True)
class Opening:
    """A check-in to come, or the pause because of which it does not."""

    period: int
    day: date
    last_day: date
    opens_at: datetime
    closes_at: datetime
    pause: CheckInPause | None
    question: str = ""


def opening(
    schedule: CheckInSchedule, n: int, pauses: Iterable[CheckInPause]
) -> Opening:
    """Return the rhythm's period n, 0 the first."""
    day, period = schedule.day(n), schedule.first_period + n
    last = day + timedelta(days=schedule.window_days)
    return Opening(
        period=period,
        day=day,
        last_day=last,
        opens_at=due(schedule, n),
        closes_at=moment(last, schedule.local_time, schedule.timezone),
        pause=next((p for p in pauses if p.from_on <= day <= p.to_on), None),
    )


def question_in_turn(schedule: CheckInSchedule, held: int) -> str:
    """Return what a round asks besides, after so many that were held."""
    questions = schedule.question_list
    return questions[held % len(questions)] if questions else ""


def with_questions(
    schedule: CheckInSchedule, openings: Iterable[Opening], held: int
) -> Iterator[Opening]:
    """Give each opening its question; one that is left out takes no turn."""
    for each in openings:
        if each.pause:
            yield each
            continue
        yield replace(each, question=question_in_turn(schedule, held))
        held += 1


def next_period(schedule: CheckInSchedule, now: datetime) -> int:
    """Return the index of the first period that is still to come."""
    return max(0, period_at(schedule, now) + 1)


def next_day(schedule: CheckInSchedule, now: datetime) -> date:
    return schedule.day(next_period(schedule, now))


def coming(
    schedule: CheckInSchedule,
    now: datetime,
    *,
    pauses: Sequence[CheckInPause] = (),
    count: int = SHOWN,
) -> list[Opening]:
    """Return the next openings of a schedule, saved or not."""
    first = next_period(schedule, now)
    return [opening(schedule, n, pauses) for n in range(first, first + count)]


def reminders(start: datetime, end: datetime, count: int) -> list[datetime]:
    """Return when to remind in a window: the last time a day before it closes.

    Never within twelve hours of another mail about it.
    """
    half, last = start + (end - start) / 2, end - A_DAY
    if last < start + BETWEEN_MAILS:
        last = half
    planned = [last] if count == 1 else [half, last][:count]
    found: list[datetime] = []
    for at in planned:
        if at >= (found[-1] if found else start) + BETWEEN_MAILS:
            found.append(at)
    return found


def next_reminder(
    start: datetime, end: datetime, count: int, after: datetime
) -> datetime | None:
    return next((at for at in reminders(start, end, count) if at > after), None)


def rhythm_in_words(schedule: CheckInSchedule) -> str:
    weekday = WEEKDAYS[schedule.anchor_date.weekday()]
    words = {"n": schedule.every, "weekday": weekday}
    if schedule.cadence == Cadence.MONTHS:
        return str(PLACES[place_in_month(schedule.anchor_date)] % words)
    return (
        ngettext(
            "Every week on %(weekday)s",
            "Every %(n)d weeks on %(weekday)s",
            schedule.every,
        )
        % words
    )


def audience_in_words(schedule: CheckInSchedule) -> str:
    """Say who is asked; load the schedule `with_whom`."""
    whom = {
        Audience.GOAL: (_("The people of “%(name)s”"), schedule.goal),
        Audience.ROLE: (_("Who holds the role “%(name)s”"), schedule.role),
        Audience.GROUP: (_("The working group “%(name)s”"), schedule.group),
        Audience.PERSON: ("%(name)s", schedule.person),
    }.get(Audience(schedule.audience))
    return whom[0] % {"name": whom[1]} if whom else _("All partners")


def local_day(schedule: CheckInSchedule, at: datetime) -> date:
    return at.astimezone(ZoneInfo(schedule.timezone)).date()
