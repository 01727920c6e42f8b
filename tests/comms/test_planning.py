"""The calendar of updates: one row a period, whoever plans, whatever was missed."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Thread

import pytest
from django.db import connection

from coalition.common.tenancy import scopes_disabled
from comms.models import Issue, IssueState
from comms.services.planning import SETTLED, compose_due, plan, release_due
from comms.services.schedule import pause_schedule
from tests.comms.drafts import make_issue
from tests.factories.comms import UpdateScheduleFactory
from tests.factories.members import CoalitionFactory, MembershipFactory, PartnerFactory
from tests.utils import acting

FIRST = datetime(2026, 5, 14, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEKS = timedelta(weeks=2)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture
def schedule(harbor):
    """Every second Thursday at ten, from 14 May 2026 on, in a coalition of April."""
    type(harbor).objects.filter(pk=harbor.pk).update(created_at=FIRST - 14 * DAY)
    harbor.refresh_from_db()
    return UpdateScheduleFactory(
        coalition=harbor, anchor_date=date(2026, 5, 14), local_time=time(10)
    )


@pytest.fixture
def news(harbor, time_machine):
    """Return a function that lets something happen at a moment."""

    def happen(at):
        time_machine.move_to(at, tick=False)
        return PartnerFactory(coalition=harbor)

    return happen


def run(now, time_machine):
    time_machine.move_to(now, tick=False)
    for step in (plan, compose_due, release_due):
        step(now)


def states():
    return list(Issue.objects.order_by("period").values_list("period", "state"))


def test_nothing_is_planned_before_two_days_ahead(schedule, time_machine):
    run(FIRST - 2 * DAY - HOUR, time_machine)
    assert states() == []


def test_an_update_is_drafted_two_days_ahead(schedule, news, time_machine):
    partner = news(FIRST - 3 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    issue = Issue.objects.get()
    assert (issue.period, issue.state) == (1, IssueState.AWAITING_APPROVAL)
    assert issue.due_at == FIRST
    assert issue.window_start == schedule.coalition.created_at
    assert issue.window_end == FIRST - 2 * DAY - SETTLED
    assert issue.subject == partner.name
    assert issue.hold_reason == ""


def test_what_is_recorded_at_this_moment_waits_for_the_next_update(
    schedule, news, time_machine
):
    """Its transaction may not be committed yet."""
    news(FIRST - 3 * DAY)
    news(FIRST - 2 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    approve(Issue.objects.get(), FIRST)
    run(FIRST + WEEKS - 2 * DAY, time_machine)
    first, second = Issue.objects.order_by("period")
    told = [issue.content["sections"][0]["items"] for issue in (first, second)]
    assert [len(items) for items in told] == [1, 1]
    assert second.window_start == first.window_end


def test_planning_again_makes_nothing_new(schedule, news, time_machine):
    news(FIRST - 3 * DAY)
    for _ in range(3):
        run(FIRST - 2 * DAY, time_machine)
    assert Issue.objects.count() == 1


def test_nothing_happened_is_said(schedule, time_machine):
    run(FIRST - 2 * DAY, time_machine)
    issue = Issue.objects.get()
    assert issue.state == IssueState.SKIPPED
    assert issue.hold_reason == "Nothing new was recorded, so no update was drafted."
    assert issue.window_end == FIRST - 2 * DAY - SETTLED


def test_a_skipped_update_moves_the_window_and_a_cancelled_one_does_not(
    schedule, news, time_machine
):
    run(FIRST - 2 * DAY, time_machine)
    news(FIRST)
    run(FIRST + WEEKS - 2 * DAY, time_machine)
    second = Issue.objects.get(period=2)
    assert second.window_start == FIRST - 2 * DAY - SETTLED
    Issue.objects.filter(pk=second.pk).update(state=IssueState.CANCELLED)
    run(FIRST + 2 * WEEKS - 2 * DAY, time_machine)
    third = Issue.objects.get(period=3)
    assert third.window_start == FIRST - 2 * DAY - SETTLED
    assert third.state == IssueState.AWAITING_APPROVAL


def test_missed_periods_are_rows_and_the_last_covers_all(schedule, news, time_machine):
    news(FIRST - 3 * DAY)
    run(FIRST + 2 * WEEKS + HOUR, time_machine)
    assert states() == [
        (1, IssueState.MERGED),
        (2, IssueState.MERGED),
        (3, IssueState.AWAITING_APPROVAL),
    ]
    live = Issue.objects.get(period=3)
    assert live.window_start == schedule.coalition.created_at
    assert "2 updates before this one were missed" in live.hold_reason


def test_one_that_is_very_late_says_so(schedule, news, time_machine):
    news(FIRST - 3 * DAY)
    run(FIRST + 37 * HOUR, time_machine)
    assert "long ago" in Issue.objects.get().hold_reason


def test_a_clock_that_jumps_a_year_sends_nothing(schedule, news, time_machine):
    news(FIRST - 3 * DAY)
    run(FIRST + 52 * timedelta(weeks=1), time_machine)
    assert Issue.objects.exclude(state=IssueState.MERGED).get().state == (
        IssueState.AWAITING_APPROVAL
    )
    made = Issue.objects.count()
    run(FIRST, time_machine)
    assert Issue.objects.count() == made


def test_a_draft_that_nobody_approved_is_folded_into_the_next(
    schedule, news, time_machine
):
    news(FIRST - 3 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    Issue.objects.update(
        subject="My words", introduction="Hello.", hidden=["partner:1"]
    )
    news(FIRST + DAY)
    run(FIRST + WEEKS - 2 * DAY, time_machine)
    assert states() == [
        (1, IssueState.MERGED),
        (2, IssueState.AWAITING_APPROVAL),
    ]
    live = Issue.objects.get(period=2)
    assert live.window_start == schedule.coalition.created_at
    assert (live.subject, live.introduction) == ("My words", "Hello.")
    assert live.hidden == ["partner:1"]


def approve(issue, at):
    Issue.objects.filter(pk=issue.pk).update(
        state=IssueState.APPROVED,
        approved_at=at,
        approved_sha256=issue.content_sha256,
    )


def test_what_is_approved_leaves_when_it_is_due(schedule, alice, news, time_machine):
    news(FIRST - 3 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    approve(Issue.objects.get(), FIRST - DAY)
    run(FIRST - HOUR, time_machine)
    assert Issue.objects.get().state == IssueState.APPROVED
    run(FIRST, time_machine)
    issue = Issue.objects.get()
    assert (issue.state, issue.audience_count) == (IssueState.RELEASED, 1)
    assert issue.released_at == FIRST


def test_what_is_approved_and_late_waits_for_a_person(
    schedule, alice, news, time_machine
):
    news(FIRST - 3 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    approve(Issue.objects.get(), FIRST - DAY)
    run(FIRST + 37 * HOUR, time_machine)
    issue = Issue.objects.get()
    assert issue.state == IssueState.AWAITING_APPROVAL
    assert "could not leave when it was due" in issue.hold_reason
    approve(issue, FIRST + 38 * HOUR)
    run(FIRST + 38 * HOUR, time_machine)
    assert Issue.objects.get().state == IssueState.RELEASED


def test_two_updates_in_a_row_wait_for_a_person(schedule, alice, news, time_machine):
    make_issue(
        schedule.coalition,
        IssueState.DONE,
        released_at=FIRST - DAY,
        window_start=FIRST - 10 * DAY,
        window_end=FIRST - 5 * DAY,
    )
    news(FIRST - 3 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    issue = Issue.objects.get(period=1)
    approve(issue, FIRST - DAY)
    run(FIRST, time_machine)
    issue.refresh_from_db()
    assert issue.state == IssueState.AWAITING_APPROVAL
    assert "only a few days ago" in issue.hold_reason


def test_an_update_for_nobody_waits_for_a_person(schedule, news, time_machine):
    news(FIRST - 3 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    approve(Issue.objects.get(), FIRST - DAY)
    run(FIRST, time_machine)
    issue = Issue.objects.get()
    assert issue.state == IssueState.AWAITING_APPROVAL
    assert "Nobody would get it" in issue.hold_reason


def test_a_paused_schedule_plans_nothing(schedule, alice, news, time_machine):
    news(FIRST - 3 * DAY)
    pause_schedule(schedule=schedule, by=acting(alice))
    run(FIRST - 2 * DAY, time_machine)
    assert states() == []


def test_the_trouble_of_one_coalition_stops_no_other(
    schedule, time_machine, monkeypatch, caplog
):
    other = CoalitionFactory()
    UpdateScheduleFactory(coalition=other, anchor_date=date(2026, 5, 14))
    MembershipFactory(coalition=other)
    broken = {"coalition": schedule.coalition}
    from comms.services import planning  # noqa: PLC0415

    real = planning.plan_coalition

    def act(coalition, now):
        if coalition == broken["coalition"]:
            raise ValueError("Broken")
        return real(coalition, now)

    monkeypatch.setattr(planning, "plan_coalition", act)
    time_machine.move_to(FIRST, tick=False)
    assert plan(FIRST) == 1
    assert "could not be tended" in caplog.text


def test_the_clocks_of_the_zone_decide(schedule, news, time_machine):
    type(schedule).objects.update(timezone="America/New_York", local_time=time(10))
    news(FIRST - 3 * DAY)
    run(FIRST - 2 * DAY, time_machine)
    assert states() == []
    run(FIRST - 2 * DAY + 4 * HOUR, time_machine)
    assert Issue.objects.get().due_at == FIRST + 4 * HOUR


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite in memory waits for no lock"
)
def test_planners_at_once_make_the_same_rows(schedule, news, transactional_db):
    news(FIRST - 3 * DAY)
    news(FIRST + WEEKS)

    def work():
        try:
            with scopes_disabled():
                for step in (plan, compose_due):
                    step(FIRST + WEEKS)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert states() == [
        (1, IssueState.MERGED),
        (2, IssueState.AWAITING_APPROVAL),
    ]
