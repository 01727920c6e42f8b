"""I is told when it is done, by others, and not when it was a slip."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.common.tenancy import scope
from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut
from comms.sending.mail import Skip
from members.models import Membership, Person
from tasks.services.tasks import complete_task, reopen_task
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def informed(member, title="Write the letter", letter="I"):
    task = TaskFactory(goal__coalition=member.coalition, title=title, due=None)
    AssignmentFactory(task=task, person=member.person, letter=letter)
    Person.objects.filter(pk=member.person_id).update(
        consent_digest=True, consent_at=NOW
    )
    return task


def done(task, by):
    with scope(coalition=by.coalition):
        return complete_task(task=task, by=acting(by))


def told(minutes=46):
    tell(NOW + timedelta(minutes=minutes))
    return list(Delivery.objects.filter(kind="task_done").order_by("pk"))


def test_it_is_told_after_a_while_and_once(alice, bob):
    done(task := informed(bob), alice)
    assert told(44) == []
    (row,) = told()
    assert (row.kind, row.lane, row.person) == ("task_done", Lane.BULK, bob.person)
    assert told(600) == [row]
    mail = mail_of(row)
    assert mail["Subject"] == "Done: Write the letter"
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert "Alice Adams" in text
        assert f"/c/harbor/tasks/{task.pk}/" in text
        assert "because you are to be informed" in text


@pytest.mark.parametrize("letter", ("A", "R", "C"))
def test_who_is_not_to_be_informed_is_not_told(alice, bob, letter):
    task = informed(bob, letter=letter)
    type(task).objects.filter(pk=task.pk).update(done_at=NOW, done_by=alice.person)
    assert told() == []


def test_who_did_it_themselves_is_not_told(alice):
    done(informed(alice), alice)
    assert told() == []


def test_what_is_opened_again_in_time_is_not_told(alice, bob):
    task = done(informed(bob), alice)
    with scope(coalition=bob.coalition):
        reopen_task(task=task, by=acting(alice))
    assert told() == []


def test_what_is_opened_again_before_it_leaves_is_not_told(alice, bob):
    task = done(informed(bob), alice)
    (row,) = told()
    with scope(coalition=bob.coalition):
        reopen_task(task=task, by=acting(alice))
    assert render([row])[row.pk] == Skip(LeftOut.EMPTY)


def test_what_is_done_within_a_span_is_one_mail(alice, bob, clock):
    for n in range(3):
        done(informed(bob, f"Number {n}"), alice)
        clock.shift(60)
    (row,) = told()
    mail = mail_of(row)
    assert mail["Subject"] == "3 tasks are done"
    text = mail.get_body(("plain",)).get_content()
    assert all(f"Number {n}" in text for n in range(3))


def test_who_agreed_to_nothing_or_lost_access_is_not_told(alice, bob):
    done(informed(bob), alice)
    (row,) = told()
    Person.objects.filter(pk=bob.person_id).update(consent_digest=False)
    assert render([row])[row.pk] == Skip(LeftOut.NO_CONSENT)
    Delivery.objects.all().delete()
    Membership.objects.filter(pk=bob.pk).update(state="suspended")
    assert told() == []


def test_what_is_old_is_no_news(alice, bob):
    done(informed(bob), alice)
    assert told(60 * 49) == []


def test_each_coalition_tells_its_own(alice, bob, charlie):
    done(informed(bob), alice)
    other = MembershipFactory(coalition=charlie.coalition)
    done(informed(other, "Canary"), charlie)
    rows = told()
    assert {(row.coalition, row.person) for row in rows} == {
        (bob.coalition, bob.person),
        (other.coalition, other.person),
    }
    ours = next(row for row in rows if row.person == bob.person)
    assert "Canary" not in mail_of(ours).as_string()


def cost_of_telling(coalition):
    """Return how many mails, and the statements that queue and that write them."""
    with CaptureQueriesContext(connection) as queuing:
        tell(NOW + timedelta(minutes=46))
    rows = list(Delivery.objects.all())
    with CaptureQueriesContext(connection) as writing, scope(coalition=coalition):
        render(rows)
    return len(rows), len(queuing), len(writing)


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow(count, alice):
    for _ in range(count):
        member = MembershipFactory(coalition=alice.coalition)
        for _ in range(count):
            done(informed(member), alice)
    assert cost_of_telling(alice.coalition) == (count, QUEUING, 5)


def informed_at(partner, **fields):
    task = TaskFactory(goal__coalition=partner.coalition, due=None, **fields)
    AssignmentFactory(task=task, person=None, partner=partner, letter="I")
    Person.objects.update(consent_digest=True, consent_at=NOW)
    return task


def test_a_partner_that_named_nobody_is_told_by_who_answers_for_it(alice, bob, clinic):
    done(informed_at(clinic), alice)
    (row,) = told()
    assert row.person == bob.person
    assert told(600) == [row]
    text = mail_of(row).get_body(("plain",)).get_content()
    assert "because you speak for Clinic, which is to be informed" in text


@pytest.mark.parametrize(
    ("away", "name"),
    (({"Bob Brown"}, "Carl Cole"), ({"Bob Brown", "Carl Cole"}, "Bob Brown")),
)
def test_who_stands_in_is_told_and_else_who_is_on_leave(alice, clinic, away, name):
    Person.objects.filter(full_name__in=away).update(away_until=NOW.date())
    done(informed_at(clinic), alice)
    assert [str(row.person) for row in told()] == [name]


def test_who_has_a_part_of_their_own_reads_of_the_task_once(alice, bob, clinic):
    task = informed_at(clinic)
    AssignmentFactory(task=task, person=bob.person, letter="I")
    done(task, alice)
    (row,) = told()
    mail = mail_of(row)
    assert mail["Subject"].startswith("Done: ")
    text = mail.get_body(("plain",)).get_content()
    assert "because you are to be informed" in text


def test_a_partner_is_not_told_of_what_its_delegate_did(alice, bob, clinic):
    task = informed_at(clinic)
    type(task).objects.filter(pk=task.pk).update(done_at=NOW, done_by=bob.person)
    assert told() == []


@pytest.mark.parametrize("status", ("declined", "left"))
def test_a_partner_that_said_no_or_left_is_not_told(alice, clinic, status):
    task = informed_at(clinic)
    if status == "left":
        type(clinic).objects.filter(pk=clinic.pk).update(status=status)
    else:
        task.assignments.update(status=status, answered_at=NOW)
    done(task, alice)
    assert told() == []


@pytest.mark.parametrize("count", (1, 3))
def test_statements_do_not_grow_with_partners(count, alice):
    for _ in range(count):
        partner = PartnerFactory(coalition=alice.coalition)
        person = MembershipFactory(coalition=alice.coalition).person
        AffiliationFactory(partner=partner, person=person)
        for _ in range(count):
            done(informed_at(partner), alice)
    assert cost_of_telling(alice.coalition) == (count, QUEUING + 1, 6)
