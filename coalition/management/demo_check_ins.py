"""The check-ins of the demo: two rounds that are over, and one that is open."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from coalition.common.clock import due
from members.models import CapacityOffer, Coalition, Person, Via
from members.services.audit import Actor
from tasks.models import (
    Ask,
    AskHelp,
    CheckIn,
    CheckInCycle,
    CheckInSchedule,
    Hurdle,
    SeenBy,
    Task,
    TaskReport,
    TaskWord,
)
from tasks.services.asks import ask_partner, offer_help
from tasks.services.checkins import Said, answer_check_in, say_nothing
from tasks.services.cycles import open_schedule
from tasks.services.hurdles import (
    answer_hurdle,
    place_hurdle,
    raise_hurdle,
    solve_hurdle,
)
from tasks.services.reaching import signal_reach_outs


@dataclass(frozen=True)
class Round:
    """What a round brings; who is not named had nothing to say."""

    said: Mapping[str, tuple[str, str, str, int]]
    quiet: Collection[str]  # who has not been heard
    wins: Mapping[str, str] = field(default_factory=dict)
    done: Mapping[str, str] = field(default_factory=dict)  # which task, by whom


# name: what moved, what is in the way, what would help, how confident
SAID_FIRST: Final = {
    "Priya Raman": ("Twenty families have a plan for attacks.", "", "", 3),
    "Bao Nguyen": ("We found a reader for Tagalog.", "", "", 4),
    "Kofi Danso": ("Six young people came to the first walk.", "", "", 3),
    "Tomás Vega": ("The street agreed on where the trees go.", "", "", 4),
    "Nadia Haddad": ("We wrote to the school.", "", "", 2),
    "Birgit Lund": ("The hall is ours on Tuesdays.", "", "", 4),
}
SAID: Final = {
    "Priya Raman": ("Forty families have a plan for attacks now.", "", "", 4),
    "Bao Nguyen": ("Two evenings in Tagalog and Vietnamese.", "", "A second room.", 4),
    "Kofi Danso": ("The youth counted trucks at the gate.", "No radar left.", "", 3),
    "Tomás Vega": ("We spoke with every household on our street.", "", "", 5),
    "Nadia Haddad": ("", "The school has not answered us.", "Somebody it knows.", 2),
    "Birgit Lund": ("", "The hall’s lift is broken until spring.", "", 3),
}
# The open round: all but one have spoken.
SAID_NOW: Final = {
    "Priya Raman": ("The Somali plan is with two families to read.", "", "", 4),
    "Kofi Danso": ("Twelve young people signed up to count.", "", "", 4),
    "Nadia Haddad": (
        "",
        "Mothers on the late shift cannot come to meetings.",
        "Childcare on two Tuesday evenings.",
        2,
    ),
    "Elena Popescu": (
        "Three schools put up the sign.",
        "Bus drivers say nobody told them.",
        "",
        3,
    ),
    "Tomás Vega": (
        "The market has twelve stalls.",
        "",
        "Legal advice on a lease, one evening.",
        4,
    ),
    "Frank Moretti": ("Nine stewards will speak at the hearing.", "", "", 5),
    "Noor Siddiqui": ("Forty-one homes have answered our count.", "", "", 4),
}
WAITING: Final = "Bao Nguyen"
QUESTIONS: Final = "Whose voice did you miss?\nWhat surprised you?"
RADAR: Final = (
    "The city’s traffic office lends two. Call Ms. Alvarez there and name us; she "
    "expects you."
)
ROSA: Final = "Rosa Marín"
# Who named something to celebrate in the round that is over.
WINS: Final = {
    "Priya Raman": "A mother taught the breathing plan to her whole building.",
    "Tomás Vega": "Our street planted its first twelve trees.",
}
# Whom coordinators are told to reach out to, beside who is hardly sure twice.
QUIET_TWICE: Final = "Joan Bellamy"
QUIET: Final = (QUIET_TWICE, "Amina Khalif", "Darnell Hughes", "Owen Clark")
COUNTED: Final = "Count the care workers without sick time"
ROUNDS: Final = (
    Round(SAID_FIRST, quiet=(QUIET_TWICE,)),
    Round(SAID, quiet=QUIET, wins=WINS),
    Round(SAID_NOW, quiet=(WAITING, QUIET_TWICE), done={"Noor Siddiqui": COUNTED}),
)


def load_check_ins(
    coalition: Coalition, people: Mapping[str, Person], *, day: Callable[[int], date]
) -> None:
    """Ask all partners every second week: two are over, one opened yesterday."""
    schedule = CheckInSchedule(
        coalition=coalition,
        name="How is it going?",
        anchor_date=day(-29),
        local_time=time(9),
        timezone=coalition.timezone,
        questions=QUESTIONS,
        hurdle_seen_by=SeenBy.MEMBERS,
    )
    schedule.next_opens_at = due(schedule, 0)
    schedule.save()
    for held in ROUNDS:
        _answer(_open(schedule), people, held)
    _let_things_happen(Actor(coalition, people[ROSA], Via.WEB), people)


def _open(schedule: CheckInSchedule) -> CheckInCycle:
    schedule.refresh_from_db()
    if schedule.next_opens_at:
        open_schedule(schedule.pk, schedule.next_opens_at)
    return CheckInCycle.objects.filter(schedule=schedule).latest("opens_at")


def _answer(cycle: CheckInCycle, people: Mapping[str, Person], held: Round) -> None:
    """Let them speak some hours after it opened; then it closes when its time is over.

    Services take an answer only in an open round, so it is held open meanwhile.
    """
    now, closes_at = timezone.now(), cycle.closes_at
    rows = CheckInCycle.objects.filter(pk=cycle.pk)
    rows.update(closes_at=max(closes_at, now + timedelta(hours=1)))
    for check_in in CheckIn.objects.waiting().filter(cycle=cycle):
        _say(check_in, people, held)
    at = min(cycle.opens_at + timedelta(hours=5), now)
    _date_back(cycle, at)
    rows.update(closes_at=closes_at, closed_at=closes_at if closes_at <= now else None)
    if closes_at <= now:
        signal_reach_outs(cycle=cycle)


def _say(check_in: CheckIn, people: Mapping[str, Person], held: Round) -> None:
    name = check_in.person.full_name
    by = Actor(check_in.coalition, people[name], Via.LINK)
    if name in held.said:
        progress, hurdle, ask, confidence = held.said[name]
        done = Task.objects.filter(title=held.done.get(name))
        words = Said(
            progress=progress,
            hurdle=hurdle,
            ask=ask,
            confidence=confidence,
            win=held.wins.get(name, ""),
            tasks=dict.fromkeys(done, TaskWord.DONE),
        )
        answer_check_in(check_in=check_in, said=words, by=by)
    elif name not in held.quiet:
        say_nothing(check_in=check_in, by=by)


def _date_back(cycle: CheckInCycle, at: datetime) -> None:
    CheckIn.objects.spoken().filter(cycle=cycle).update(answered_at=at)
    for model in (Hurdle, Ask, TaskReport):
        model._base_manager.filter(check_in__cycle=cycle).update(created_at=at)  # noqa: SLF001


def _let_things_happen(rosa: Actor, people: Mapping[str, Person]) -> None:
    """Answer one hurdle, raise one, plan for one, solve one; the others wait."""
    hurdles = {hurdle.text: hurdle for hurdle in Hurdle.objects.all()}
    radar = hurdles["No radar left."]
    answer_hurdle(hurdle=radar, version=radar.version, answer=RADAR, by=rosa)
    raise_hurdle(hurdle=hurdles["The school has not answered us."], by=rosa)
    solve_hurdle(hurdle=hurdles["The hall’s lift is broken until spring."], by=rosa)
    signs = Task.objects.open().filter(title__startswith="Map the bus stops").first()
    told = hurdles["Bus drivers say nobody told them."]
    goal = signs.goal if signs else None
    place_hurdle(hurdle=told, task=signs, goal=goal, by=rosa)
    Hurdle.objects.update(news_at=None)  # they have heard of it: nobody gets a mail
    _find_help(rosa, people)


def _find_help(rosa: Actor, people: Mapping[str, Person]) -> None:
    """Let the church be asked for a room, and say yes, a while ago."""
    room = Ask.objects.get(text="A second room.")
    offer = CapacityOffer.objects.select_related("partner").get(kind="Meeting rooms")
    church = Actor(rosa.coalition, people["Grace Owusu"], Via.LINK)
    ask_partner(ask=room, partner=offer.partner, offer=offer, by=rosa)
    offer_help(ask=room, partner=offer.partner, offer=offer, by=church)
    then = room.created_at + timedelta(days=2)
    AskHelp.objects.update(asked_at=then, answered_at=then + timedelta(hours=3))
    Ask.objects.update(news_at=None)
