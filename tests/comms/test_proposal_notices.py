"""What was reported is told the next morning to whoever says yes, and the answer back."""

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut
from comms.sending.mail import Skip
from members.models import Person
from members.permissions import Permission
from tasks.models import CheckInSchedule, TaskReport, TaskWord
from tasks.services.proposals import settle_task_report, unsettle_task_report
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.checkins import (
    CheckInCycleFactory,
    ReadingReportFactory,
    TaskReportFactory,
)
from tests.factories.goals import GoalFactory
from tests.factories.members import MembershipFactory, PermissionGrantFactory
from tests.factories.tasks import AssignmentFactory, ConsultationFactory
from tests.tasks.checkins import asked, carries, close
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
EVENING = datetime(2026, 5, 13, 18, tzinfo=UTC)
NIGHT = datetime(2026, 5, 14, 5, 59, tzinfo=UTC)  # 7:59 in Madrid
MORNING = datetime(2026, 5, 14, 6, tzinfo=UTC)
NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def carla(harbor):
    return MembershipFactory(
        coalition=harbor,
        person__full_name="Carla Cruz",
        person__timezone="Europe/Madrid",
    )


def propose(by, accountable=None, title="Translate the plan"):
    task = carries(by, title=title)
    if accountable:
        AssignmentFactory(task=task, person=accountable.person, letter="A", taken=True)
    return TaskReportFactory(check_in=asked(by), task=task, word=TaskWord.DONE)


def told(now):
    """Return who gets which of these mails; check-ins themselves are not of interest."""
    CheckInSchedule.objects.update(quiet_from=time(0), quiet_to=time(23, 59))
    tell(now)
    kinds = ("proposals", "proposal_answers", "round_report")
    rows = Delivery.objects.filter(kind__in=kinds).order_by("pk")
    return [(row.kind, row.person.full_name) for row in rows.select_related("person")]


def text_of(row):
    return mail_of(row).get_body(("plain",)).get_content()


def test_it_is_told_once_the_next_morning_where_they_live(bob, carla):
    propose(bob, carla)
    propose(bob, carla, title="Print it")
    assert told(EVENING) == []
    assert told(NIGHT) == []
    once = [("proposals", "Carla Cruz")]
    assert told(MORNING) == once
    assert told(MORNING) == once
    row = Delivery.objects.get(kind="proposals")
    mail = mail_of(row)
    assert row.lane == Lane.BULK
    assert mail["Subject"] == "2 things wait for your yes"
    text = text_of(row)
    assert "Bob Brown says that it is done: Translate the plan" in text
    assert "Print it" in text
    assert "/l/" in text


def test_what_nobody_answers_for_is_told_to_who_coordinates(alice, bob, stella):
    propose(bob)
    assert told(NOON) == [("proposals", "Alice Adams")]


def test_nobody_is_told_what_they_reported_themselves(alice):
    propose(alice)
    assert told(NOON) == []


def test_it_says_who_is_to_be_heard_first(bob, carla, stella):
    report = propose(bob, carla)
    propose(bob, carla, title="Print it")
    AssignmentFactory(task=report.task, person=stella.person, letter="C")
    told(MORNING)
    row = Delivery.objects.get(kind="proposals")
    said = f"To be heard first: {stella.person}."
    for kind in ("plain", "html"):
        text = mail_of(row).get_body((kind,)).get_content()
        about, other = text.index("Translate the plan"), text.index("Print it")
        assert text.count(said) == 1
        assert about < text.index(said) < other
    ConsultationFactory(
        task=report.task, person=stella.person, answer="Fine", answered_at=MORNING
    )
    assert "To be heard first" not in text_of(row)


def test_a_figure_is_told_to_who_looks_after_the_goal(bob, carla):
    goal = GoalFactory(coalition=bob.coalition, owner=carla.person, title="Schools")
    ReadingReportFactory(check_in=asked(bob), goal=goal, value=7)
    assert told(MORNING) == [("proposals", "Carla Cruz")]
    mail = mail_of(Delivery.objects.get(kind="proposals"))
    assert mail["Subject"] == "A new figure? Schools"


