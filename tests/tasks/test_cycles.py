"""Rounds of check-ins: one a period, one question a person, whatever happens."""

from datetime import UTC, date, datetime, time
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scope, scopes_disabled
from tasks.jobs import tend_check_ins
from tasks.models import (
    CheckIn,
    CheckInCycle,
    CheckInSchedule,
    CheckInState,
    CheckInVoice,
    NotHeld,
)
from tasks.queries.schedules import preview_of
from tasks.services import cycles
from tasks.services.cycles import close_due_cycles, open_due_cycles, remind_due
from tests.factories.checkins import (
    CheckInPauseFactory,
)
from tests.factories.members import (
    CoalitionFactory,
    PartnerFactory,
)
from tests.tasks.rounds import (
    DAY,
    FIRST,
    FORTNIGHT,
    HOUR,
    asked,
    make_delegate,
    make_schedule,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schedule", "delegate")]


def periods():
    return list(
        CheckInCycle.objects.order_by("period").values_list("period", "not_held")
    )


def test_nothing_opens_before_its_time(in_harbor):
    assert open_due_cycles(FIRST - HOUR) == 0
    assert periods() == []


def test_it_opens_on_time_and_asks(in_harbor, schedule, delegate):
    assert open_due_cycles(FIRST) == 1
    cycle = CheckInCycle.objects.get()
    assert (cycle.period, cycle.opens_at) == (1, FIRST)
    assert cycle.closes_at == FIRST + 5 * DAY
    assert asked() == {delegate: CheckInState.ASKED}
    (voice,) = CheckInVoice.objects.all()
    assert voice.partner == delegate.affiliations.get().partner
    schedule.refresh_from_db()
    assert schedule.next_opens_at == FIRST + FORTNIGHT


def test_twice_is_once(in_harbor):
    assert [open_due_cycles(FIRST), open_due_cycles(FIRST)] == [1, 0]
    assert (CheckIn.objects.count(), periods()) == (1, [(1, "")])


def test_a_lost_mark_opens_no_period_again(in_harbor, schedule):
    """As after a restore of half a day ago."""
    open_due_cycles(FIRST)
    CheckInSchedule.objects.update(next_opens_at=FIRST)
    assert open_due_cycles(FIRST + HOUR) == 0
    schedule.refresh_from_db()
    assert schedule.next_opens_at == FIRST + FORTNIGHT


def test_three_days_late_it_still_asks_and_closes_on_time(in_harbor):
    open_due_cycles(FIRST + 3 * DAY)
    cycle = CheckInCycle.objects.get()
    assert cycle.closes_at == FIRST + 5 * DAY
    assert cycle.opened_at == FIRST + 3 * DAY
    assert CheckIn.objects.count() == 1


def test_a_window_that_passed_is_noted_and_asks_nobody(in_harbor):
    open_due_cycles(FIRST + FORTNIGHT + DAY)
    assert periods() == [(1, NotHeld.MISSED), (2, "")]
    assert CheckIn.objects.get().cycle.period == 2


def test_a_pause_is_noted_and_asks_nobody(in_harbor, schedule):
    CheckInPauseFactory(schedule=schedule, from_on=FIRST.date(), to_on=FIRST.date())
    open_due_cycles(FIRST)
    assert periods() == [(1, NotHeld.PAUSE)]
    assert not CheckIn.objects.exists()
    open_due_cycles(FIRST + FORTNIGHT)
    assert periods() == [(1, NotHeld.PAUSE), (2, "")]


def test_questions_take_turns(in_harbor):
    CheckInSchedule.objects.update(questions="Who is missing?\n\nWhat surprised?")
    for n in range(3):
        open_due_cycles(FIRST + n * FORTNIGHT)
    cycles = CheckInCycle.objects.order_by("period")
    assert list(cycles.values_list("question", flat=True)) == [
        "Who is missing?",
        "What surprised?",
        "Who is missing?",
    ]


def test_a_round_that_was_not_held_takes_no_turn(in_harbor, schedule):
    """One was left out and one missed; what is shown beforehand is what is asked."""
    CheckInSchedule.objects.update(questions="Who is missing?\nWhat surprised?")
    schedule.refresh_from_db()
    left_out = (FIRST + FORTNIGHT).date()
    CheckInPauseFactory(schedule=schedule, from_on=left_out, to_on=left_out)
    before = [o.question for o in preview_of(schedule, FIRST - HOUR).openings[:3]]
    assert before == ["Who is missing?", "", "What surprised?"]
    for n in (0, 1, 2, 4):
        open_due_cycles(FIRST + n * FORTNIGHT)
    cycles = CheckInCycle.objects.held().order_by("period")
    asked_in = dict(cycles.values_list("period", "question"))
    assert asked_in == {
        1: "Who is missing?",
        3: "What surprised?",
        5: "Who is missing?",
    }
    after = preview_of(schedule, FIRST + 4 * FORTNIGHT).openings[0]
    assert after.question == "What surprised?"


@pytest.mark.parametrize(
    "change", ({"stopped_at": FIRST - DAY}, {"next_opens_at": None})
)
def test_what_is_stopped_opens_nothing(change, in_harbor):
    CheckInSchedule.objects.update(**change)
    assert open_due_cycles(FIRST + FORTNIGHT) == 0


def test_a_closed_coalition_asks_nobody(in_harbor):
    type(in_harbor).objects.update(closed_at=FIRST, mail_paused_at=FIRST)
    assert open_due_cycles(FIRST) == 0


def test_the_trouble_of_one_stops_no_other(harbor, monkeypatch):
    other = CoalitionFactory()
    make_schedule(other)
    theirs = make_delegate(other, partner=PartnerFactory(coalition=other))
    whom_to_ask = cycles.whom_to_ask

    def fail_here(schedule, today):
        if schedule.coalition_id == harbor.pk:
            raise RuntimeError
        return whom_to_ask(schedule, today)

    monkeypatch.setattr(cycles, "whom_to_ask", fail_here)
    assert open_due_cycles(FIRST) == 1
    with scopes_disabled():
        assert set(asked()) == {theirs}


def test_it_closes_on_time_whoever_is_missing(in_harbor):
    open_due_cycles(FIRST)
    assert close_due_cycles(FIRST + 5 * DAY - HOUR) == 0
    assert close_due_cycles(FIRST + 5 * DAY + HOUR) == 1
    assert close_due_cycles(FIRST + 5 * DAY + 2 * HOUR) == 0
    assert CheckInCycle.objects.get().closed_at == FIRST + 5 * DAY + HOUR
    assert CheckIn.objects.get().state == CheckInState.ASKED


def test_the_clocks_change_while_it_is_open(harbor):
    make_schedule(
        harbor,
        timezone="America/New_York",
        next_opens_at=datetime(2026, 10, 30, 13, tzinfo=UTC),
    )
    with scopes_disabled():
        CheckInSchedule.objects.update(
            anchor_date=date(2026, 10, 30), local_time=time(9)
        )
    open_due_cycles(datetime(2026, 10, 30, 13, tzinfo=UTC))
    with scope(coalition=harbor):
        cycle = CheckInCycle.objects.filter(opens_at__year=2026).latest("opens_at")
    assert cycle.closes_at == datetime(2026, 11, 4, 14, tzinfo=UTC)


def test_each_coalition_asks_its_own(harbor, schedule, delegate):
    """With rows planted elsewhere that look just like ours."""
    other = CoalitionFactory()
    theirs = make_delegate(other, partner=PartnerFactory(coalition=other))
    make_schedule(other)
    assert open_due_cycles(FIRST) == 2
    for coalition, person in ((harbor, delegate), (other, theirs)):
        with scope(coalition=coalition):
            assert set(asked()) == {person}
            voices = CheckInVoice.objects.select_related("partner")
            assert {v.partner.coalition_id for v in voices} == {coalition.pk}


def test_one_job_does_all_of_it(in_harbor, time_machine):
    counts = []
    for at in (FIRST, FIRST + HOUR, FIRST + 4 * DAY, FIRST + 6 * DAY):
        time_machine.move_to(at, tick=False)
        counts.append(tend_check_ins())
    assert counts == [1, 0, 1, 1]


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_people(count, harbor, schedule):
    for _ in range(count):
        make_delegate(harbor, partner=PartnerFactory(coalition=harbor))
    with CaptureQueriesContext(connection) as opening:
        open_due_cycles(FIRST)
    with CaptureQueriesContext(connection) as reminding:
        remind_due(FIRST + 4 * DAY)
    with CaptureQueriesContext(connection) as closing:
        close_due_cycles(FIRST + 5 * DAY)
    assert (len(opening), len(reminding), len(closing)) == (OPENING, REMINDING, CLOSING)


OPENING, REMINDING, CLOSING = 13, 5, 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one write at a time"
)
def test_workers_at_once_open_and_remind_once(harbor):
    for _ in range(2):
        make_delegate(harbor, partner=PartnerFactory(coalition=harbor))
    at_once(lambda: open_due_cycles(FIRST))
    at_once(lambda: remind_due(FIRST + 4 * DAY))
    at_once(lambda: close_due_cycles(FIRST + 5 * DAY))
    with scopes_disabled():
        assert periods() == [(1, "")]
        rows = CheckIn.objects.values_list("reminded", flat=True)
        assert list(rows) == [1, 1, 1]
        assert CheckInVoice.objects.count() == 3


def at_once(act, workers=4):
    """Let several workers begin at the same moment."""
    barrier = Barrier(workers)

    def work():
        try:
            barrier.wait()
            act()
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_second_opener_waits_and_finds_nothing(in_harbor, schedule, delegate):
    """The lock is taken before it looks what is due."""
    with transaction.atomic():
        assert cycles.open_schedule(schedule.pk, FIRST) == 1
        assert cycles.open_schedule(schedule.pk, FIRST) == 0
