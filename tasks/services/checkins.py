"""What people say in a check-in, whichever way they say it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from coalition.common.nothing import is_nothing
from goals.models import Goal
from members.models import Person
from members.models.membership import MembershipState
from members.permissions import Permission
from members.services.access import may
from members.services.audit import Actor, record_change, snapshot
from members.services.records import locked, refuse_foreign
from tasks.errors import (
    AnsweredAlready,
    CheckInIsClosed,
    NobodyToAsk,
    NotYourCheckIn,
    SaidThemselves,
)
from tasks.models import CheckIn, CheckInState, CheckInVoice, Hurdle, Task, TaskWord
from tasks.queries.rhythm import next_reminder
from tasks.queries.stand_ins import alternates_of, stand_ins
from tasks.services.reaching import settle_heard
from tasks.services.reports import drop_reports, report_reading, report_task
from tasks.services.troubles import follow_ask, follow_hurdle, reopen_hurdle, solve

TEXTS: Final = ("progress", "hurdle", "ask", "answer", "win")
# The trail says that something was said, never what: that stays in its row alone.
TRAIL: Final = ("state", "handed_to", "entered_by")
STORED: Final = (
    *(*TEXTS, *TRAIL, "confidence"),
    *("via", "answered_at", "version", "updated_at"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """All that one answer can hold; what is left out was not said.

    A task or a figure that is not named keeps what was said of it before. A word or
    figure of None takes back the one before.
    """

    progress: str = ""
    hurdle: str = ""
    ask: str = ""
    answer: str = ""
    win: str = ""
    confidence: int | None = None
    tasks: Mapping[Task, TaskWord | None] = field(default_factory=dict)
    readings: Mapping[Goal, Decimal | None] = field(default_factory=dict)
    solved: Collection[Hurdle] = frozenset()
    reopened: Collection[Hurdle] = frozenset()


def answer_check_in(*, check_in: CheckIn, said: Said, by: Actor) -> CheckIn:
    """Keep what was said, and do what it causes; it can be changed until it closes."""
    _refuse_others(check_in, by)
    return _answer(check_in, said, by)


def enter_on_behalf(*, check_in: CheckIn, said: Said, by: Actor) -> CheckIn:
    """Write down what somebody told a coordinator; their own words are left alone."""
    if by.person == check_in.person:
        return answer_check_in(check_in=check_in, said=said, by=by)
    return _answer(check_in, said, _for_them(check_in, by))


def enter_nothing(*, check_in: CheckIn, by: Actor) -> CheckIn:
    """Write down that somebody told a coordinator: nothing this time."""
    if by.person == check_in.person:
        return say_nothing(check_in=check_in, by=by)
    return _answer_nothing(check_in, _for_them(check_in, by))


def _for_them(check_in: CheckIn, by: Actor) -> Actor:
    if not may(by, Permission.CHECKINS_EDIT):
        raise NotYourCheckIn(check_in.person)
    return replace(by, on_behalf_of=check_in.person)


def say_nothing(*, check_in: CheckIn, by: Actor) -> CheckIn:
    """Say that there is nothing to say; an answer given before is taken back."""
    _refuse_others(check_in, by)
    return _answer_nothing(check_in, by)


def _answer_nothing(check_in: CheckIn, by: Actor) -> CheckIn:
    with transaction.atomic():
        stored = _open_to(check_in, by)
        _follow(stored, Said(), by)
        drop_reports(stored)
        return _store(stored, Said(), CheckInState.NOTHING, by)


def go_on_leave(*, check_in: CheckIn, until: date, by: Actor) -> CheckIn:
    """Be asked nothing until then; whoever stands in is asked instead.

    An answer stays, and nobody is asked beside it: then it counts from the next round.
    """
    _refuse_others(check_in, by)
    with transaction.atomic():
        stored = _open(check_in, by)
        person = locked(stored.person)
        before = snapshot(person, ["away_until"])
        person.away_until = until
        person.save(update_fields=["away_until", "updated_at"])
        after = snapshot(person, ["away_until"])
        record_change(action="away", target=person, by=by, before=before, after=after)
        if stored.state == CheckInState.ANSWERED:
            return stored
        asked = alternates_of(stored, timezone.localdate())
        for other in asked:
            _ask_instead(stored, other)
        return _leave_to(stored, CheckInState.AWAY, next(iter(asked), None), by)


def hand_over_check_in(*, check_in: CheckIn, to: Person, by: Actor) -> CheckIn:
    """Let somebody who speaks for the same partner answer this, unless one has."""
    _refuse_others(check_in, by)
    with transaction.atomic():
        stored = _open(check_in, by)
        if stored.state == CheckInState.ANSWERED:
            raise AnsweredAlready
        if to not in stand_ins(stored, timezone.localdate()):
            raise NobodyToAsk
        _ask_instead(stored, to)
        return _leave_to(stored, CheckInState.HANDED_OVER, to, by)


def _refuse_others(check_in: CheckIn, by: Actor) -> None:
    """Let whoever is asked pass, with or without an account, until their access ends."""
    membership = getattr(check_in.person, "membership", None)
    shut = membership is not None and membership.state != MembershipState.ACTIVE
    if by.person != check_in.person or shut:
        raise NotYourCheckIn(check_in.person)


def _open(check_in: CheckIn, by: Actor) -> CheckIn:
    """Return the check-in, held; its cycle too, so that it does not close meanwhile."""
    refuse_foreign(by, check_in)
    cycle = locked(check_in.cycle)
    if not cycle.is_open(timezone.now()):
        raise CheckInIsClosed
    return locked(check_in)


def _open_to(check_in: CheckIn, by: Actor) -> CheckIn:
    """Hold it, unless it has the person's own words and somebody else would write."""
    stored = _open(check_in, by)
    if by.on_behalf_of and stored.is_in_own_words:
        raise SaidThemselves(stored.person)
    return stored


