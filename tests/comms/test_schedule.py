"""The rhythm of updates changes only what is not drafted yet."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from comms.models import Issue, IssueState, UpdateSchedule
from comms.services.planning import compose_due, plan, release_due
from comms.services.schedule import (
    draft_now,
    edit_schedule,
    ensure_schedule,
    pause_schedule,
    resume_schedule,
    suggested_schedule,
)
from members.models import AuditEntry
from tests.factories.comms import UpdateScheduleFactory
from tests.factories.members import CoalitionFactory, PartnerFactory
from tests.utils import acting

FIRST = datetime(2026, 5, 14, 10, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture
def schedule(harbor):
    type(harbor).objects.update(created_at=FIRST - 2 * WEEK)
    harbor.refresh_from_db()
    return UpdateScheduleFactory(
        coalition=harbor, anchor_date=date(2026, 5, 14), local_time=time(10)
    )


@pytest.fixture
def at(harbor, time_machine):
    """Return a function that moves the clock and, if asked, lets something happen."""

    def move(moment, *, news=True):
        if news:
            time_machine.move_to(moment - timedelta(seconds=1), tick=False)
            PartnerFactory(coalition=harbor)
        time_machine.move_to(moment, tick=False)
        return moment

    return move


def run(now):
    for step in (plan, compose_due, release_due):
        step(now)


def change(harbor, alice, **fields):
    values = {
        "every_weeks": 2,
        "anchor_date": date(2026, 5, 14),
        "local_time": time(10),
        "timezone": "UTC",
    }
    return edit_schedule(coalition=harbor, by=acting(alice), **(values | fields))


def periods():
    return list(Issue.objects.order_by("period").values_list("period", "due_at"))


def test_the_usual_rhythm_is_every_second_thursday_at_ten(harbor, alice):
    zone = CoalitionFactory(timezone="Europe/Madrid")
    now = datetime(2026, 5, 12, 10, tzinfo=UTC)  # a Tuesday
    assert ensure_schedule(coalition=zone, now=now, by=acting(alice))
    schedule = UpdateSchedule.objects.get()
    assert (schedule.every_weeks, schedule.local_time) == (2, time(10))
    assert schedule.timezone == "Europe/Madrid"
    # Thursday of this week would leave a draft less than its two days.
    assert schedule.anchor_date == date(2026, 5, 21)
    assert not ensure_schedule(coalition=zone, now=now, by=acting(alice))


def test_a_change_moves_only_what_is_not_drafted(schedule, harbor, alice, at):
    at(FIRST - 3 * DAY)
    run(at(FIRST - 2 * DAY))
    change(harbor, alice, every_weeks=1, anchor_date=date(2026, 5, 22))
    assert periods() == [(1, FIRST)]
    run(at(FIRST + 7 * DAY))
    assert periods() == [(1, FIRST), (2, FIRST + 8 * DAY)]
    run(at(FIRST + 14 * DAY))
    assert periods()[2:] == [(3, FIRST + 15 * DAY)]


def test_a_change_of_the_zone_keeps_the_wall_time(schedule, harbor, alice, at):
    change(harbor, alice, timezone="America/New_York")
    at(FIRST - 3 * DAY)
    run(at(FIRST - DAY))
    assert periods() == [(1, FIRST + timedelta(hours=4))]


def test_a_planned_update_moves_with_the_schedule(schedule, harbor, alice, at):
    at(FIRST - 7 * DAY, news=False)
    draft_now(coalition=harbor, now=FIRST - 7 * DAY, by=acting(alice))
    assert Issue.objects.get().state == IssueState.PLANNED
    change(harbor, alice, anchor_date=date(2026, 5, 20))
    assert periods() == [(1, FIRST + 6 * DAY)]


def test_a_change_is_in_the_history(schedule, harbor, alice):
    change(harbor, alice, every_weeks=4)
    entry = AuditEntry.objects.get(action="edit")
    assert (entry.before, entry.after) == ({"every_weeks": 2}, {"every_weeks": 4})


def test_what_a_pause_left_out_was_not_missed(schedule, harbor, alice, at):
    pause_schedule(schedule=schedule, by=acting(alice))
    run(at(FIRST + 5 * WEEK))
    assert periods() == []
    schedule.refresh_from_db()
    resume_schedule(schedule=schedule, by=acting(alice))
    run(at(FIRST + 5 * WEEK))
    assert periods() == []
    run(at(FIRST + 6 * WEEK - DAY))
    issue = Issue.objects.get()
    assert (issue.period, issue.due_at) == (1, FIRST + 6 * WEEK)
    assert issue.window_start == harbor.created_at
    assert issue.hold_reason == ""


def test_the_form_suggests_the_date_after_what_is_drafted(schedule, harbor, at):
    at(FIRST - 3 * DAY)
    run(at(FIRST - 2 * DAY))
    suggested = suggested_schedule(harbor, FIRST - 2 * DAY)
    assert suggested.anchor_date == date(2026, 5, 28)


def test_a_draft_ahead_of_time_takes_the_next_period(schedule, harbor, alice, at):
    now = at(FIRST - 9 * DAY)
    issue = draft_now(coalition=harbor, now=now, by=acting(alice))
    assert (issue.period, issue.due_at) == (1, FIRST)
    assert issue.state == IssueState.AWAITING_APPROVAL
    run(at(FIRST - 2 * DAY))
    assert len(periods()) == 1


def test_a_draft_now_leaves_an_approved_update_alone(schedule, harbor, alice, at):
    now = at(FIRST - 9 * DAY)
    issue = draft_now(coalition=harbor, now=now, by=acting(alice))
    Issue.objects.update(
        state=IssueState.APPROVED, approved_sha256=issue.content_sha256
    )
    now = at(FIRST - 8 * DAY)
    again = draft_now(coalition=harbor, now=now, by=acting(alice))
    assert (again.pk, again.state) == (issue.pk, IssueState.APPROVED)
    assert again.window_end == FIRST - 9 * DAY


def test_drafting_again_keeps_words_and_what_is_left_out(schedule, harbor, alice, at):
    now = at(FIRST - 9 * DAY)
    issue = draft_now(coalition=harbor, now=now, by=acting(alice))
    (item,) = issue.content["sections"][0]["items"]
    Issue.objects.update(subject="Mine", introduction="Hi", hidden=[item["key"]])
    now = at(FIRST - 8 * DAY)
    again = draft_now(coalition=harbor, now=now, by=acting(alice))
    assert (again.subject, again.introduction) == ("Mine", "Hi")
    assert again.hidden == [item["key"]]
    assert again.window_end == now
    assert len(again.content["sections"][0]["items"]) == 2
