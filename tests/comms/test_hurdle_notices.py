"""Whoever said what is in their way is told what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut
from comms.sending.mail import Skip
from tasks.models import Hurdle
from tasks.services.hurdles import (
    answer_hurdle,
    place_hurdle,
    raise_hurdle,
    solve_hurdle,
)
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.checkins import HurdleFactory
from tests.factories.members import CoalitionFactory, MembershipFactory
from tests.factories.tasks import TaskFactory
from tests.tasks.checkins import asked
from tests.utils import acting

NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hurdle(bob):
    return HurdleFactory(check_in=asked(bob), text="No radar", seen_by="leads")


def answer(hurdle, alice, words="Ask the city"):
    hurdle.refresh_from_db()
    by = acting(alice)
    return answer_hurdle(hurdle=hurdle, version=hurdle.version, answer=words, by=by)


def told():
    tell(NOW)
    return list(Delivery.objects.filter(kind="hurdle").order_by("pk"))


def plain(row):
    return mail_of(row).get_body(("plain",)).get_content()


def test_an_answer_is_told_once_with_a_link_of_ones_own(hurdle, alice, bob):
    answer(hurdle, alice)
    assert len(told()) == 1
    (row,) = told()
    assert (row.person, row.lane) == (bob.person, Lane.FAST)
    text = plain(row)
    for words in ("Ask the city", "No radar", "Alice Adams", hurdle.link.path):
        assert words in text


def test_of_two_acts_the_newer_is_told(hurdle, alice, clock):
    answer(hurdle, alice)
    (first,) = told()
    clock.shift(timedelta(minutes=1))
    answer(hurdle, alice, "Ask the harbor")
    tell(NOW + timedelta(minutes=1))
    second = Delivery.objects.latest("pk")
    assert render([first])[first.pk] == Skip(LeftOut.WITHDRAWN)
    assert "Ask the harbor" in plain(second)


def test_raised_planned_and_solved_are_told(hurdle, alice, clock):
    task = TaskFactory(goal__coalition=hurdle.coalition, title="Call the city")
    acts = (
        (raise_hurdle, {}, "the steering group looks at it"),
        (place_hurdle, {"task": task, "goal": None}, "Call the city"),
        (solve_hurdle, {}, "marked as out of the way"),
    )
    for act, more, words in acts:
        clock.shift(timedelta(minutes=1))
        act(hurdle=hurdle, by=acting(alice), **more)
        tell(NOW + timedelta(minutes=9))
        said = " ".join(plain(Delivery.objects.latest("pk")).split())
        assert words in said


def test_nobody_is_told_what_they_did_themselves(hurdle, bob):
    raise_hurdle(hurdle=hurdle, by=acting(bob))
    solve_hurdle(hurdle=hurdle, by=acting(bob))
    assert told() == []


@pytest.mark.parametrize("state", ("suspended", "removed"))
def test_whoever_lost_access_is_not_told(state, hurdle, alice, bob):
    answer(hurdle, alice)
    bob.state = state
    bob.save()
    assert told() == []


def test_old_news_is_no_news(hurdle, alice):
    answer(hurdle, alice)
    Hurdle.objects.update(news_at=NOW - timedelta(days=8))
    assert told() == []


def test_each_coalition_tells_its_own(hurdle, alice, bob):
    other = MembershipFactory(coalition=CoalitionFactory(), role="coordinator")
    raiser = MembershipFactory(coalition=other.coalition)
    theirs = HurdleFactory(check_in=asked(raiser), text="Elsewhere")
    answer(hurdle, alice)
    answer(theirs, other)
    found = {row.person: plain(row) for row in told()}
    assert found.keys() == {bob.person, raiser.person}
    assert "Elsewhere" not in found[bob.person]


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_news(count, harbor, alice):
    for _ in range(count):
        raiser = MembershipFactory(coalition=harbor)
        answer(HurdleFactory(check_in=asked(raiser)), alice)
    with CaptureQueriesContext(connection) as queuing:
        rows = told()
    assert len(rows) == count
    with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
        render(rows)
    assert (len(queuing), len(writing)) == (QUEUING + 1, WRITING)


WRITING = 4
