"""Whoever holds a role is told once before the term is over, and who can find a next."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.jobs import render, tell
from comms.models import Delivery, Lane, LeftOut, MailPreference, Wish
from comms.sending.mail import Skip
from members.models import Membership
from tasks.models import Role, RoleAssignment
from tests.comms.queuing import QUEUING
from tests.comms.test_notices import mail_of
from tests.factories.checkins import RoleAssignmentFactory, RoleFactory
from tests.factories.members import MembershipFactory
from tests.utils import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)
UNTIL = date(2026, 6, 2)


@pytest.fixture(autouse=True)
def _wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def term(harbor, bob):
    role = RoleFactory(coalition=harbor, name="Press")
    return RoleAssignmentFactory(role=role, person=bob.person, to_on=UNTIL)


def told(now=NOW):
    tell(now)
    rows = Delivery.objects.filter(kind="term_ends").order_by("pk")
    return [row.person for row in rows]


def text_of(row):
    return mail_of(row).get_body(("plain",)).get_content()


def follow(term, person):
    days = {"from_on": UNTIL + timedelta(days=1)}
    return RoleAssignmentFactory(role=term.role, person=person, **days)


def test_the_holder_and_the_coordinators_are_told_once(term, alice, stella, bob):
    assert told() == [bob.person, alice.person]
    assert told(NOW + timedelta(days=1)) == [bob.person, alice.person]
    row = Delivery.objects.first()
    assert row.lane == Lane.BULK
    assert timezone.localdate(row.expires_at, term.coalition.zone) == date(2026, 6, 3)


@pytest.mark.parametrize(
    "change",
    (
        {"to_on": date(2026, 6, 13)},  # not yet a month before
        {"to_on": date(2026, 5, 12)},  # over: the dashboard tells of the free seat
        {"to_on": None},
        {"from_on": date(2026, 5, 10)},  # taken on for less than a month
        {"from_on": date(2026, 5, 20), "to_on": date(2026, 5, 30)},
    ),
)
def test_nobody_is_told_of_what_does_not_end_soon(change, term, alice):
    RoleAssignment.objects.filter(pk=term.pk).update(**change)
    assert told() == []


def test_nobody_is_told_of_a_closed_role(term, alice):
    Role.objects.update(closed_at=NOW)
    assert told() == []


def test_where_somebody_follows_the_holder_alone_is_told(term, alice, bob, vera):
    follow(term, vera.person)
    assert told() == [bob.person]
    row = Delivery.objects.get()
    assert "Somebody follows." in text_of(row)


def test_who_has_no_access_is_not_told(term, alice, bob):
    Membership.objects.filter(pk=bob.pk).update(state="suspended")
    assert told() == [alice.person]


def test_another_last_day_is_another_mail(term, alice, bob):
    assert len(told()) == 2
    RoleAssignment.objects.update(to_on=date(2026, 6, 9))
    assert len(told()) == 4


def test_a_coordinator_who_holds_it_gets_one_mail(term, alice):
    RoleAssignment.objects.update(person=alice.person)
    assert told() == [alice.person]


def test_the_mails_say_what_to_do(term, alice, bob):
    told()
    own, others = Delivery.objects.order_by("pk")
    assert mail_of(own)["Subject"] == "Your term ends: Press"
    text = text_of(own)
    assert "You hold “Press” until 2 June 2026." in text
    assert "Nobody follows yet" in text
    assert at(bob, "tasks:role_detail", term.role_id) in text
    assert mail_of(others)["Subject"] == "Nobody follows in “Press”"
    assert "Bob Brown holds “Press” until 2 June 2026." in text_of(others)


def test_what_was_settled_meanwhile_does_not_leave(term, alice, vera):
    told()
    own, others = Delivery.objects.order_by("pk")
    follow(term, vera.person)
    mails = render([own, others])
    assert mails[others.pk] == Skip(LeftOut.WITHDRAWN)
    RoleAssignment.objects.filter(pk=term.pk).update(to_on=None)
    assert render([own])[own.pk] == Skip(LeftOut.WITHDRAWN)


def test_who_wants_no_mail_gets_none(term, bob):
    MailPreference.objects.create(person=bob.person, updates=Wish.NONE)
    told()
    row = Delivery.objects.get()
    assert render([row])[row.pk] == Skip(LeftOut.NO_UPDATES)


def test_each_coalition_tells_its_own(term, alice, charlie):
    there = RoleAssignmentFactory(
        role__coalition=charlie.coalition,
        person=MembershipFactory(coalition=charlie.coalition).person,
        to_on=UNTIL,
    )
    people = told()
    assert set(people) == {term.person, alice.person, there.person, charlie.person}
    for row in Delivery.objects.select_related("person"):
        assert row.coalition_id == row.person.coalition_id


@pytest.mark.parametrize("rows", (1, 3))
def test_statements_do_not_grow_with_terms(rows, alice):
    for _ in range(rows):
        member = MembershipFactory(coalition=alice.coalition)
        RoleAssignmentFactory(
            role__coalition=alice.coalition, person=member.person, to_on=UNTIL
        )
    with CaptureQueriesContext(connection) as queuing:
        tell(NOW)
    with CaptureQueriesContext(connection) as writing:
        render(list(Delivery.objects.all()))
    assert (len(queuing), len(writing)) == (QUEUING + 2, WRITING)


WRITING = 8
