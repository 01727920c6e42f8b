"""What came in during a round, to those who lead and to nobody else."""

import pytest
from django.utils import timezone

from tasks.models import CheckInState, SeenBy
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInFactory,
    CheckInVoiceFactory,
    TaskReportFactory,
)
from tests.factories.members import CoalitionFactory
from tests.utils import at

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
    with django_assert_num_queries(9):
        client.get(at(alice, "tasks:check_in_round_detail", cycle.pk))