def _without_nothing(said: Said) -> Said:
    """Leave out a "no" or "n/a" where it would open a hurdle, an ask or a win."""
    hurdle, ask, win = (
        "" if is_nothing(text) else text for text in (said.hurdle, said.ask, said.win)
    )
    return replace(said, hurdle=hurdle, ask=ask, win=win)


def _answer(check_in: CheckIn, told: Said, by: Actor) -> CheckIn:
    said = _without_nothing(told)
    if told != said == Said():
        return _answer_nothing(check_in, by)
    refuse_foreign(by, *said.tasks, *said.readings, *said.solved, *said.reopened)
    with transaction.atomic():
        stored = _open_to(check_in, by)
        _follow(stored, said, by)
        _take_back(stored)
        return _store(stored, said, CheckInState.ANSWERED, by)


def _follow(check_in: CheckIn, said: Said, by: Actor) -> None:
    """Do what the words cause: tasks and figures move, hurdles and asks open."""
    for task, word in said.tasks.items():
        report_task(check_in=check_in, task=task, word=word, by=by)
    for goal, value in said.readings.items():
        report_reading(check_in=check_in, goal=goal, value=value, by=by)
    for hurdle in said.solved:
        solve(hurdle=hurdle, of=check_in.person, by=by)
    for hurdle in said.reopened:
        reopen_hurdle(hurdle=hurdle, of=check_in.person, by=by)
    follow_hurdle(check_in=check_in, text=said.hurdle, by=by)
    follow_ask(check_in=check_in, text=said.ask, by=by)


def _store(check_in: CheckIn, said: Said, state: CheckInState, by: Actor) -> CheckIn:
    before = snapshot(check_in, TRAIL)
    for name in (*TEXTS, "confidence"):
        setattr(check_in, name, getattr(said, name))
    check_in.state, check_in.handed_to = state, None
    check_in.answered_at = timezone.now()
    return _save(check_in, action=state, before=before, by=by)


def _leave_to(
    check_in: CheckIn, state: CheckInState, to: Person | None, by: Actor
) -> CheckIn:
    before = snapshot(check_in, TRAIL)
    check_in.state, check_in.handed_to = state, to
    return _save(check_in, action=state, before=before, by=by)


def _save(
    check_in: CheckIn, *, action: str, before: Mapping[str, Any], by: Actor
) -> CheckIn:
    check_in.entered_by, check_in.via = by.person, by.via
    check_in.version += 1
    check_in.save(update_fields=STORED)
    settle_heard(check_in.person)
    after = snapshot(check_in, TRAIL)
    record_change(action=action, target=check_in, by=by, before=before, after=after)
    return check_in


def _ask_instead(check_in: CheckIn, other: Person) -> None:
    """Ask the other for the partners both speak for; a mail of their own follows."""
    now, cycle = timezone.now(), check_in.cycle
    asked = CheckIn.objects.create(
        coalition_id=check_in.coalition_id,
        cycle=cycle,
        person=other,
        stands_in_for=check_in.person,
        tell_at=now,
        remind_at=next_reminder(now, cycle.closes_at, cycle.schedule.reminders, now),
    )
    speaking = other.affiliations.speaking(timezone.localdate())
    shared = speaking.filter(partner__voices__check_in=check_in)
    for partner in set(shared.values_list("partner_id", flat=True)):
        CheckInVoice.objects.get_or_create(
            coalition_id=check_in.coalition_id, check_in=asked, partner_id=partner
        )


def _take_back(check_in: CheckIn) -> None:
    """Ask nobody in the place of who answers after all."""
    waiting = CheckIn.objects.waiting().filter(
        cycle_id=check_in.cycle_id, stands_in_for=check_in.person
    )
    waiting.update(
        state=CheckInState.HANDED_OVER,
        handed_to=check_in.person,
        updated_at=timezone.now(),
    )
