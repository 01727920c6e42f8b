"""What came in during a round, to those who lead and to nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tasks.models import CheckInState, SeenBy
from tasks.queries.confidence import confidence_in
from tests.factories.checkins import (
    AskFactory,
    CheckInCycleFactory,
    CheckInFactory,
    CheckInVoiceFactory,
    HurdleFactory,
    ReadingReportFactory,
    TaskReportFactory,
)
from tests.factories.goals import GoalFactory
from tests.factories.members import CoalitionFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.django_db


def answered(cycle, **fields):
    said = {"state": CheckInState.ANSWERED, "answered_at": timezone.now(), **fields}
    check_in = CheckInFactory(cycle=cycle, **said)
    CheckInVoiceFactory(check_in=check_in)
    TaskReportFactory(check_in=check_in)
    return check_in


@pytest.fixture
def cycle(harbor):
    return CheckInCycleFactory(
        schedule__coalition=harbor, schedule__hurdle_seen_by=SeenBy.COORDINATORS
    )


def page(client_of, reader, cycle):
    return client_of(reader).get(at(reader, "tasks:check_in_round_detail", cycle.pk))


def test_a_coordinator_reads_all_of_it(client_of, alice, cycle):
    check_in = answered(cycle, progress="The hall", hurdle="Permit", confidence=2)
    text = page(client_of, alice, cycle).text
    for word in ("The hall", "Permit", "2 of 5", check_in.person.full_name, "On track"):
        assert word in text
    assert "Some of it is for coordinators alone." not in text


def test_the_steering_group_reads_what_was_said_to_it(client_of, stella, cycle):
    answered(cycle, progress="The hall", hurdle="Permit", confidence=2)
    text = page(client_of, stella, cycle).text
    assert "The hall" in text
    assert "Permit" not in text
    assert "of 5" not in text
    assert "Some of it is for coordinators alone." in text


def test_a_member_reads_none_of_it(client_of, bob, cycle):
    answered(cycle, progress="The hall")
    assert page(client_of, bob, cycle).status_code == 403


def test_who_is_quiet_and_who_is_away_stand_apart(client_of, alice, cycle):
    quiet = CheckInFactory(cycle=cycle)
    away = CheckInFactory(cycle=cycle, state=CheckInState.AWAY)
    text = page(client_of, alice, cycle).text
    before, _, after = text.partition('id="elsewhere"')
    assert quiet.person.full_name in before
    assert away.person.full_name in after
    assert quiet.person.full_name not in after


def test_who_had_nothing_to_tell_takes_no_room_among_what_was_said(
    client_of, alice, cycle
):
    nothing = {"state": CheckInState.NOTHING, "answered_at": timezone.now()}
    calm = CheckInFactory(cycle=cycle, person__full_name="Ottoline", **nothing)
    said = answered(cycle, progress="The hall", person__full_name="Zoe")
    text = page(client_of, alice, cycle).text
    before, _, after = text.partition('id="nothing"')
    assert f'id="check-in-{said.pk}"' in before
    assert calm.person.full_name not in before
    assert calm.person.full_name in after


def test_where_all_had_nothing_to_tell_somebody_has_answered(client_of, alice, cycle):
    CheckInFactory(cycle=cycle, state=CheckInState.NOTHING, answered_at=timezone.now())
    assert "Nobody has answered yet" not in page(client_of, alice, cycle).text


def test_another_coalition_has_its_own(client_of, alice, cycle):
    theirs = CheckInCycleFactory(schedule__coalition=CoalitionFactory())
    answered(theirs, progress="quagga")
    assert page(client_of, alice, theirs).status_code == 404
    assert "quagga" not in page(client_of, alice, cycle).text


@pytest.mark.parametrize("count", (1, 3))
def test_a_round_asks_the_same_for_one_and_three(
    count, client_of, alice, cycle, django_assert_num_queries
):
    for _ in range(count):
        answered(cycle, progress="The hall")
        CheckInFactory(cycle=cycle)
    client = client_of(alice)
    with django_assert_num_queries(11):
        client.get(at(alice, "tasks:check_in_round_detail", cycle.pk))


def test_the_board_loads_itself_again_while_it_is_open(client_of, alice, cycle):
    url = at(alice, "tasks:check_in_round_detail", cycle.pk)
    assert "every 30s" not in client_of(alice).get(url).text  # it was over in June
    now = timezone.now()
    cycle.opens_at, cycle.closes_at = now - timedelta(days=1), now + timedelta(days=1)
    cycle.save()
    part = client_of(alice).get(url, headers=HTMX).text
    assert part.strip().startswith('<div id="round-board"')
    assert "every 30s" in part


# How sure people are: never of fewer than five, never while answers come in


def sure(cycle, *values, closed=True):
    for value in values:
        CheckInFactory(
            cycle=cycle,
            state=CheckInState.ANSWERED,
            answered_at=timezone.now(),
            confidence=value,
        )
    cycle.closed_at = timezone.now() if closed else None
    cycle.save()


def means(cycle):
    return [(str(point.mean), point.answers) for point in confidence_in(cycle.schedule)]


@pytest.mark.usefixtures("in_harbor")
def test_a_mean_needs_five_answers_and_a_round_that_is_over(cycle):
    sure(cycle, 2, 3, 4, 5)
    assert means(cycle) == []
    sure(cycle, 5, closed=False)
    assert means(cycle) == []
    sure(cycle)
    assert means(cycle) == [("3.8", 5)]


@pytest.mark.usefixtures("in_harbor")
def test_who_answers_without_it_is_not_counted(cycle):
    sure(cycle, 2, 3, 4, 5, None)
    assert means(cycle) == []


@pytest.mark.usefixtures("in_harbor")
def test_small_rounds_leave_a_gap_between_large_ones(cycle):
    sure(cycle, 1, 1, 1, 1, 1)
    for n, values in enumerate(((5, 5, 5), (4, 4, 4, 4, 4)), start=1):
        later = CheckInCycleFactory(
            schedule=cycle.schedule,
            opens_at=cycle.opens_at + n * timedelta(weeks=2),
            closes_at=cycle.closes_at + n * timedelta(weeks=2),
        )
        sure(later, *values)
    assert means(cycle) == [("1.0", 5), ("4.0", 5)]


def test_the_round_and_the_goal_show_it(client_of, harbor, stella, bob):
    goal = GoalFactory(coalition=harbor)
    cycle = CheckInCycleFactory(
        schedule__coalition=harbor, schedule__audience="goal", schedule__goal=goal
    )
    panel = at(stella, "tasks:confidence_for_goal_panel", goal.pk)
    sure(cycle, 4, 4, 4, 4)
    assert "4 of 5" not in client_of(stella).get(panel).text
    sure(cycle, 4)
    assert "4 of 5" in client_of(stella).get(panel).text
    assert "4 of 5" in page(client_of, stella, cycle).text
    assert client_of(bob).get(panel).status_code == 403


def test_who_coordinates_sees_how_sure_those_are_who_carry_the_goal(
    client_of, harbor, alice, stella, cycle
):
    goal = GoalFactory(coalition=harbor, owner=stella.person)
    carrier, bystander = (
        PersonFactory(coalition=harbor),
        PersonFactory(coalition=harbor),
    )
    AssignmentFactory(task__goal=goal, person=carrier)
    for person, value in ((carrier, 2), (stella.person, 4), (bystander, 5)):
        answered(cycle, person=person, confidence=value)
    url = at(alice, "tasks:confidence_for_goal_panel", goal.pk)
    assert "of 5" not in client_of(alice).get(url).text  # the round is not over
    cycle.closed_at = timezone.now()
    cycle.save()
    text = client_of(alice).get(url).text
    assert "3 of 5" in text
    assert "2 answers" in text
    assert "of 5" not in client_of(stella).get(url).text


def test_the_goal_of_another_coalition_is_not_there(client_of, alice):
    theirs = GoalFactory(coalition=CoalitionFactory())
    url = at(alice, "tasks:confidence_for_goal_panel", theirs.pk)
    assert client_of(alice).get(url).status_code == 404


# What is in the way, and what a round brought


def test_the_oldest_hurdle_comes_first_and_to_whom_it_was_said(
    client_of, alice, stella, cycle
):
    for text in ("No permit", "No bus"):
        HurdleFactory(
            check_in=CheckInFactory(cycle=cycle),
            text=text,
            seen_by=SeenBy.COORDINATORS,
        )
    shown = page(client_of, alice, cycle).text
    assert shown.index("No permit") < shown.index("No bus")
    assert "No permit" not in page(client_of, stella, cycle).text


def report(client_of, reader, cycle):
    url = at(reader, "tasks:check_in_round_report", cycle.pk)
    return client_of(reader).get(url)


def test_the_report_tells_what_the_round_brought(client_of, alice, cycle):
    check_in = answered(cycle, win="A call back", hurdle="Permit", ask="A van")
    HurdleFactory(check_in=check_in, text="Permit", seen_by=SeenBy.COORDINATORS)
    AskFactory(check_in=check_in, text="A van")
    ReadingReportFactory(check_in=check_in, goal__title="Schools")
    done = TaskReportFactory(check_in=check_in, word="done", task__title="Paint")
    TaskReportFactory(check_in=check_in, word="stuck", task__title="Print")
    quiet = CheckInFactory(cycle=cycle)
    text = report(client_of, alice, cycle).text
    for word in ("A call back", "Permit", "A van", "Print", quiet.person.full_name):
        assert word in text
    assert "Reported as done; it waits for a yes" in text
    assert "Schools" not in text  # nobody said yes to the figure
    done.task.done_at = timezone.now()
    done.task.save()
    assert "Reported as done" not in report(client_of, alice, cycle).text


def test_the_report_names_who_answered_after_their_number(client_of, alice, cycle):
    silent = {"state": CheckInState.NOTHING, "answered_at": timezone.now()}
    CheckInFactory(cycle=cycle, person__full_name="Ada", **silent)
    for name in ("Bea", "Cleo"):
        answered(cycle, progress="Word", person__full_name=name)
    CheckInFactory(cycle=cycle, person__full_name="Zoe", **silent)
    assert "<dd>2: Bea, Cleo</dd>" in report(client_of, alice, cycle).text


def test_the_report_leaves_out_what_is_for_coordinators(client_of, stella, bob, cycle):
    check_in = answered(cycle, hurdle="Permit", ask="A van")
    HurdleFactory(check_in=check_in, text="Permit", seen_by=SeenBy.COORDINATORS)
    AskFactory(check_in=check_in, text="A van", seen_by=SeenBy.MEMBERS)
    text = report(client_of, stella, cycle).text
    assert "A van" in text
    assert "Permit" not in text
    assert report(client_of, bob, cycle).status_code == 403


def test_the_report_of_another_coalition_is_not_there(client_of, alice):
    theirs = CheckInCycleFactory(schedule__coalition=CoalitionFactory())
    assert report(client_of, alice, theirs).status_code == 404


@pytest.mark.parametrize("count", (1, 3))
def test_a_report_costs_the_same_for_one_and_three(
    count, client_of, alice, cycle, django_assert_num_queries
):
    for _ in range(count):
        check_in = answered(cycle, win="A call")
        HurdleFactory(check_in=check_in)
        AskFactory(check_in=check_in)
        ReadingReportFactory(check_in=check_in)
    client = client_of(alice)
    with django_assert_num_queries(13):
        client.get(at(alice, "tasks:check_in_round_report", cycle.pk))


def test_what_is_longest_in_the_way_leads_to_its_page(client_of, alice, cycle):
    check_in = answered(cycle, hurdle="Permit")
    hurdle = HurdleFactory(check_in=check_in, person=check_in.person, text="Permit")
    assert (
        at(alice, "tasks:hurdle_detail", hurdle.pk)
        in page(client_of, alice, cycle).text
    )