def test_the_mail_is_withdrawn_when_it_was_answered_meanwhile(bob, carla):
    report = propose(bob, carla)
    told(MORNING)
    settle_task_report(report=report, agrees=True, by=acting(carla))
    row = Delivery.objects.get(kind="proposals")
    assert render([row])[row.pk] == Skip(LeftOut.WITHDRAWN)


def test_the_answer_is_told_to_who_reported_it(bob, carla, clock):
    report = propose(bob, carla)
    settle_task_report(
        report=report, agrees=False, words="The Spanish part", by=acting(carla)
    )
    clock.move_to(NOON)
    assert told(timezone.now()) == [("proposal_answers", "Bob Brown")]
    row = Delivery.objects.get(kind="proposal_answers")
    assert mail_of(row)["Subject"] == "Not yet: Translate the plan"
    assert "Carla Cruz says not yet: Translate the plan" in text_of(row)
    assert "The Spanish part" in text_of(row)


def test_an_answer_that_was_taken_back_is_not_told(bob, carla):
    report = propose(bob, carla)
    settle_task_report(report=report, agrees=True, by=acting(carla))
    unsettle_task_report(report=report, by=acting(carla))
    assert ("proposal_answers", "Bob Brown") not in told(NOON)


def test_who_wants_no_mail_of_check_ins_gets_none(bob, carla):
    propose(bob, carla)
    Person.objects.filter(pk=carla.person.pk).update(check_in_mail=False)
    assert told(NOON) == []


def test_each_coalition_tells_its_own(bob, carla, charlie):
    propose(bob, carla)
    propose(charlie, title="Elsewhere")
    other = MembershipFactory(coalition=charlie.coalition, role="coordinator")
    assert sorted(told(NOON)) == [
        ("proposals", "Carla Cruz"),
        ("proposals", other.person.full_name),
    ]
    row = Delivery.objects.get(kind="proposals", person=carla.person)
    assert "Elsewhere" not in text_of(row)


def test_what_a_round_brought_is_told_to_who_coordinates_once(alice, bob, stella):
    check_in = asked(bob, state="answered", answered_at=EVENING, win="A call")
    asked(stella, cycle=check_in.cycle)
    assert told(EVENING) == []
    close(check_in)
    once = [("round_report", "Alice Adams")]
    assert told(EVENING) == once
    assert told(NOON) == once
    row = Delivery.objects.get(kind="round_report")
    assert "1 of 2 were heard" in mail_of(row)["Subject"]
    text = text_of(row)
    assert "1 win · 0 hurdles · 0 asks" in text
    assert f"/check-ins/rounds/{check_in.cycle.pk}/report/" in text
    assert "A call" not in text


def test_who_plans_without_seeing_rounds_is_told_nothing_of_them(alice, bob):
    grants = {"permission": Permission.TASKS_EDIT, "coalition": bob.coalition}
    PermissionGrantFactory(person=bob.person, **grants)
    check_in = asked(bob, state="answered", answered_at=EVENING)
    close(check_in)
    told(EVENING)
    rows = list(Delivery.objects.filter(kind="round_report"))
    mails = render(rows)
    written = [row.person for row in rows if not isinstance(mails[row.pk], Skip)]
    assert written == [alice.person]


def test_a_round_that_asked_nobody_is_not_told(alice, harbor):
    CheckInCycleFactory(schedule__coalition=harbor, closed_at=EVENING)
    assert told(EVENING) == []


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow(count, harbor, bob, alice):
    for n in range(count):
        other = MembershipFactory(coalition=harbor, person__full_name=f"Person {n}")
        report = propose(bob, other)
        AssignmentFactory(task=report.task, person=alice.person, letter="C")
        answered = propose(other)
        settle_task_report(report=answered, agrees=True, by=acting(alice))
    with CaptureQueriesContext(connection) as queuing:
        told(NOON)
    rows = list(Delivery.objects.filter(kind="proposals"))
    answers = list(Delivery.objects.filter(kind="proposal_answers"))
    assert (len(rows), len(answers)) == (count, count)
    with CaptureQueriesContext(connection) as writing, scope(coalition=harbor):
        render(rows)
        render(answers)
    assert (len(queuing), len(writing)) == (QUEUING + 3, WRITING)
    assert TaskReport.objects.count() == 2 * count


WRITING = 14
