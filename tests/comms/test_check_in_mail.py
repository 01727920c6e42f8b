"""Whoever somebody answered for is told by mail, once."""

from datetime import time, timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.utils import timezone

from comms.jobs import render, tell
from comms.models import Delivery, LeftOut
from comms.sending.mail import Skip, assemble
from tasks.models import CheckInSchedule
from tasks.services.checkins import Said, enter_on_behalf, hand_over_check_in
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInFactory,
    CheckInScheduleFactory,
)
from tests.tasks.checkins import speaks_with_alternate
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture
def check_in(bob):
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1)}
    schedule = CheckInScheduleFactory(coalition=bob.coalition)
    cycle = CheckInCycleFactory(schedule=schedule, **times)
    return CheckInFactory(cycle=cycle, person=bob.person)


@pytest.fixture
def told(alice, check_in):
    """Enter it twice, as a coordinator who has forgotten something does."""
    for words in ("By phone", "By phone: the van is there"):
        said = Said(progress=words)
        enter_on_behalf(check_in=check_in, said=said, by=acting(alice))
        tell(timezone.now())
    return Delivery.objects.get(kind="check_in_entered")


def text_of(row):
    sealed = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
    mail = message_from_bytes(sealed, policy=policy.default)
    return mail["Subject"], mail.get_body(("plain",)).get_content()


def test_it_says_who_wrote_what_and_until_when_it_can_be_changed(told, bob, check_in):
    subject, text = text_of(told)
    assert told.person == bob.person
    assert subject == "Alice Adams wrote down your check-in"
    assert "By phone: the van is there" in text
    assert "You can change it until" in text
    assert check_in.link.path in text


def test_after_the_close_it_does_not_offer_to_change_it(told, check_in):
    check_in.cycle.closes_at = timezone.now() - timedelta(minutes=1)
    check_in.cycle.save()
    assert "It has closed since. Tell Alice Adams" in text_of(told)[1]


def test_whoever_answers_themselves_meanwhile_is_not_told(told, check_in):
    Client().post(check_in.link.path, {"progress": "In my own words"})
    assert render([told])[told.pk] == Skip(LeftOut.WITHDRAWN)


def test_ones_own_answer_is_no_news(bob, check_in):
    Client().post(check_in.link.path, {"progress": "In my own words"})
    tell(timezone.now())
    assert not Delivery.objects.filter(kind="check_in_entered").exists()


def test_whoever_is_asked_instead_gets_a_mail_that_says_so(bob, check_in):
    other = speaks_with_alternate(bob, check_in)
    CheckInSchedule.objects.update(quiet_from=time(0), quiet_to=time(0))
    hand_over_check_in(check_in=check_in, to=other.person, by=acting(bob))
    tell(timezone.now())
    row = Delivery.objects.get(kind="check_in")
    assert row.person == other.person
    assert "Bob Brown asks you to answer this time." in text_of(row)[1]
