"""The check-ins of the demo: a rhythm that has begun, and a round that is over."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from coalition.common.clock import due
from members.models import Coalition, Person, Via
from tasks.models import CheckIn, CheckInCycle, CheckInSchedule, CheckInState
from tasks.services.cycles import open_schedule

# name: what moved, what is in the way, what would help, how confident
SAID: Final = {
    "Priya Raman": ("Forty families have a plan for attacks now.", "", "", 4),
    "Bao Nguyen": ("Two evenings in Tagalog and Vietnamese.", "", "A second room.", 4),
    "Kofi Danso": ("The youth counted trucks at the gate.", "No radar left.", "", 3),
    "Tomás Vega": ("We spoke with every household on our street.", "", "", 5),
    "Nadia Haddad": ("", "The school has not answered us.", "Somebody it knows.", 2),
}
NOTHING: Final = ("Hana Takeda", "Miriam Stein")
QUESTIONS: Final = "Whose voice did you miss?\nWhat surprised you?"


def load_check_ins(
    coalition: Coalition, people: Mapping[str, Person], *, day: Callable[[int], date]
) -> None:
    """Ask all partners every second week: a round is over, the next comes tomorrow."""
    schedule = CheckInSchedule(
        coalition=coalition,
        name="How is it going?",
        anchor_date=day(-13),
        local_time=time(9),
        timezone=coalition.timezone,
        questions=QUESTIONS,
    )
    schedule.next_opens_at = due(schedule, 0)
    schedule.save()
    open_schedule(schedule.pk, schedule.next_opens_at)
    cycle = CheckInCycle.objects.get(schedule=schedule)
    _answer(cycle, people, cycle.opens_at + timedelta(hours=5))
    CheckInCycle.objects.filter(pk=cycle.pk).update(closed_at=cycle.closes_at)


def _answer(cycle: CheckInCycle, people: Mapping[str, Person], at: datetime) -> None:
    for name, (progress, hurdle, ask, confidence) in SAID.items():
        said = {"progress": progress, "hurdle": hurdle, "ask": ask}
        answer = {**said, "confidence": confidence, "state": CheckInState.ANSWERED}
        _say(cycle, people[name], at, answer)
    for name in NOTHING:
        _say(cycle, people[name], at, {"state": CheckInState.NOTHING})


def _say(
    cycle: CheckInCycle, person: Person, at: datetime, answer: Mapping[str, object]
) -> None:
    CheckIn.objects.filter(cycle=cycle, person=person).update(
        **answer, entered_by=person, via=Via.LINK, answered_at=at
    )
