"""Reminders of check-ins: few, gentle, and to nobody who has spoken."""

import pytest

from tasks.models import (
    CheckIn,
    CheckInCycle,
    CheckInSchedule,
    CheckInState,
)
from tasks.services.cycles import open_due_cycles, remind_due
from tests.tasks.rounds import DAY, FIRST, HOUR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schedule", "delegate")]


def test_a_reminder_a_day_before_it_closes_and_no_second(in_harbor):
    open_due_cycles(FIRST)
    assert remind_due(FIRST + 4 * DAY - HOUR) == 0
    assert remind_due(FIRST + 4 * DAY) == 1
    assert remind_due(FIRST + 4 * DAY) == 0
    row = CheckIn.objects.get()
    assert (row.reminded, row.tell_at, row.remind_at) == (1, FIRST + 4 * DAY, None)


def test_two_reminders_have_two_moments(in_harbor):
    CheckInSchedule.objects.update(reminders=2)
    open_due_cycles(FIRST)
    half = FIRST + 2.5 * DAY
    assert [remind_due(half), remind_due(half + HOUR)] == [1, 0]
    assert remind_due(FIRST + 4 * DAY) == 1
    assert CheckIn.objects.get().reminded == 2


def test_after_days_of_silence_one_reminder_stands_for_both(in_harbor):
    CheckInSchedule.objects.update(reminders=2)
    open_due_cycles(FIRST)
    remind_due(FIRST + 4.5 * DAY)
    row = CheckIn.objects.get()
    assert (row.reminded, row.remind_at) == (1, None)


@pytest.mark.parametrize("state", [s for s in CheckInState if s != CheckInState.ASKED])
def test_who_has_spoken_is_not_reminded(state, in_harbor):
    open_due_cycles(FIRST)
    CheckIn.objects.update(state=state, answered_at=FIRST)
    assert remind_due(FIRST + 4 * DAY) == 0


@pytest.mark.parametrize("why", ("stopped", "closed", "none", "mute", "addressless"))
def test_nobody_is_reminded_of_what_is_over(why, in_harbor, delegate):
    open_due_cycles(FIRST)
    if why == "stopped":
        CheckInSchedule.objects.update(stopped_at=FIRST)
    elif why == "closed":
        CheckInCycle.objects.update(closed_at=FIRST + DAY)
    elif why == "none":
        CheckInSchedule.objects.update(reminders=0)
    else:
        lacks = {"check_in_mail": False} if why == "mute" else {"email": None}
        type(delegate).objects.update(**lacks)
    remind_due(FIRST + 4 * DAY)
    row = CheckIn.objects.get()
    assert (row.reminded, row.remind_at) == (0, None)


def test_a_day_is_enough_for_one_reminder(in_harbor):
    CheckInSchedule.objects.update(window_days=1, reminders=2)
    open_due_cycles(FIRST)
    assert CheckIn.objects.get().remind_at == FIRST + 12 * HOUR
    remind_due(FIRST + 12 * HOUR)
    assert CheckIn.objects.get().remind_at is None
